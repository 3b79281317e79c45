/* client.test.ts: calls through a real Centrifugo: replies, errors, deadlines,
 * cancels, connections that break. */
import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";

import {
  BellError,
  CentrifugoRPCClient,
  type ClientOptions,
  type LogRecord,
  RPCError,
  type Token,
  UnauthorizedError,
} from "../src/index.js";
import type { Method } from "../src/schema.js";
import { inSeconds, Rig, skip, token } from "./rig.js";
import { record, scalars as t } from "./tables.js";

const stats: Method<{ id: bigint }, { total: bigint }> = {
  name: "tasks.get_stats",
  params: record("Params", () => [{ name: "id", type: t.big64 }]),
  result: record("Result", () => [{ name: "total", type: t.big64 }]),
};

/** A promise, and who keeps it. */
function gate<T = void>(): { opened: Promise<T>; open: (value: T) => void } {
  let open: (value: T) => void = () => undefined;
  const opened = new Promise<T>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

async function failure(promise: Promise<unknown>): Promise<BellError> {
  try {
    await promise;
  } catch (error) {
    assert.ok(error instanceof BellError, String(error));
    return error;
  }
  return assert.fail("it did not fail");
}

describe("a client of Centrifugo", { skip }, () => {
  const rig = new Rig();
  const rejections: unknown[] = [];
  const note = (reason: unknown) => rejections.push(reason);
  const clients: CentrifugoRPCClient[] = [];

  before(async () => {
    process.on("unhandledRejection", note);
    await rig.open();
  });
  after(async () => {
    for (const client of clients) {
      client.disconnect();
      await client.closed();
    }
    await rig.close();
    process.off("unhandledRejection", note);
    assert.deepEqual(rejections, []);
  });
  beforeEach(() => {
    rig.answer = () => '{"result":{"data":{"total":1}}}';
  });

  const good = () => token({ sub: "42", exp: inSeconds(600) });
  const make = (
    options: ClientOptions = {},
    using: Token = good(),
    url = rig.url,
  ) => {
    const client = new CentrifugoRPCClient(url, using, "42", {
      reconnectMinMs: 10,
      reconnectMaxMs: 50,
      ...options,
    });
    clients.push(client);
    return client;
  };

  test("2^53 + 1 goes there and comes back", async () => {
    const rpc = make();
    await rpc.connect();
    rig.answer = ({ data }) =>
      `{"result":{"data":{"total":${data.slice(6, -1)}}}}`;
    const id = 2n ** 53n + 1n;
    assert.deepEqual(await rpc.invoke(stats, { id }), { total: id });
    rig.answer = ({ data }) => `{"result":{"data":${data}}}`;
    assert.deepEqual(await rpc.call("any", { id, x: [] }), { id, x: [] });
    assert.deepEqual(await rpc.call("any"), {});
    rpc.disconnect();
  });

  test("a call connects by itself", async () => {
    const rpc = make();
    assert.deepEqual(await rpc.invoke(stats, { id: 1n }), { total: 1n });
    assert.equal(rpc.connected, true);
    rpc.disconnect();
    await rpc.closed();
  });

  test("an error of the backend has its code", async () => {
    const rpc = make();
    await rpc.connect();
    rig.answer = () => '{"error":{"code":404,"message":"no such user"}}';
    await assert.rejects(rpc.invoke(stats, { id: 1n }), (error) => {
      assert.ok(error instanceof RPCError);
      assert.equal(error.code, 404);
      assert.equal(error.message, "no such user");
      assert.equal(error.origin, "reply");
      assert.equal(error.method, "tasks.get_stats");
      return true;
    });
    rpc.disconnect();
  });

  test("what cannot be sent, and what does not fit", async () => {
    const rpc = make({ requestBytesMax: 1000 });
    await rpc.connect();
    const params = { id: "1" } as unknown as { id: bigint };
    const unsent = await failure(rpc.invoke(stats, params));
    assert.equal(unsent.message, "id: wanted int64, got a string");
    assert.equal(unsent.method, "tasks.get_stats");
    assert.equal(unsent.sent, "no");
    rig.answer = () => '{"result":{"data":{"total":"many"}}}';
    const wrong = await failure(rpc.invoke(stats, { id: 1n }));
    assert.equal(wrong.status, "bad_reply");
    assert.equal(
      wrong.message,
      'result.total: wanted int64, got "many" (byte 9)',
    );
    assert.equal(wrong.path, "result.total");
    assert.equal(wrong.offset, 9);
    rig.answer = () => '{"result":{}}';
    const none = await failure(rpc.invoke(stats, { id: 1n }));
    assert.match(none.message, /wanted Result, got null/);
    const large = await failure(rpc.call("m", "x".repeat(1000)));
    assert.equal(
      large.message,
      "request_bytes_max (1000) is reached: nothing was sent",
    );
    assert.equal(large.status, "limit");
    rpc.disconnect();
  });

  test("a deadline and a signal end a call; a late reply is nobody's", async () => {
    const rpc = make();
    await rpc.connect();
    const late = gate<string>();
    rig.answer = () => late.opened;
    const missed = await failure(
      rpc.invoke(stats, { id: 1n }, { deadlineMs: 20 }),
    );
    assert.equal(missed.status, "deadline");
    assert.equal(missed.message, "tasks.get_stats: no reply within 20 ms");
    assert.equal(missed.sent, "unknown");
    const abort = new AbortController();
    const asked = gate();
    rig.answer = () => {
      asked.open();
      return late.opened;
    };
    const pending = failure(
      rpc.invoke(stats, { id: 1n }, { signal: abort.signal }),
    );
    await asked.opened;
    abort.abort();
    assert.equal((await pending).status, "cancelled");
    const before = failure(
      rpc.invoke(stats, { id: 1n }, { signal: abort.signal }),
    );
    assert.equal((await before).sent, "no");
    late.open('{"result":{"data":{"total":2}}}');
    rig.answer = () => '{"result":{"data":{"total":3}}}';
    assert.deepEqual(await rpc.invoke(stats, { id: 1n }), { total: 3n });
    rpc.disconnect();
  });

  test("the same call twice at once", async () => {
    const rpc = make();
    await Promise.all([rpc.connect(), rpc.connect()]);
    rig.answer = ({ data }) =>
      `{"result":{"data":{"total":${data.slice(6, -1)}}}}`;
    const ids = [1n, 2n, 2n, 3n];
    const totals = await Promise.all(
      ids.map((id) => rpc.invoke(stats, { id })),
    );
    assert.deepEqual(
      totals.map(({ total }) => total),
      ids,
    );
    rpc.disconnect();
  });

  test("a signal ends many calls, by one listener and with its reason", async () => {
    const rpc = make();
    await rpc.connect();
    rig.answer = () => gate<string>().opened;
    const abort = new AbortController();
    const { signal } = abort;
    let listeners = 0;
    const add = signal.addEventListener.bind(signal);
    signal.addEventListener = (...given: Parameters<typeof add>) => {
      listeners++;
      add(...given);
    };
    const calls = Array.from({ length: 50 }, () =>
      failure(rpc.invoke(stats, { id: 1n }, { signal })),
    );
    assert.equal(listeners, 1);
    abort.abort("enough");
    for (const error of await Promise.all(calls)) {
      assert.equal(error.status, "cancelled");
      assert.equal(error.cause, "enough");
    }
    rpc.disconnect();
  });

  test("an aborted connect() ends nobody else's call", async () => {
    const rpc = make();
    const abort = new AbortController();
    const stopped = failure(rpc.connect({ signal: abort.signal }));
    const call = rpc.invoke(stats, { id: 1n });
    abort.abort();
    assert.equal((await stopped).status, "cancelled");
    assert.deepEqual(await call, { total: 1n });
    rpc.disconnect();
  });

  test("connect() and disconnect() without a catch are quiet", async () => {
    const rpc = make();
    void rpc.connect();
    rpc.disconnect();
    await rpc.closed();
    assert.deepEqual(rejections, []);
  });

  test("states are told in order", async () => {
    const changes: string[] = [];
    const rpc = make({
      onStateChange: (change) => {
        changes.push(change.event);
        assert.notEqual("client" in change && change.client, "");
      },
    });
    assert.equal(rpc.state, "disconnected");
    const connected = rpc.connect();
    assert.equal(rpc.state, "connecting");
    await connected;
    assert.equal(rpc.state, "connected");
    await rig.api("disconnect", {
      user: "42",
      disconnect: { code: 4000, reason: "later" },
    });
    await rpc.call("m", {}, { retries: 0 }).catch(() => undefined);
    await rpc.connect();
    rpc.disconnect();
    assert.equal(rpc.state, "disconnected");
    await rpc.closed();
    assert.deepEqual(changes, [
      "connecting",
      "connected",
      "lost",
      "connecting",
      "connected",
      "disconnected",
    ]);
  });

  test("a log that throws is reported, and harms nobody", async (context) => {
    const report = context.mock.method(console, "error", () => undefined);
    const kinds: string[] = [];
    const rpc = make({
      log: () => {
        throw new Error("disk full");
      },
      metrics: ({ kind }) => kinds.push(kind),
    });
    assert.deepEqual(await rpc.invoke(stats, { id: 1n }), { total: 1n });
    rpc.disconnect();
    await rpc.closed();
    assert.ok(report.mock.callCount() > 0);
    assert.deepEqual(kinds, ["call", "connected", "end"]);
  });

  test("disconnect ends all calls, also in the turn of a call", async () => {
    const rpc = make();
    await rpc.connect();
    rig.answer = () => gate<string>().opened;
    const first = failure(rpc.invoke(stats, { id: 1n }));
    rpc.disconnect();
    assert.equal(
      (await first).message,
      "tasks.get_stats: the client was closed",
    );
    assert.equal((await first).status, "closed");
    const after = await failure(rpc.invoke(stats, { id: 1n }));
    assert.equal(after.message, "the client is closed");
    await rpc.closed();
    rig.answer = () => '{"result":{"data":{"total":4}}}';
    await rpc.connect();
    assert.deepEqual(await rpc.invoke(stats, { id: 1n }), { total: 4n });
    rpc.disconnect();
    await rpc.closed();
  });

  test("a method without a reply is done when it is handed over", async () => {
    const rpc = make();
    const asked = gate<string>();
    rig.answer = ({ method }) => {
      asked.open(method);
      return gate<string>().opened;
    };
    await rpc.connect();
    await rpc.invoke({ name: "touch", noReply: true }, undefined);
    assert.equal(await asked.opened, "touch");
    rpc.disconnect();
    await rpc.closed();
  });

  test("connect says why it fails", async () => {
    const refused = make({}, token({ sub: "42", exp: inSeconds(600) }) + "x");
    const bad = await failure(refused.connect());
    assert.equal(bad.status, "terminal");
    assert.equal(bad.code, 3500);
    assert.equal(bad.origin, "close");
    assert.match(bad.message, /^the server closed with 3500 invalid token: /);
    const again = await failure(refused.call("m"));
    assert.equal(again.status, "terminal");
    const anonymous = make({}, "");
    const none = await failure(anonymous.connect());
    assert.equal(none.code, 3501);
    assert.match(none.message, /no token was sent/);
    const nobody = new CentrifugoRPCClient("ws://127.0.0.1:1/x");
    const nowhere = await failure(nobody.connect({ deadlineMs: 500 }));
    assert.equal(nowhere.status, "deadline");
    assert.equal(
      nowhere.message,
      "not connected within 500 ms: cannot connect to 127.0.0.1:1: " +
        "Connection refused",
    );
    const idle = await failure(nobody.call("m", {}, { failFast: true }));
    assert.match(idle.message, /^not connected: cannot connect to 127/);
    nobody.disconnect();
    await nobody.closed();
    const elsewhere = make({}, good(), rig.url.replace(/connection.*/, "x"));
    const path = await failure(elsewhere.connect({ deadlineMs: 500 }));
    assert.match(path.message, /refused the upgrade with 404: is the path/);
    elsewhere.disconnect();
    const stopping = new AbortController();
    const stopped = failure(nobody.connect({ signal: stopping.signal }));
    stopping.abort("changed my mind");
    assert.equal((await stopped).status, "cancelled");
    assert.equal((await stopped).cause, "changed my mind");
    nobody.disconnect();
    assert.throws(
      () => make({ deadlineMs: -2 }),
      /options: deadlineMs is negative/,
    );
    assert.throws(
      () => new CentrifugoRPCClient("ws://x", "", "", { mode: "channel" }),
      /options: channel mode needs a user id/,
    );
  });

  test("tokens are asked for, again where one has expired", async () => {
    const answers: (() => string)[] = [
      () => {
        throw new Error("not now");
      },
      () => token({ sub: "42", exp: inSeconds(-10) }),
      good,
    ];
    let asked = 0;
    const rpc = make({}, () => {
      const answer = answers[asked++];
      return answer === undefined ? "" : answer();
    });
    await rpc.connect();
    assert.equal(asked, 3);
    rpc.disconnect();
    const never = make({}, () => {
      throw new UnauthorizedError("logged out");
    });
    const refused = await failure(never.connect());
    assert.equal(refused.status, "terminal");
    assert.equal(refused.message, "no token: not authorized: logged out");
    const expired = make({}, token({ sub: "42", exp: inSeconds(-10) }));
    const spent = await failure(expired.connect());
    assert.equal(spent.code, 109);
    assert.match(spent.message, /refused to connect: 109 token expired: /);
  });

  test("a server that dies: in flight is unknown, later calls wait", async () => {
    const rpc = make();
    const asked = gate();
    await rpc.connect();
    rig.answer = () => {
      asked.open();
      return gate<string>().opened;
    };
    const pending = failure(rpc.invoke(stats, { id: 1n }));
    const again: Method<{ id: bigint }, { total: bigint }> = {
      ...stats,
      idempotent: true,
    };
    await asked.opened;
    const repeated = rpc.invoke(again, { id: 1n }, { retries: 1 });
    await rig.stop();
    const lost = await pending;
    assert.equal(lost.status, "disconnected");
    assert.equal(lost.sent, "unknown");
    assert.match(lost.message, /sent, but no reply came; whether it was/);
    const unsent = await failure(
      rpc.invoke(stats, { id: 1n }, { failFast: true }),
    );
    assert.match(unsent.message, /^not connected: /);
    assert.equal(unsent.sent, "no");
    const missed = await failure(
      rpc.invoke(stats, { id: 1n }, { deadlineMs: 30 }),
    );
    assert.match(missed.message, /not connected within 30 ms: /);
    const waiting = rpc.invoke(stats, { id: 1n });
    rig.answer = () => '{"result":{"data":{"total":5}}}';
    await rig.start();
    assert.deepEqual(await waiting, { total: 5n });
    assert.deepEqual(await repeated, { total: 5n });
    await rig.api("disconnect", {
      user: "42",
      disconnect: { code: 4500, reason: "gone" },
    });
    const ended = await failure(
      rpc.invoke(stats, { id: 1n }, { deadlineMs: 5000 }),
    );
    assert.equal(ended.status, "terminal");
    assert.equal(ended.code, 4500);
  });

  test("the log has no token and one line a record", async () => {
    const records: LogRecord[] = [];
    const secret = good();
    const rpc = make({ log: (each) => records.push(each) }, secret);
    await rpc.connect();
    rig.answer = () => '{"error":{"code":400,"message":"a\\nb"}}';
    await assert.rejects(rpc.call("m"), RPCError);
    rpc.disconnect();
    await rpc.closed();
    const events = records.map(({ event }) => event);
    assert.deepEqual(events, [
      "connecting",
      "connected",
      "call",
      "error",
      "closed",
    ]);
    const said = JSON.stringify(records);
    assert.ok(!said.includes(secret));
    assert.match(records[3]?.text ?? "", /^refused after .* ms: a b$/);
    assert.equal(records[3]?.method, "m");
  });

  test("nothing is left when a client is closed", async () => {
    const rpc = make({ deadlineMs: 100_000 });
    const before = process.getActiveResourcesInfo().sort();
    await rpc.connect();
    rig.answer = () => gate<string>().opened;
    const ends = [1n, 2n].map((id) => failure(rpc.invoke(stats, { id })));
    rpc.disconnect();
    await Promise.all(ends);
    await rpc.closed();
    const timers = (all: string[]) => all.filter((each) => each === "Timeout");
    assert.deepEqual(timers(process.getActiveResourcesInfo()), timers(before));
  });
});
