/* platform_node.ts: WebSockets in Node, by the package ws. */
import type { IncomingMessage } from "node:http";
import type { Socket as Stream } from "node:net";

import { type ClientOptions, WebSocket } from "ws";

import { fromStrictUtf8 } from "../utf8.js";
import { checkName } from "./certificate_node.js";
import { timeline } from "./debug_node.js";
import type {
  Dial,
  Platform,
  Socket,
  SocketOptions,
  SocketWatch,
} from "./socket.js";
import type { Url } from "./url.js";
import { inherit } from "./environment.js";
import { wrongHeaders } from "./headers.js";
import { dialHttp } from "./http_dial.js";
import { wrongProxy } from "./proxy.js";
import { wrongTls } from "./tls_node.js";
import {
  type Head,
  headText,
  NO_WEBSOCKET,
  readUpgrade,
  refusalText,
  troubleText,
} from "./words_node.js";

/** What the handshake says itself, or would make it another one. */
const HANDSHAKE =
  /^(host|upgrade|connection|content-length|transfer-encoding|trailer|expect|sec-websocket-.*)$/i;
const NO_CODE = 1005;
const HEAD_BYTES_MAX = 16_384;

function reasonIn(bytes: Uint8Array | string | undefined): string {
  if (typeof bytes !== "object") {
    return bytes ?? "";
  }
  try {
    return fromStrictUtf8(bytes);
  } catch {
    return "(for a reason that is not UTF-8)";
  }
}

function optionsOf(options: SocketOptions): ClientOptions {
  const { messageBytesMax, origin, headers, tls } = options;
  return {
    maxPayload: messageBytesMax,
    perMessageDeflate: false,
    // Who reads a text checks it: one bad text must not end all calls.
    skipUTF8Validation: true,
    autoPong: false,
    followRedirects: false,
    maxHeaderSize: HEAD_BYTES_MAX,
    checkServerIdentity: checkName,
    ...(origin === undefined ? {} : { origin }),
    ...(headers === undefined ? {} : { headers }),
    ...(tls as ClientOptions | undefined),
  } as ClientOptions;
}

/** Said by a way to the server, in our own words. */
class NoWay extends Error {}

/** Goes to the server by a proxy. */
function wayBy(url: Url, options: SocketOptions): Partial<ClientOptions> {
  if (options.proxy === undefined) {
    return {};
  }
  const connect = (
    _: unknown,
    done: (error: Error | null, socket?: Stream) => void,
  ) => {
    dialHttp(
      url,
      options,
      (socket) => {
        done(null, socket);
        // The server speaks only when it was asked.
        socket.resume();
      },
      (text) => {
        done(new NoWay(text));
      },
    );
  };
  return { createConnection: connect } as unknown as Partial<ClientOptions>;
}

function joined(data: unknown): Uint8Array {
  return Array.isArray(data)
    ? Buffer.concat(data as Buffer[])
    : data instanceof ArrayBuffer
      ? new Uint8Array(data)
      : (data as Buffer);
}

/** Its close() is called by ws as well, when the server's close frame has come:
 * long before the socket ends, for which the server may take its time. */
class Told extends WebSocket {
  onGoodbye: ((code: number, reason: string) => void) | undefined;

  override close(code?: number, reason?: string | Buffer): void {
    // With a code alone it is an error's, which is told by itself.
    if (code === undefined || reason !== undefined) {
      this.onGoodbye?.(code ?? NO_CODE, reasonIn(reason));
    }
    super.close(code, reason);
  }
}

class Node implements Socket {
  readonly #inner: Told;
  readonly #watch: SocketWatch;
  readonly #url: Url;
  readonly #most: number;
  #opened = false;
  /** The server's 101. */
  #head: Head | undefined;

  constructor(url: Url, options: SocketOptions, watch: SocketWatch) {
    this.#url = url;
    this.#watch = watch;
    this.#most = options.messageBytesMax;
    this.#inner = new Told(url.whole, {
      ...optionsOf(options),
      ...wayBy(url, options),
    });
    this.#listen();
  }

  #listen(): void {
    const inner = this.#inner;
    inner.onGoodbye = (code, text) => {
      this.#watch.ended({ code, text });
    };
    inner.on("open", () => {
      this.#opened = true;
      this.#watch.opened();
    });
    inner.on("message", (data) => {
      this.#watch.message(joined(data));
    });
    inner.on("ping", (data) => {
      // A server that pings without reading must not fill our memory: one pong
      // for the newest of several pings is enough (RFC 6455 5.5.3).
      if (inner.bufferedAmount === 0) {
        inner.pong(data);
      }
    });
    inner.on("upgrade", (response) => {
      this.#head = response;
      response.socket.on("data", () => {
        this.#watch.heard();
      });
      if (!readUpgrade(response)) {
        this.#fail(NO_WEBSOCKET);
        inner.terminate();
      }
    });
    inner.on("unexpected-response", (_, response: IncomingMessage) => {
      this.#fail(refusalText(response.statusCode ?? 0));
      inner.terminate();
    });
    inner.on("error", (error) => {
      if (error instanceof NoWay) {
        this.#fail(error.message);
        return;
      }
      const head = this.#opened ? undefined : this.#head;
      this.#fail(
        (head === undefined ? undefined : headText(error.message, head)) ??
          troubleText(error, this.#url, this.#opened, this.#most),
      );
    });
    inner.on("close", () => {
      this.#fail("the server ended the connection");
      this.#watch.gone();
    });
  }

  #fail(text: string): void {
    this.#watch.ended({ code: 0, text });
  }

  send(text: string): void {
    this.#inner.send(text, (error) => {
      if (!error) {
        this.#watch.written();
      }
    });
  }

  get waiting(): number {
    return this.#inner.bufferedAmount;
  }

  pause(isPaused: boolean): void {
    if (isPaused) {
      this.#inner.pause();
    } else {
      this.#inner.resume();
    }
  }

  close(code: number): void {
    this.#inner.onGoodbye = undefined;
    this.#inner.close(code);
  }

  terminate(): void {
    this.#inner.onGoodbye = undefined;
    this.#inner.terminate();
  }
}

const dial: Dial = (url, options, watch) => new Node(url, options, watch);

export const platform: Platform = {
  dial,
  lacks: [],
  soon: (run) => {
    setImmediate(run);
  },
  inherit,
  wrong: ({ proxy, tls }) => wrongProxy(proxy) ?? wrongTls(tls),
  wrongHeaders: (headers, origin) =>
    wrongHeaders(headers, origin, HANDSHAKE, "the WebSocket handshake"),
  get debug() {
    return timeline();
  },
};
