/* hostile.test.ts: servers that are silent, say too much, say nonsense, or do
 * not let go. No Centrifugo is needed: here its own words would not help. */
import assert from "node:assert/strict";
import { createServer, type Server, type Socket } from "node:net";
import type { AddressInfo } from "node:net";
import { after, before, describe, test } from "node:test";

import { type WebSocket, WebSocketServer } from "ws";

import {
  BellError,
  CentrifugoRPCClient,
  type ClientOptions,
  type Token,
} from "../src/index.js";

async function failure(promise: Promise<unknown>): Promise<BellError> {
  try {
    await promise;
  } catch (error) {
    assert.ok(error instanceof BellError, String(error));
    return error;
  }
  return assert.fail("it did not fail");
}

/** Until so many have come; who waits in vain fails by what is there. */
async function come(list: readonly string[], count: number): Promise<void> {
  const end = performance.now() + 20_000;
  while (list.length < count && performance.now() < end) {
    await sleep(10);
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

const GREETING = '{"id":1,"connect":{"client":"c","version":"0"}}';

function idOf(frame: string): string {
  return /"id":(\d+)/.exec(frame)?.[1] ?? "";
}

describe("a client among hostile servers", () => {
  let server: WebSocketServer;
  let silent: Server;
  const sockets = new Set<Socket>();
  const clients = new Set<CentrifugoRPCClient>();
  /** What the server does with a client's frame. */
  let answer: (socket: WebSocket, frame: string) => void = () => undefined;
  /** Greets, and then does this. */
  const greeting = (then: typeof answer = () => undefined) => {
    answer = (socket, frame) => {
      if (frame.includes('"connect"')) {
        socket.send(GREETING);
      } else {
        then(socket, frame);
      }
    };
  };

  before(async () => {
    server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
    server.on("connection", (socket) => {
      socket.on("message", (frame: Buffer) => {
        answer(socket, frame.toString());
      });
      socket.on("error", () => undefined);
    });
    silent = createServer((socket) => {
      sockets.add(socket);
      socket.on("error", () => undefined);
    });
    await new Promise<void>((resolve) => {
      silent.listen(0, "127.0.0.1", resolve);
    });
  });
  after(() => {
    for (const client of clients) {
      client.disconnect();
    }
    for (const socket of [...server.clients]) {
      socket.terminate();
    }
    for (const socket of sockets) {
      socket.destroy();
    }
    server.close();
    silent.close();
  });

  const make = (
    at: WebSocketServer | Server,
    options: ClientOptions = {},
    token: Token = "",
  ) => {
    const { port } = at.address() as AddressInfo;
    const made = new CentrifugoRPCClient(`ws://127.0.0.1:${port}/`, token, "", {
      reconnectMinMs: 1,
      reconnectMaxMs: 2,
      ...options,
    });
    clients.add(made);
    return made;
  };
  const leave = async (rpc: CentrifugoRPCClient) => {
    rpc.disconnect();
    await rpc.closed();
  };

  test("one that accepts, and says nothing", async () => {
    const rpc = make(silent, { connectDeadlineMs: 30 });
    const error = await failure(rpc.connect({ deadlineMs: 500 }));
    assert.equal(error.status, "deadline");
    assert.match(error.message, /the server did not accept within 30 ms$/);
    assert.equal(rpc.state, "connecting");
    await leave(rpc);
  });

  test("one that greets, and answers nothing: nothing is kept", async () => {
    greeting();
    const rpc = make(server, { callsMax: 3 });
    await rpc.connect();
    const call = () => failure(rpc.call("ask", {}, { deadlineMs: 5 }));
    for (let i = 0; i < 9; i++) {
      assert.equal((await call()).status, "deadline");
    }
    const three = [1, 2, 3].map(() => failure(rpc.call("ask")));
    const error = await call();
    assert.equal(error.status, "limit");
    assert.match(
      error.message,
      /^calls_max \(3\) is reached: nothing was sent$/,
    );
    await leave(rpc);
    await Promise.all(three);
  });

  test("one that opens, and does not greet", async () => {
    const rpc = make(server, { connectDeadlineMs: 300 });
    answer = () => undefined;
    const error = await failure(rpc.connect({ deadlineMs: 3000 }));
    assert.match(
      error.message,
      /no answer to the connect command within 300 ms$/,
    );
    await leave(rpc);
  });

  test("a message that is too large", async () => {
    const rpc = make(server, { messageBytesMax: 100 });
    greeting((socket) => {
      socket.send("x".repeat(101));
    });
    await rpc.connect();
    const error = await failure(rpc.call("m"));
    assert.equal(error.status, "disconnected");
    assert.equal(error.sent, "unknown");
    assert.match(error.message, /is larger than message_bytes_max \(100\)$/);
    await leave(rpc);
  });

  test("nonsense instead of replies", async () => {
    for (const nonsense of ["{", '{"id":2}x', '{"id":"2"}', "[]", "text"]) {
      const rpc = make(server);
      greeting((socket) => {
        socket.send(nonsense);
      });
      await rpc.connect();
      const error = await failure(rpc.call("m", {}, { deadlineMs: 2000 }));
      assert.equal(error.status, "disconnected", nonsense);
      assert.equal(error.origin, "codec");
      assert.match(error.message, /not a Centrifugo message \(byte \d+: /);
      await leave(rpc);
    }
  });

  test("a connect answered without its member harms nobody", async () => {
    const rpc = make(server);
    answer = (socket) => {
      socket.send('{"id":1}');
    };
    const error = await failure(rpc.connect({ deadlineMs: 100 }));
    assert.equal(error.status, "deadline");
    assert.match(error.message, /not a Centrifugo message/);
    await leave(rpc);
  });

  test("replies for nobody are passed over", async () => {
    const rpc = make(server);
    greeting((socket, frame) => {
      const reply = (id: string) => {
        socket.send(`{"id":${id},"rpc":{"data":42}}`);
      };
      reply("99");
      reply(idOf(frame));
      reply(idOf(frame));
    });
    await rpc.connect();
    assert.equal(await rpc.call("m"), 42);
    assert.equal(await rpc.call("m"), 42);
    await leave(rpc);
  });

  test("one that does not let go is left", async () => {
    const rpc = make(server);
    answer = (socket) => {
      socket.send(GREETING);
      // It reads nothing any more, so no goodbye either.
      socket.pause();
    };
    await rpc.connect();
    const pending = failure(rpc.call("m"));
    rpc.disconnect();
    assert.equal((await pending).status, "closed");
    await rpc.closed();
  });

  test("a close frame counts at once, whatever TCP does", async () => {
    const rpc = make(server, { reconnectMinMs: 5000, reconnectMaxMs: 5000 });
    greeting((socket) => {
      socket.close(3001, "shutdown");
      // Nothing more is read: the socket stays for long.
      socket.pause();
    });
    await rpc.connect();
    const began = performance.now();
    const error = await failure(rpc.call("m"));
    assert.equal(error.code, 3001);
    assert.equal(error.origin, "close");
    assert.ok(performance.now() - began < 20_000);
    await leave(rpc);
  });

  test("a reply that lies in the socket comes before the deadline", async () => {
    const rpc = make(server);
    greeting((socket, frame) => {
      socket.send(`{"id":${idOf(frame)},"rpc":{"data":1}}`);
      // Our own work, longer than the deadline, while the reply is there.
      const until = performance.now() + 700;
      while (performance.now() < until);
    });
    await rpc.connect();
    assert.equal(await rpc.call("m", {}, { deadlineMs: 500 }), 1);
    await leave(rpc);
  });

  test("a fixed token's ttl is the server's to keep", async () => {
    let refreshed = false;
    answer = (socket, frame) => {
      refreshed ||= frame.includes("refresh");
      socket.send(
        frame.includes('"connect"')
          ? '{"id":1,"connect":{"expires":true,"ttl":1}}'
          : `{"id":${idOf(frame)},"rpc":{"data":1}}`,
      );
    };
    const rpc = make(server, {}, "fixed");
    await rpc.connect();
    await sleep(1200);
    assert.equal(await rpc.call("m"), 1);
    assert.equal(refreshed, false);
    await leave(rpc);
  });

  test("a refresh push sets the token's time", async () => {
    const asked: string[] = [];
    answer = (socket, frame) => {
      asked.push(frame);
      if (frame.includes('"connect"')) {
        socket.send('{"id":1,"connect":{"expires":true,"ttl":3600}}');
        socket.send('{"push":{"refresh":{"expires":true,"ttl":0.01}}}');
      } else {
        socket.send('{"id":1,"refresh":{}}');
      }
    };
    let count = 0;
    const rpc = make(server, {}, () => `token${++count}`);
    await rpc.connect();
    await come(asked, 2);
    assert.deepEqual(asked, [
      '{"id":1,"connect":{"token":"token1","name":"bellpull"}}',
      '{"id":1,"refresh":{"token":"token2"}}',
    ]);
    await leave(rpc);
  });

  test("pings below a second get their pongs", async () => {
    const pongs: string[] = [];
    answer = (socket, frame) => {
      if (frame.includes('"connect"')) {
        socket.send('{"id":1,"connect":{"client":"c","pong":true}}');
        socket.send("{}");
      } else {
        pongs.push(frame);
      }
    };
    const rpc = make(server);
    await rpc.connect();
    await come(pongs, 1);
    assert.deepEqual(pongs, ["{}"]);
    await leave(rpc);
  });

  test("greeted and then closed, for ever: the waits grow", async () => {
    answer = (socket) => {
      socket.send(GREETING);
      socket.close(3000, "later");
    };
    const attempts: number[] = [];
    let tell: () => void = () => undefined;
    const enough = new Promise<void>((resolve) => {
      tell = resolve;
    });
    const waits: number[] = [];
    const rpc = make(server, {
      reconnectMinMs: 1,
      reconnectMaxMs: 20_000,
      onStateChange: (change) => {
        if (change.event === "connecting") {
          attempts.push(change.attempt);
        } else if (change.event === "lost") {
          waits.push(change.nextTryMs);
        }
        if (waits.length === 6) {
          tell();
        }
      },
    });
    await rpc.connect();
    await enough;
    await leave(rpc);
    // None of the lines lived: the count goes on, and the waits with it.
    assert.deepEqual(attempts, [1, 2, 3, 4, 5, 6]);
    waits.forEach((wait, step) => {
      assert.ok(wait <= 2 + 2 ** step, `${wait} ms after ${step}`);
    });
  });

  test("120 MB to one that does not read are refused, not kept", async () => {
    greeting((socket) => {
      socket.pause();
    });
    const rpc = make(server, { queueBytesMax: 2 ** 20, deadlineMs: -1 });
    await rpc.connect();
    const ends: Promise<BellError>[] = [];
    const params = "x".repeat(60_000);
    for (let i = 0; i < 2000; i++) {
      ends.push(failure(rpc.call("m", params)));
    }
    await sleep(50);
    rpc.disconnect();
    const errors = await Promise.all(ends);
    const limits = errors.filter(({ status }) => status === "limit");
    assert.match(limits[0]?.message ?? "", /^queue_bytes_max \(1048576\)/);
    assert.ok(limits.length > 1900, `${limits.length} refused`);
    await rpc.closed();
  });
});
