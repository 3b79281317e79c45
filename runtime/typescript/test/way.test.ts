/* way.test.ts: how servers are reached in Node: by a proxy (CONNECT), and with
 * TLS whose files can be read. */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import {
  type AddressInfo,
  connect,
  createServer,
  type Server,
  type Socket,
} from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { createServer as createSecure } from "node:tls";

import { type WebSocket, WebSocketServer } from "ws";

import {
  BellError,
  CentrifugoRPCClient,
  RESTClient,
  type TlsOptions,
} from "../src/index.js";
import { Liar, ok } from "./liar.js";
import { caught, get } from "./rest_rig.js";

/** Answers CONNECT as it is told; else it makes the way. */
class Proxy {
  readonly heard: string[] = [];
  answer: string | undefined;
  readonly #sockets: Socket[] = [];
  readonly #server: Server = createServer((socket) => {
    this.#serve(socket);
  });

  async open(): Promise<this> {
    await new Promise<void>((resolve) => {
      this.#server.listen(0, "127.0.0.1", resolve);
    });
    return this;
  }

  get authority(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) {
      socket.destroy();
    }
  }

  #serve(socket: Socket): void {
    this.#sockets.push(socket);
    socket.on("error", () => undefined);
    socket.once("data", (bytes: Buffer) => {
      const head = bytes.toString();
      this.heard.push(head);
      if (this.answer !== undefined) {
        socket.end(this.answer);
        return;
      }
      const [, port = "0"] = /^CONNECT [^ ]*:(\d+) /.exec(head) ?? [];
      const far = connect(Number(port), "127.0.0.1", () => {
        socket.write("HTTP/1.1 200 Go on\r\n\r\n");
        socket.pipe(far).pipe(socket);
      });
      this.#sockets.push(far);
      far.on("error", () => undefined);
    });
  }
}

/** Keys and certificates: of an authority, and of 127.0.0.1. */
function certify(folder: string): (name: string) => Buffer {
  const openssl = (...words: string[]) => {
    execFileSync("openssl", words, { cwd: folder, stdio: "ignore" });
  };
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"];
  openssl(
    ...["req", "-x509", ...key, "-nodes", "-days", "9", "-subj", "/CN=ca"],
    ...["-keyout", "ca.key", "-out", "ca.pem"],
  );
  openssl(
    ...["req", "-x509", ...key, "-nodes", "-days", "9", "-subj", "/CN=us"],
    ...["-addext", "subjectAltName=IP:127.0.0.1"],
    ...["-CA", "ca.pem", "-CAkey", "ca.key"],
    ...["-keyout", "us.key", "-out", "us.pem"],
  );
  return (name) => readFileSync(join(folder, name));
}

const hasOpenssl = spawnSync("openssl", ["version"]).status === 0;
const skip = hasOpenssl ? false : "there is no openssl";

