/* leaks.test.ts: what is left of calls that are over: nothing. A server in
 * memory, by the option `dial`, so that many calls take no time. */
import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { setFlagsFromString } from "node:v8";
import { describe, test } from "node:test";
import { runInNewContext } from "node:vm";

import {
  CentrifugoRPCClient,
  type ClientOptions,
  type WebSocketLike,
} from "../src/index.js";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** Answers each rpc; or nothing. */
class Peer implements WebSocketLike {
  static answers = true;
  static all = new Set<Peer>();
  binaryType = "";
  onopen: ((event: never) => void) | null = null;
  onclose: ((event: never) => void) | null = null;
  onmessage: ((event: never) => void) | null = null;
  onerror: ((event: never) => void) | null = null;

  constructor() {
    Peer.all.add(this);
    queueMicrotask(() => this.onopen?.({} as never));
  }

  send(frame: string): void {
    const replies = frame.split("\n").flatMap((line) => {
      const id = /"id":(\d+)/.exec(line)?.[1] ?? "";
      if (line.includes('"connect"')) {
        return ['{"id":1,"connect":{"client":"c"}}'];
      }
      return Peer.answers ? [`{"id":${id},"rpc":{"data":{"a":[1]}}}`] : [];
    });
    if (replies.length > 0) {
      const event = { data: replies.join("\n") };
      queueMicrotask(() => this.onmessage?.(event as never));
    }
  }

  close(): void {
    this.end(1000);
  }

  end(code: number): void {
    if (Peer.all.delete(this)) {
      const event = { code, reason: "" };
      queueMicrotask(() => this.onclose?.(event as never));
    }
  }
}

function make(options: ClientOptions = {}): CentrifugoRPCClient {
  Peer.answers = true;
  return new CentrifugoRPCClient("ws://h", "", "", {
    dial: () => new Peer(),
    reconnectMinMs: 0,
    reconnectMaxMs: 0,
    ...options,
  });
}

function heap(): number {
  collect();
  return process.memoryUsage().heapUsed;
}

/** The heap that each of `many` leaves behind, by the best of some rounds:
 * what leaks does so in all of them, what a compiler keeps does not. */
async function left(many: number, run: () => Promise<void>): Promise<number> {
  const grown: number[] = [];
  await run();
  for (let round = 0; round < 3; round++) {
    const before = heap();
    await run();
    grown.push(heap() - before);
  }
  return Math.min(...grown) / many;
}

const BATCH = 1000;

async function calls(
  rpc: CentrifugoRPCClient,
  batches: number,
  options = {},
): Promise<void> {
  for (let i = 0; i < batches; i++) {
    const batch = Array.from({ length: BATCH }, () =>
      rpc.call("m", { n: i }, options).catch(() => undefined),
    );
    await Promise.all(batch);
  }
}

describe("nothing is left", () => {
  test("of 100,000 good calls", async () => {
    const before = process.getActiveResourcesInfo().sort();
    const rpc = make();
    await rpc.connect();
    const bytes = await left(25_000, () => calls(rpc, 25));
    assert.ok(bytes < 10, `${bytes} bytes a call`);
    rpc.disconnect();
    await rpc.closed();
    assert.deepEqual(process.getActiveResourcesInfo().sort(), before);
  });

  test("of 8,000 calls that a signal ended", async () => {
    const rpc = make();
    await rpc.connect();
    Peer.answers = false;
    const bytes = await left(2000, async () => {
      const abort = new AbortController();
      const { signal } = abort;
      const ended = calls(rpc, 1, { signal });
      for (let i = 1; i < 2; i++) {
        void calls(rpc, 1, { signal });
      }
      assert.equal(getEventListeners(signal, "abort").length, 1);
      abort.abort();
      await ended;
      assert.equal(getEventListeners(signal, "abort").length, 0);
    });
    assert.ok(bytes < 20, `${bytes} bytes a call`);
    rpc.disconnect();
    await rpc.closed();
  });

  test("of a signal whose calls were answered", async () => {
    const rpc = make();
    const { signal } = new AbortController();
    await calls(rpc, 1, { signal });
    assert.equal(getEventListeners(signal, "abort").length, 0);
    rpc.disconnect();
    await rpc.closed();
  });

  test("of 1,000 lines that broke", async () => {
    const before = process.getActiveResourcesInfo().sort();
    const rpc = make();
    const bytes = await left(250, async () => {
      for (let i = 0; i < 250; i++) {
        await rpc.connect();
        for (const peer of Peer.all) {
          peer.end(1006);
        }
        await rpc.call("m");
      }
    });
    assert.ok(bytes < 200, `${bytes} bytes a line`);
    rpc.disconnect();
    await rpc.closed();
    assert.equal(Peer.all.size, 0);
    assert.deepEqual(process.getActiveResourcesInfo().sort(), before);
  });

  test("of a line whose dial() closes the client", async () => {
    const rpc: CentrifugoRPCClient = make({
      dial: () => {
        rpc.disconnect();
        return new Peer();
      },
    });
    await assert.rejects(rpc.connect(), { status: "closed" });
    await rpc.closed();
    assert.equal(Peer.all.size, 0);
  });

  test("an unanswered call is small", async () => {
    const rpc = make({ deadlineMs: -1 });
    await rpc.connect();
    Peer.answers = false;
    const before = heap();
    const pending = calls(rpc, 1);
    for (let i = 1; i < 20; i++) {
      void calls(rpc, 1);
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
    const bytes = (heap() - before) / 20_000;
    assert.ok(bytes < 1500, `${bytes} bytes a call`);
    rpc.disconnect();
    await pending;
    await rpc.closed();
  });
});
