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

/** A connect command's reply in protobuf: id 1, {client: "c"}. */
const GREETING = Uint8Array.of(7, 8, 1, 0x2a, 3, 0x0a, 1, 0x63);

describe("a client among hostile servers", () => {
  let server: WebSocketServer;
  let silent: Server;
  const sockets = new Set<Socket>();
  /** What the server does with a client's frame. */
  let answer: (socket: WebSocket, frame: Uint8Array) => void = () => undefined;

  before(async () => {
    server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
    server.on("connection", (socket) => {
      socket.on("message", (frame: Buffer) => {
        answer(socket, frame);
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
    for (const socket of [...server.clients]) {
      socket.terminate();
    }
    for (const socket of sockets) {
      socket.destroy();
    }
    server.close();
    silent.close();
  });

  const make = (at: WebSocketServer | Server, options: ClientOptions = {}) => {
    const { port } = at.address() as AddressInfo;
    return new CentrifugoRPCClient(`ws://127.0.0.1:${port}/`, "", "", {
      reconnectMinMs: 1,
      reconnectMaxMs: 2,
      ...options,
    });
  };

  test("one that accepts, and says nothing", async () => {
    const rpc = make(silent, { connectDeadlineMs: 30 });
    const error = await failure(rpc.connect({ deadlineMs: 200 }));
    assert.equal(error.status, "deadline");
    assert.match(error.message, /the server did not accept within 30 ms$/);
    await rpc.closed();
  });

  test("one that greets, and answers nothing", async () => {
    answer = (socket) => {
      socket.send(GREETING);
    };
    const rpc = make(server, { callsMax: 3 });
    await rpc.connect();
    const call = () => failure(rpc.call("ask", {}, { deadlineMs: 5 }));
    for (let i = 0; i < 3; i++) {
      assert.equal((await call()).status, "deadline");
    }
    const error = await call();
    assert.equal(error.status, "limit");
    assert.match(error.message, /^calls_max \(3\) is met: nothing was sent$/);
    rpc.disconnect();
    await rpc.closed();
  });

  test("one that opens, and does not greet", async () => {
    const rpc = make(server, { connectDeadlineMs: 30 });
    answer = () => undefined;
    const error = await failure(rpc.connect({ deadlineMs: 200 }));
    assert.match(
      error.message,
      /no answer to the connect command within 30 ms$/,
    );
    await rpc.closed();
  });

  test("a message that is too large", async () => {
    const rpc = make(server, { messageBytesMax: 100 });
    answer = (socket) => {
      socket.send(GREETING);
      answer = () => {
        socket.send(new Uint8Array(101));
      };
    };
    await rpc.connect();
    const error = await failure(rpc.call("m"));
    assert.equal(error.status, "disconnected");
    assert.equal(error.sent, "unknown");
    rpc.disconnect();
    await rpc.closed();
  });

  test("nonsense instead of replies", async () => {
    for (const nonsense of [
      Uint8Array.of(255),
      Uint8Array.of(3, 8, 2),
      Uint8Array.of(4, 8, 2, 0x6a, 9),
      "text",
    ]) {
      const rpc = make(server);
      answer = (socket) => {
        socket.send(GREETING);
        answer = () => {
          socket.send(nonsense);
        };
      };
      await rpc.connect();
      const error = await failure(rpc.call("m", {}, { deadlineMs: 2000 }));
      assert.equal(error.status, "disconnected", String(nonsense));
      assert.match(error.message, /no Centrifugo message/);
      rpc.disconnect();
      await rpc.closed();
    }
  });

  test("replies for nobody are passed over", async () => {
    const rpc = make(server);
    const reply = (id: number) =>
      Uint8Array.of(8, 8, id, 0x6a, 4, 0x0a, 2, 0x34, 0x32);
    answer = (socket, frame) => {
      const id = frame[2] ?? 0;
      socket.send(id === 1 ? GREETING : reply(99));
      if (id !== 1) {
        socket.send(reply(id));
        socket.send(reply(id));
      }
    };
    await rpc.connect();
    assert.equal(await rpc.call("m"), 42);
    assert.equal(await rpc.call("m"), 42);
    rpc.disconnect();
    await rpc.closed();
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
});
