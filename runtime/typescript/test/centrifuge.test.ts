/* centrifuge.test.ts: calls by a client of npm's centrifuge that a program has
 * already, through a real Centrifugo. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { Centrifuge } from "centrifuge";
import { Centrifuge as Binary } from "centrifuge/build/protobuf";
import { WebSocket } from "ws";

import { CentrifugeCaller, type SharedOptions } from "../src/centrifuge.js";
import { BellError, RPCError } from "../src/index.js";
import type { Method } from "../src/schema.js";
import { inSeconds, Rig, skip, token } from "./rig.js";
import { record, scalars as t } from "./tables.js";

const echo: Method<{ id: bigint }, { id: bigint }> = {
  name: "echo",
  params: record("Params", () => [{ name: "id", type: t.big64 }]),
  result: record("Result", () => [{ name: "id", type: t.big64 }]),
};

const BIG = 2n ** 53n + 1n;

describe("a shared client", { skip }, () => {
  const rig = new Rig();
  const clients: (Centrifuge | Binary)[] = [];

  before(async () => {
    await rig.open();
    rig.answer = ({ data }) => `{"result":{"data":${data}}}`;
  });
  after(async () => {
    for (const client of clients) {
      client.disconnect();
    }
    await rig.close();
  });

  const make = async (options: SharedOptions = {}) => {
    const Client = options.protobuf === true ? Binary : Centrifuge;
    const pass = token({ sub: "42", exp: inSeconds(600) });
    const shared = new Client(rig.url, { token: pass, websocket: WebSocket });
    clients.push(shared);
    shared.connect();
    await shared.ready();
    return { shared, rpc: new CentrifugeCaller(shared, options) };
  };

  test("of the protobuf build carries 2^53 + 1", async () => {
    const { rpc } = await make({ protobuf: true });
    assert.deepEqual(await rpc.invoke(echo, { id: BIG }), { id: BIG });
  });

  test("of the JSON build refuses what it would round", async () => {
    const { rpc } = await make();
    assert.deepEqual(await rpc.invoke(echo, { id: 7n }), { id: 7n });
    assert.deepEqual(await rpc.call("any", { a: [1.5, "x"] }), {
      a: [1.5, "x"],
    });
    await assert.rejects(rpc.invoke(echo, { id: BIG }), (error) => {
      assert.ok(error instanceof BellError);
      assert.equal(error.status, "invalid");
      assert.equal(error.sent, "no");
      return true;
    });
  });

  test("errors, deadlines, signals and its end", async () => {
    const { shared, rpc } = await make({ callsMax: 2 });
    rig.answer = ({ method }) =>
      method === "no"
        ? '{"error":{"code":404,"message":"no such user"}}'
        : new Promise(() => undefined);
    await assert.rejects(rpc.call("no"), (error) => {
      assert.ok(error instanceof RPCError);
      assert.equal(error.code, 404);
      assert.equal(error.message, "no such user");
      return true;
    });
    await assert.rejects(rpc.call("slow", {}, { deadlineMs: 20 }), {
      message: "slow: no reply within 20 ms",
    });
    const abort = new AbortController();
    const cancelled = rpc.call("slow", {}, { signal: abort.signal });
    const other = rpc.call("slow");
    await assert.rejects(rpc.call("third"), { status: "limit" });
    abort.abort("enough");
    await assert.rejects(cancelled, { status: "cancelled", cause: "enough" });
    shared.disconnect();
    await assert.rejects(other, { status: "disconnected", sent: "unknown" });
    await assert.rejects(rpc.call("m", {}, { failFast: true }), {
      message: "not connected",
    });
  });
});
