/* channel.test.ts: calls as publications through a real Centrifugo, whose
 * publish proxy is the backend. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { WebSocket } from "ws";

import {
  BellError,
  CentrifugoRPCClient,
  type ClientOptions,
  type LogRecord,
  RPCError,
} from "../src/index.js";
import { decode, errorData, isError, type Method } from "../src/schema.js";
import { type Asked, inSeconds, Rig, skip, token } from "./rig.js";
import { record, scalars as t } from "./tables.js";

const wrong = record("Wrong", () => [{ name: "limit", type: t.int32 }]);
const method: Method<{ n: number }, number> = {
  name: "double",
  params: record("Params", () => [{ name: "n", type: t.int32 }]),
  result: t.int32,
  errors: [{ code: 400, text: "too large", data: wrong }],
};

interface Request {
  method: string;
  params: { n: number };
  correlation_id?: string;
  reply_to?: string;
}

function requestIn(asked: Asked): Request {
  const bytes = new TextEncoder().encode(asked.data);
  return decode(t.json, bytes) as Request;
}

/** Another client, who may publish as well. */
class Mallory {
  #id = 1;
  #next: (() => void) | undefined;

  constructor(readonly socket: WebSocket) {
    socket.on("message", () => this.#next?.());
  }

  static async connect(url: string): Promise<Mallory> {
    const made = new Mallory(new WebSocket(url));
    await new Promise((resolve) => made.socket.once("open", resolve));
    const pass = token({ sub: "mallory", exp: inSeconds(600) });
    await made.#ask(`"connect":{"token":"${pass}"}`);
    return made;
  }

  #ask(command: string): Promise<void> {
    return new Promise((resolve) => {
      this.#next = resolve;
      this.socket.send(`{"id":${this.#id++},${command}}`);
    });
  }

  publish(channel: string, data: string): Promise<void> {
    return this.#ask(`"publish":{"channel":"${channel}","data":${data}}`);
  }

  close(): void {
    this.socket.terminate();
  }
}

