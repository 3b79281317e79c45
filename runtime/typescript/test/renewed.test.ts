/* renewed.test.ts: tokens that run out while a line is dialed, and programs
 * that take their time to answer. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

import {
  CentrifugoRPCClient,
  type ClientOptions,
  type WebSocketLike,
} from "../src/index.js";

/** A WebSocket that opens in a while and grants each token a second. */
class Line implements WebSocketLike {
  binaryType = "";
  readonly frames: string[] = [];
  onopen: WebSocketLike["onopen"] = null;
  onclose: WebSocketLike["onclose"] = null;
  onmessage: WebSocketLike["onmessage"] = null;
  onerror: WebSocketLike["onerror"] = null;

  constructor(opensInMs: number) {
    setTimeout(() => {
      this.onopen?.({} as never);
    }, opensInMs);
  }

  say(data: string): void {
    this.onmessage?.({ data } as never);
  }

  send(frame: string): void {
    this.frames.push(frame);
    const id = /"id":(\d+)/.exec(frame)?.[1] ?? "";
    queueMicrotask(() => {
      if (frame.includes('"connect"')) {
        this.say(`{"id":${id},"connect":{"expires":true,"ttl":1}}`);
      } else if (frame.includes('"refresh"')) {
        this.say(`{"id":${id},"refresh":{}}`);
      }
    });
  }

  close(): void {
    setTimeout(() => {
      this.onclose?.({ code: 1000, reason: "" } as never);
    }, 0);
  }
}

function make(
  opensInMs: (line: number) => number,
  source: (question: number) => Promise<string>,
  options: ClientOptions = {},
) {
  const lines: Line[] = [];
  let asked = 0;
  const rpc = new CentrifugoRPCClient("ws://host", () => source(++asked), "", {
    reconnectMinMs: 1,
    reconnectMaxMs: 1,
    dial: () => {
      const line = new Line(opensInMs(lines.length + 1));
      lines.push(line);
      return line;
    },
    ...options,
  });
  return { rpc, lines };
}

async function until(holds: () => boolean): Promise<void> {
  const end = performance.now() + 20_000;
  while (!holds()) {
    assert.ok(performance.now() < end, "waited in vain");
    await sleep(5);
  }
}

describe("tokens of a program", { concurrency: true }, () => {
  test("one that runs out while a line is dialed is not shown", async () => {
    const { rpc, lines } = make(
      (line) => (line === 2 ? 1500 : 0),
      (question) => Promise.resolve(`token-${question}`),
    );
    await rpc.connect();
    lines[0]?.close();
    await until(() => lines.length === 3 && lines[2]?.frames.length === 1);
    assert.deepEqual(lines[1]?.frames, []);
    assert.match(lines[2]?.frames[0] ?? "", /"token":"token-2"/);
    rpc.disconnect();
  });

  test("a program has its time, whenever the server wants another", async () => {
    const said: string[] = [];
    let isAsked = false;
    const { rpc, lines } = make(
      () => 0,
      async (question) => {
        if (question > 1) {
          isAsked = true;
          await sleep(1600);
        }
        return `token-${question}`;
      },
      {
        connectDeadlineMs: 15_000,
        log: ({ text }) => {
          said.push(text);
        },
      },
    );
    await rpc.connect();
    await until(() => isAsked);
    lines[0]?.say('{"push":{"refresh":{"expires":true,"ttl":1}}}');
    await until(() => lines[0]?.frames.length === 2);
    assert.match(lines[0]?.frames[1] ?? "", /"token":"token-2"/);
    assert.deepEqual(
      said.filter((text) => text.startsWith("no token")),
      [],
    );
    rpc.disconnect();
  });
});