describe("the way to a server", { skip }, () => {
  const liar = new Liar();
  const params = { path: { id: "a" } };
  const folder = mkdtempSync(join(tmpdir(), "bellpull-way-"));
  let proxy = new Proxy();
  let file: (name: string) => Buffer;

  before(async () => {
    file = certify(folder);
    await liar.open();
    proxy = await proxy.open();
    liar.lies.set("/things/a", {
      answer: (socket) => socket.write(ok('{"id":"x"}')),
    });
  });
  after(() => {
    liar.close();
    proxy.close();
    rmSync(folder, { recursive: true });
  });

  test("a call by a proxy, with a user", async () => {
    const url = `http://a%20b:p%3A@${proxy.authority}/`;
    const rest = new RESTClient(liar.url, "", { proxy: url });
    assert.deepEqual(await rest.invoke(get, params), { id: "x" });
    await rest.invoke(get, params);
    const place = liar.url.slice("http://".length);
    const proof = Buffer.from("a b:p:").toString("base64");
    assert.deepEqual(proxy.heard.splice(0), [
      `CONNECT ${place} HTTP/1.1\r\nHost: ${place}\r\n` +
        `Proxy-Authorization: Basic ${proof}\r\n\r\n`,
    ]);
    rest.close();
  });

  test("what a proxy says instead", async () => {
    for (const [answer, want] of [
      ["HTTP/1.1 407 Who\r\n\r\n", "the proxy wants other credentials (407)"],
      ["HTTP/1.1 502 B\r\n\r\n", "the proxy has refused the way with 502"],
      [
        "HTTP/1.1 200 Y\r\n\r\nmore",
        "the proxy says more than it was asked for",
      ],
      [
        "hello\r\n\r\n",
        "the proxy's answer is not HTTP/1.1: the first line is not an HTTP/1 " +
          "status line",
      ],
      ["", "the proxy ended the connection"],
    ] as const) {
      proxy.answer = answer;
      const options = {
        proxy: `http://${proxy.authority}`,
        restRetries: -1,
      };
      const rest = new RESTClient(liar.url, "", options);
      const error = await caught(rest.invoke(get, params));
      assert.equal(error.message, `things.get: it was not sent: ${want}`);
      assert.equal(error.sent, "no");
      rest.close();
      const rpc = new CentrifugoRPCClient("ws://127.0.0.1:1", "", "", {
        proxy: `http://${proxy.authority}`,
        connectWaitMs: 60,
      });
      await assert.rejects(rpc.connect(), (why: Error) => {
        assert.ok(why.message.endsWith(`: ${want}`), why.message);
        return true;
      });
      rpc.disconnect();
    }
    proxy.answer = undefined;
    proxy.heard.length = 0;
  });

  test("a WebSocket by a proxy", async () => {
    const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
    await once(server, "listening");
    server.on("connection", (line: WebSocket) => {
      line.on("message", () => {
        line.send('{"id":1,"connect":{"client":"c","version":"v"}}');
      });
    });
    const { port } = server.address() as AddressInfo;
    const rpc = new CentrifugoRPCClient(`ws://127.0.0.1:${port}`, "", "", {
      proxy: `http://${proxy.authority}`,
    });
    await rpc.connect();
    assert.match(proxy.heard.join(), new RegExp(`^CONNECT 127.0.0.1:${port} `));
    rpc.disconnect();
    server.close();
    proxy.heard.length = 0;
  });

  test("TLS by a proxy, with a certificate of this client", async () => {
    const server = createSecure(
      {
        cert: file("us.pem"),
        key: file("us.key"),
        ca: file("ca.pem"),
        requestCert: true,
        rejectUnauthorized: true,
      },
      (socket) => {
        socket.on("error", () => undefined);
        socket.once("data", () => socket.end(ok('{"id":"t"}')));
      },
    );
    server.on("tlsClientError", () => undefined);
    await new Promise<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve);
    });
    const { port } = server.address() as AddressInfo;
    const call = async (tls: TlsOptions) => {
      const rest = new RESTClient(`https://127.0.0.1:${port}`, "", {
        proxy: `http://${proxy.authority}`,
        restRetries: -1,
        tls,
      });
      try {
        return await rest.invoke(get, params);
      } finally {
        rest.close();
      }
    };
    const ca = file("ca.pem");
    const ours = { ca, cert: file("us.pem"), key: file("us.key") };
    assert.deepEqual(await call(ours), { id: "t" });
    const alone = await caught(call({ ca }));
    assert.match(alone.message, /certificate|ended the connection/);
    const strange = await caught(call({ cert: ours.cert, key: ours.key }));
    assert.match(strange.message, /not signed by a trusted authority/);
    server.close();
  });

  test("what can never work is refused at once", () => {
    const other = file("ca.key");
    for (const [tls, want] of [
      [{ ca: "nonsense" }, "tls.ca is no certificate in PEM"],
      [{ ca: [file("ca.pem"), ""] }, "tls.ca is no certificate in PEM"],
      [
        {
          ca: "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n",
        },
        "tls.ca is no certificate in PEM",
      ],
      [{ cert: "nonsense" }, "tls.cert is no certificate in PEM"],
      [
        { key: "nonsense" },
        "tls.key is no key in PEM, or tls.passphrase is another one's",
      ],
      [
        { cert: file("us.pem"), key: other },
        "tls cannot be used: does tls.key belong to tls.cert?",
      ],
    ] as const) {
      const error = new BellError("invalid", `options: ${want}`, {
        sent: "no",
      });
      assert.throws(() => new RESTClient("https://h", "", { tls }), error);
      assert.throws(
        () => new CentrifugoRPCClient("wss://h", "", "", { tls }),
        error,
      );
    }
    const wrong = { proxy: "socks://h" };
    assert.throws(() => new CentrifugoRPCClient("ws://h", "", "", wrong), {
      message:
        "options: the proxy's url does not begin with http://; it should " +
        "look like http://[user:password@]host:port",
    });
  });
});