describe("channel mode", { skip }, () => {
  const rig = new Rig();
  const clients: CentrifugoRPCClient[] = [];

  before(() => rig.open());
  after(async () => {
    for (const client of clients) {
      client.disconnect();
      await client.closed();
    }
    await rig.close();
  });

  const make = (options: ClientOptions = {}, claims: object = {}) => {
    const pass = token({ sub: "42", exp: inSeconds(600), ...claims });
    const client = new CentrifugoRPCClient(rig.url, pass, "42", {
      mode: "channel",
      reconnectMinMs: 10,
      reconnectMaxMs: 50,
      ...options,
    });
    clients.push(client);
    return client;
  };

  /** Answers by the server's API, as a backend does. */
  const reply = (envelope: object, channel = "user#42") =>
    rig.api("publish", { channel, data: envelope });

  const doubling = (asked: Asked) => {
    const { params, correlation_id: id } = requestIn(asked);
    void reply({ correlation_id: id, result: params.n * 2 });
    return '{"result":{}}';
  };

  test("a call and its reply", async () => {
    const rpc = make();
    let request: Request | undefined;
    rig.publish = (asked) => {
      assert.equal(asked.channel, "rpc.requests");
      request = requestIn(asked);
      return doubling(asked);
    };
    await rpc.connect();
    assert.equal(await rpc.invoke(method, { n: 21 }), 42);
    assert.deepEqual(Object.keys(request ?? {}), [
      "method",
      "params",
      "correlation_id",
      "reply_to",
    ]);
    assert.match(request?.correlation_id ?? "", /^[0-9a-f]{32}-3$/);
    assert.equal(request?.reply_to, "user#42");
    rpc.disconnect();
  });

  test("a declared error carries its data", async () => {
    const rpc = make();
    const answers: unknown[] = [
      { code: 400, message: "too large", data: { limit: 7 } },
      { code: 400, message: "too large", data: { limit: "x" } },
      { code: 500, message: "", data: [1] },
      "nonsense",
    ];
    rig.publish = (asked) => {
      const { correlation_id: id } = requestIn(asked);
      void reply({ correlation_id: id, error: answers.shift() });
      return '{"result":{}}';
    };
    await rpc.connect();
    const next = async () => {
      const error: unknown = await rpc.invoke(method, { n: 1 }).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      assert.ok(error instanceof RPCError);
      assert.equal(error.origin, "backend");
      return error;
    };
    const first = await next();
    assert.equal(first.code, 400);
    assert.deepEqual(errorData(first, 400, wrong), { limit: 7 });
    assert.ok(isError(first, 400) && !isError(first, 401));
    assert.ok(!isError(new Error("400"), 400) && !isError(undefined, 400));
    assert.equal(errorData(first, 401, wrong), undefined);
    assert.equal(errorData(await next(), 400, wrong), undefined);
    const third = await next();
    assert.equal(third.message, "error 500 without a message");
    assert.deepEqual(third.data, [1]);
    const last = await next();
    assert.match(last.message, /an error that is not \{code, message\}/);
    assert.equal(last.code, 0);
    rpc.disconnect();
  });

  test("a refused publication ends the call at once", async () => {
    const rpc = make();
    rig.publish = () => '{"error":{"code":1403,"message":"not for you"}}';
    await rpc.connect();
    await assert.rejects(rpc.invoke(method, { n: 1 }), (error) => {
      assert.ok(error instanceof RPCError);
      assert.equal(error.code, 1403);
      assert.equal(error.origin, "reply");
      return true;
    });
    rpc.disconnect();
  });

  test("a reply that a client published is refused, or wanted", async () => {
    const records: LogRecord[] = [];
    const mallory = await Mallory.connect(rig.url);
    rig.publish = async (asked) => {
      if (asked.user === "mallory") {
        return '{"result":{}}';
      }
      const { correlation_id: id } = requestIn(asked);
      const forged = JSON.stringify({ correlation_id: id, result: 666 });
      await mallory.publish("user#42", forged);
      await reply({ correlation_id: id, result: 3 });
      return '{"result":{}}';
    };
    const rpc = make({ log: (each) => records.push(each) });
    await rpc.connect();
    assert.equal(await rpc.invoke(method, { n: 3 }), 3);
    const refused = records.find(({ event }) => event === "refused");
    assert.match(refused?.text ?? "", /^a reply was refused: user "mallory"/);
    rpc.disconnect();
    const trusting = make({ responderUser: "mallory" });
    await trusting.connect();
    assert.equal(await trusting.invoke(method, { n: 3 }), 666);
    trusting.disconnect();
    mallory.close();
  });

  test("a channel that the server subscribed is adopted", async () => {
    const rpc = make({}, { channels: ["user#42"] });
    rig.publish = doubling;
    await rpc.connect();
    assert.equal(await rpc.invoke(method, { n: 4 }), 8);
    rpc.disconnect();
  });

  test("an ended subscription is a lost connection, and comes back", async () => {
    const rpc = make();
    let asked = 0;
    rig.publish = (each) => {
      if (asked++ === 0) {
        void rig.api("unsubscribe", { user: "42", channel: "user#42" });
        return '{"result":{}}';
      }
      return doubling(each);
    };
    await rpc.connect();
    await assert.rejects(rpc.invoke(method, { n: 5 }), (error) => {
      assert.ok(error instanceof BellError);
      assert.equal(error.status, "disconnected");
      assert.match(
        error.message,
        /ended the subscription of the reply channel/,
      );
      return true;
    });
    assert.equal(await rpc.invoke(method, { n: 6 }), 12);
    rpc.disconnect();
  });

  test("a refused reply channel ends the client", async () => {
    const rpc = make({ replyChannel: "user#7" });
    await assert.rejects(rpc.connect(), (error) => {
      assert.ok(error instanceof BellError);
      assert.equal(error.status, "terminal");
      assert.equal(error.code, 103);
      assert.equal(
        error.message,
        "the server refused the reply channel user#7: 103 permission denied",
      );
      return true;
    });
  });

  test("a method without a reply names no place for one", async () => {
    const rpc = make();
    const asked = new Promise<Request>((resolve) => {
      rig.publish = (each) => {
        resolve(requestIn(each));
        return '{"result":{}}';
      };
    });
    await rpc.connect();
    await rpc.invoke({ name: "touch", noReply: true }, undefined);
    assert.deepEqual(await asked, { method: "touch", params: {} });
    rpc.disconnect();
  });
});
