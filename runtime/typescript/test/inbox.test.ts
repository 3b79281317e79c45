/* inbox.test.ts: messages that come faster than they are read: others have
 * their turns between them, what waits is bounded, and no end overtakes it. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { CentrifugoRPCClient, type WebSocketLike } from "../src/index.js";
import type { Socket, SocketWatch } from "../src/transport/socket.js";
import { readUrl } from "../src/transport/url.js";
import { Ws } from "../src/transport/ws.js";

const KIB = 1024;
const PING = "{}\n";

function pings(bytes: number): Uint8Array {
  return new TextEncoder().encode(PING.repeat(bytes / PING.length));
}

/** A platform's WebSocket whose peer greets and tells the first call. */
class Fake implements WebSocketLike {
  binaryType = "";
  onopen: WebSocketLike["onopen"] = null;
  onclose: WebSocketLike["onclose"] = null;
  onmessage: WebSocketLike["onmessage"] = null;
  onerror: WebSocketLike["onerror"] = null;
  onCall: (id: string) => void = () => undefined;

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
    const call = /"id":(\d+),"rpc"/.exec(frame)?.[1];
    queueMicrotask(() => {
      if (frame.includes('"connect"')) {
        this.say('{"id":1,"connect":{"ping":25,"pong":true}}');
      } else if (call !== undefined) {
        this.onCall(call);
      }
    });
  }

  close(): void {
    // The server's goodbye is told by the test.
  }
}

function make(line: Fake): CentrifugoRPCClient {
  return new CentrifugoRPCClient("ws://h", "", "", { dial: () => line });
}

describe("messages that come faster than they are read", () => {
  /** Turns of others while a large message and some small ones are read. */
  async function turnsWith(count: number): Promise<number> {
    const line = new Fake();
    const rpc = make(line);
    await rpc.connect();
    const small = pings(45 * KIB);
    let turns = 0;
    let timer: NodeJS.Immediate | undefined;
    const tick = () => {
      turns++;
      timer = setImmediate(tick);
    };
    line.onCall = (id) => {
      line.say(pings(2 * KIB * KIB));
      for (let i = 0; i < count; i++) {
        line.say(small);
      }
      line.say(`{"id":${id},"rpc":{"data":7}}`);
      tick();
    };
    assert.equal(await rpc.call("any"), 7);
    clearImmediate(timer);
    rpc.disconnect();
    return turns;
  }

  test("others have their turns between them", async () => {
    const one = await turnsWith(0);
    const many = await turnsWith(200);
    // 9 MiB more: a turn works off 1 MiB.
    assert.ok(many >= one + 9, `${many} turns, ${one} without`);
  });

  test("the line's end is behind them", async () => {
    const line = new Fake();
    const rpc = make(line);
    await rpc.connect();
    line.onCall = (id) => {
      line.say(pings(2 * KIB * KIB));
      line.say(`{"id":${id},"rpc":{"data":8}}`);
      line.onclose?.({ code: 3500, reason: "no more" } as never);
    };
    assert.equal(await rpc.call("any"), 8);
    rpc.disconnect();
  });
});

/** A transport over a socket that is told what to do. */
function open(pause: Socket["pause"]) {
  let watch: SocketWatch | undefined;
  const ws = new Ws(
    {
      url: readUrl("ws://h"),
      messageBytesMax: 100,
      connectDeadlineMs: 5000,
      dial: (_url, _options, given) => {
        watch = given;
        return {
          waiting: 0,
          send: () => undefined,
          close: () => undefined,
          terminate: () => undefined,
          ...(pause === undefined ? {} : { pause }),
        };
      },
    },
    () => undefined,
    () => undefined,
  );
  ws.open();
  watch?.opened();
  return { ws, say: (size: number) => watch?.message(new Uint8Array(size)) };
}

describe("what waits to be read", () => {
  test("a platform that can read no more does so until it is read", () => {
    const said: boolean[] = [];
    const { ws, say } = open((isPaused) => said.push(isPaused));
    say(60);
    assert.deepEqual(said, [true]);
    say(60); // what the platform had read already
    assert.equal(ws.receive()?.length, 60);
    assert.equal(said.at(-1), true);
    assert.equal(ws.receive()?.length, 60);
    assert.equal(said.at(-1), false);
    assert.equal(ws.receive(), undefined);
    assert.equal(ws.line, "up");
  });

  test("where it cannot, what waits has a bound", () => {
    const { ws, say } = open(undefined);
    say(60);
    assert.equal(ws.line, "up");
    say(60);
    assert.equal(ws.line, "down");
    assert.deepEqual(ws.end, {
      code: 0,
      text: "the server sent more than message_bytes_max (100) at once",
    });
    assert.equal(ws.receive(), undefined);
  });
});
