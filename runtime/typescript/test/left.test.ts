/* left.test.ts: what is said of calls whose line ends, against what has left of
 * them; and which time they and waits end at. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";

import {
  type BellError,
  CentrifugoRPCClient,
  type ClientOptions,
  type WebSocketLike,
} from "../src/index.js";
import { json } from "../src/schema.js";

/** A platform's WebSocket whose peer greets, and reads no more while it is
 * `deaf`: what is sent then waits in the platform, which takes nothing back. */
class Fake implements WebSocketLike {
  binaryType = "";
  bufferedAmount = 0;
  deaf = false;
  readonly sent: string[] = [];
  onopen: WebSocketLike["onopen"] = null;
  onclose: WebSocketLike["onclose"] = null;
  onmessage: WebSocketLike["onmessage"] = null;
  onerror: WebSocketLike["onerror"] = null;

  constructor() {
    setTimeout(() => {
      this.onopen?.({} as never);
    }, 0);
  }

  say(data: string | Uint8Array): void {
    const message = typeof data === "string" ? data : data.buffer;
    this.onmessage?.({ data: message } as never);
  }

  send(frame: string): void {
    const names = [...frame.matchAll(/"method":"(\w+)"/g)].map(
      ([, name]) => name,
    );
    this.sent.push(...names.map(String));
    this.bufferedAmount += this.deaf ? frame.length : 0;
    if (frame.includes('"connect"')) {
      queueMicrotask(() => {
        this.say('{"id":1,"connect":{}}');
      });
    }
  }

  close(): void {
    setTimeout(() => {
      this.onclose?.({ code: 1000, reason: "" } as never);
    }, 0);
  }
}

function make(options: ClientOptions = {}) {
  const lines: Fake[] = [];
  const rpc = new CentrifugoRPCClient("ws://host", "", "", {
    reconnectMinMs: 1,
    reconnectMaxMs: 1,
    dial: () => {
      const line = new Fake();
      lines.push(line);
      return line;
    },
    ...options,
  });
  return { rpc, lines, line: () => lines.at(-1) ?? assert.fail("no line") };
}

function failure(call: Promise<unknown>): Promise<BellError> {
  return call.then(
    () => assert.fail("it did not fail"),
    (error: unknown) => error as BellError,
  );
}

function turn(ms = 0): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

const BIG = "x".repeat(40_000);

describe("what has left of a call", () => {
  const words = {
    "no UTF-8": Uint8Array.of(0x7b, 0x22, 0xff),
    nonsense: '{"id":',
    "for good": '{"push":{"disconnect":{"code":3500,"reason":"no"}}}',
    "come back": '{"push":{"disconnect":{"code":3001,"reason":"no"}}}',
  };
  for (const [name, last] of Object.entries(words)) {
    test(`what is not sent never leaves: ${name}`, async () => {
      const { rpc, line } = make({ failFast: true });
      await rpc.connect();
      const first = line();
      first.deaf = true;
      const ends = [0, 1, 2, 3, 4].map((n) => failure(rpc.call(`m${n}`, BIG)));
      await turn();
      first.say(last);
      const sent = (await Promise.all(ends)).map((error) => error.sent);
      rpc.disconnect();
      assert.deepEqual(first.sent, ["m0", "m1"]);
      assert.deepEqual(sent, ["unknown", "unknown", "no", "no", "no"]);
      await rpc.closed();
    });
  }

  test("what the platform has room for again leaves", async () => {
    const { rpc, line } = make();
    await rpc.connect();
    line().deaf = true;
    const ends = [0, 1, 2].map((n) => failure(rpc.call(`m${n}`, BIG)));
    await turn();
    assert.deepEqual(line().sent, ["m0", "m1"]);
    line().bufferedAmount = 0;
    await turn(60);
    assert.deepEqual(line().sent, ["m0", "m1", "m2"]);
    rpc.disconnect();
    await Promise.all(ends);
    await rpc.closed();
  });

  test("late before its command left", async () => {
    const { rpc, line } = make();
    await rpc.connect();
    line().deaf = true;
    const ends = [0, 1].map((n) => failure(rpc.call(`m${n}`, BIG)));
    const late = await failure(rpc.call("m2", BIG, { deadlineMs: 20 }));
    assert.equal(late.status, "deadline");
    assert.equal(late.sent, "no");
    assert.equal(late.message, "m2: not sent within 20 ms");
    rpc.disconnect();
    await Promise.all(ends);
    assert.deepEqual(line().sent, ["m0", "m1"]);
    await rpc.closed();
  });

  test("what is sent again keeps its order, before younger calls", async () => {
    const { rpc, lines, line } = make({ retries: 1 });
    await rpc.connect();
    const call = (name: string, params: string, idempotent: boolean) =>
      failure(
        rpc.invoke(
          {
            name,
            idempotent,
            params: { kind: json, name: "json" },
            result: { kind: json, name: "json" },
          },
          params,
        ),
      );
    line().deaf = true;
    const ends = [0, 1, 2].map((n) => call(`m${n}`, BIG, n < 2));
    await turn();
    line().say('{"push":{"disconnect":{"code":3001,"reason":"no"}}}');
    ends.push(call("m3", "", false));
    while (lines.length < 2) {
      await turn(5);
    }
    await turn(20);
    assert.deepEqual(line().sent, ["m0", "m1", "m2", "m3"]);
    rpc.disconnect();
    await Promise.all(ends);
    await rpc.closed();
  });
});

describe("times", () => {
  test("near the last ones are far, not over", async (context) => {
    context.mock.timers.enable({ apis: ["setTimeout"] });
    const far = Number.MAX_VALUE;
    const { rpc } = make({
      connectDeadlineMs: far,
      connectWaitMs: far,
      pingGraceMs: far,
      reconnectMinMs: Infinity,
      reconnectMaxMs: Infinity,
      dial: () => {
        throw new Error("no line");
      },
    });
    const states: string[] = [];
    let isOver = false;
    const end = failure(rpc.connect()).then((error) => {
      isOver = true;
      return error;
    });
    const call = failure(rpc.call("m", 1, { deadlineMs: far }));
    for (let n = 0; n < 4; n++) {
      context.mock.timers.tick(2 ** 31 - 1);
      await new Promise(setImmediate);
      states.push(rpc.state);
    }
    assert.deepEqual(states, Array(4).fill("connecting"));
    assert.equal(isOver, false);
    rpc.disconnect();
    assert.equal((await end).status, "closed");
    assert.equal((await call).status, "closed");
  });
});

test("a large message is worked off while others have their turns", async () => {
  const { rpc, line } = make();
  await rpc.connect();
  const call = rpc.call("m", {}) as Promise<unknown>;
  let turns = 0;
  let isOver = false;
  const count = () => {
    turns++;
    if (!isOver) {
      setImmediate(count);
    }
  };
  await Promise.resolve(); // the command leaves
  setImmediate(count);
  line().say(`${"{}\n".repeat(100_000)}{"id":2,"rpc":{"data":7}}`);
  assert.equal(await call, 7);
  isOver = true;
  assert.ok(turns > 3, `${turns} turns`);
  rpc.disconnect();
});
