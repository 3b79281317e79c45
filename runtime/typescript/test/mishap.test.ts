/* mishap.test.ts: what a program's own functions and objects do wrong: it is
 * told, and calls end all the same. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

import {
  BellError,
  CentrifugoRPCClient,
  type ClientOptions,
  type Token,
  type WebSocketLike,
} from "../src/index.js";

/** Greets, and answers no call. */
class Line implements WebSocketLike {
  binaryType = "";
  onopen: WebSocketLike["onopen"] = null;
  onclose: WebSocketLike["onclose"] = null;
  onmessage: WebSocketLike["onmessage"] = null;
  onerror: WebSocketLike["onerror"] = null;

  constructor() {
    setTimeout(() => {
      this.onopen?.({} as never);
    }, 0);
  }

  send(frame: string): void {
    if (frame.includes('"connect"')) {
      queueMicrotask(() => {
        this.onmessage?.({ data: '{"id":1,"connect":{}}' } as never);
      });
    }
  }

  close(): void {
    setTimeout(() => {
      this.onclose?.({ code: 1000, reason: "" } as never);
    }, 0);
  }
}

function make(options: ClientOptions = {}, token: Token = "") {
  return new CentrifugoRPCClient("ws://h", token, "", {
    reconnectMinMs: 1,
    reconnectMaxMs: 1,
    deadlineMs: 100,
    dial: () => new Line(),
    ...options,
  });
}

async function failure(rpc: CentrifugoRPCClient): Promise<BellError> {
  const error: unknown = await rpc.call("m").catch((why: unknown) => why);
  assert.ok(error instanceof BellError, String(error));
  return error;
}

describe("a WebSocket of the program's own", () => {
  test("a bufferedAmount that throws is one that does not say", async () => {
    class Mute extends Line {
      get bufferedAmount(): number {
        throw new TypeError("no");
      }
    }
    const rpc = make({ dial: () => new Mute() });
    await rpc.connect();
    assert.equal((await failure(rpc)).status, "deadline");
    rpc.disconnect();
  });

  test("that refuses to greet", async () => {
    class Mute extends Line {
      override send(): void {
        throw new RangeError("secret");
      }
    }
    const rpc = make({ dial: () => new Mute() });
    const error = await failure(rpc);
    assert.equal(
      error.message,
      "m: not connected within 100 ms: the WebSocket refused to send: " +
        "RangeError",
    );
    rpc.disconnect();
    await rpc.closed();
  });

  test("that refuses to send a call", async () => {
    class Tired extends Line {
      override send(frame: string): void {
        if (frame.includes('"rpc"')) {
          throw new Error("secret");
        }
        super.send(frame);
      }
    }
    const rpc = make({ dial: () => new Tired() });
    await rpc.connect();
    const error = await failure(rpc);
    assert.equal(error.status, "disconnected");
    assert.equal(error.sent, "unknown");
    assert.match(error.message, /the WebSocket refused to send: Error$/);
    rpc.disconnect();
    await rpc.closed();
  });

  test("that refuses to close", async () => {
    class Stuck extends Line {
      override close(): void {
        throw new Error("secret");
      }
    }
    const rpc = make({ dial: () => new Stuck() });
    await rpc.connect();
    rpc.disconnect();
    await rpc.closed();
  });
});

describe("a function of the program's own", () => {
  test("that is async and rejects is reported", async (context) => {
    const report = context.mock.method(console, "error", () => undefined);
    const wrong: () => unknown = () => Promise.reject(new Error("no disk"));
    const rpc = make({ log: wrong, metrics: wrong, onStateChange: wrong });
    await rpc.connect();
    rpc.disconnect();
    await rpc.closed();
    const said = report.mock.calls.map(({ arguments: each }) => each.join(" "));
    assert.ok(said.length >= 5, `${said.length} reports`);
    for (const each of said) {
      assert.match(
        each,
        /^bellpull: a function of the program threw: .*no disk/,
      );
    }
  });

  test("that throws what has no words, for a token", async () => {
    const source = () => {
      throw Object.create(null);
    };
    const rpc = make({}, source);
    const error = await failure(rpc);
    assert.equal(error.message, "m: not connected within 100 ms: no token");
    rpc.disconnect();
    await rpc.closed();
  });

  test("that gives no token in time is told how long it had", async () => {
    const source = () => new Promise<string>(() => undefined);
    const rpc = make({ connectDeadlineMs: 20, deadlineMs: 400 }, source);
    await sleep(0);
    const error = await failure(rpc);
    assert.match(error.message, /no token came within 20 ms$/);
    rpc.disconnect();
    await rpc.closed();
  });

  test("that is a getter of the options: what it throws comes out", () => {
    const mine = new Error("mine");
    const options = {
      get retries(): number {
        throw mine;
      },
    };
    assert.throws(
      () => new CentrifugoRPCClient("ws://h", "", "", options),
      (error) => error === mine,
    );
  });
});
