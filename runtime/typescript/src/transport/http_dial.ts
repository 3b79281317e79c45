/* http_dial.ts: a socket to a server in Node: by a proxy where there is one,
 * with TLS where the url says so. It knows no requests. */
import { connect, isIP, type Socket } from "node:net";
import { connect as secure } from "node:tls";
import type { ConnectionOptions } from "node:tls";

import type { Origin } from "../seam/exchange.js";
import { checkName } from "./certificate_node.js";
import type { HttpOptions } from "./http.js";
import { Fence } from "./http_fence.js";
import { dialText } from "./words_node.js";

const CONNECTED = 2;
const CLASS = 100;

/** Host and port of an authority. */
export function placeOf({ authority, secure }: Origin): {
  host: string;
  port: number;
} {
  const [, host = "", port = ""] =
    /^(?:\[(?=.*\])|(?!\[))([^\]]*?)\]?(?::(\d*))?$/.exec(authority) ?? [];
  return { host, port: port === "" ? (secure ? 443 : 80) : Number(port) };
}

interface Watch {
  done(socket: Socket): void;
  failed(text: string): void;
}

/** One attempt. Nothing of a request is sent by it. */
class Attempt {
  readonly #to: Origin;
  readonly #options: HttpOptions;
  readonly #watch: Watch;
  readonly #timer: ReturnType<typeof setTimeout>;
  #socket: Socket | undefined;
  #listeners: readonly (readonly [string, (error: Error) => void])[] = [];
  #isOver = false;

  constructor(to: Origin, options: HttpOptions, watch: Watch) {
    this.#to = to;
    this.#options = options;
    this.#watch = watch;
    const ms = options.connectDeadlineMs;
    this.#timer = setTimeout(() => {
      this.#fail(`not connected to ${to.authority} within ${ms} ms`);
    }, ms);
    const { proxy } = options;
    if (proxy === undefined) {
      this.#begin(to);
    } else {
      this.#beginBy(new URL(proxy));
    }
  }

  cancel(): void {
    this.#end();
    this.#socket?.destroy();
  }

  #end(): boolean {
    const wasOver = this.#isOver;
    this.#isOver = true;
    clearTimeout(this.#timer);
    return !wasOver;
  }

  #fail(text: string): void {
    if (this.#end()) {
      this.#socket?.destroy();
      this.#watch.failed(text);
    }
  }

  #finish(socket: Socket): void {
    if (this.#end()) {
      this.#leave(socket);
      this.#watch.done(socket);
    }
  }

  #leave(socket: Socket): void {
    for (const [event, listener] of this.#listeners) {
      socket.off(event, listener);
    }
  }

  /** Errors of the socket are those of dialing, for now. */
  #follow(socket: Socket, to: string): void {
    const broke = (error: Error) => {
      this.#fail(dialText(error, to));
    };
    const ended = () => {
      this.#fail("the server ended the connection");
    };
    this.#socket = socket;
    this.#listeners = [
      ["error", broke],
      ["close", ended],
    ];
    socket.on("error", broke);
    socket.on("close", ended);
  }

  #begin(to: Origin): void {
    if (to.secure) {
      this.#secure(undefined);
      return;
    }
    const socket = connect({ ...placeOf(to), noDelay: true });
    this.#follow(socket, to.authority);
    socket.once("connect", () => {
      this.#finish(socket);
    });
  }

  #secure(socket: Socket | undefined): void {
    const { host, port } = placeOf(this.#to);
    const tls = secure({
      ...(socket === undefined ? { host, port } : { socket }),
      servername: isIP(host) === 0 ? host : "",
      ALPNProtocols: ["http/1.1"],
      checkServerIdentity: (_, certificate) => checkName(host, certificate),
      ...(this.#options.tls as ConnectionOptions | undefined),
    });
    tls.setNoDelay(true);
    this.#follow(tls, this.#to.authority);
    tls.once("secureConnect", () => {
      this.#finish(tls);
    });
  }

  // ---- A proxy (RFC 9110 9.3.6) ---------------------------------------------

  #beginBy(proxy: URL): void {
    const { host, port } = placeOf({
      secure: false,
      authority: proxy.host,
    });
    const socket = connect({ host, port, noDelay: true });
    this.#follow(socket, proxy.host);
    socket.once("connect", () => {
      socket.write(this.#greeting(proxy));
      this.#awaitTunnel(socket, proxy.host);
    });
  }

  #greeting(proxy: URL): string {
    const { host, port } = placeOf(this.#to);
    const place = `${host.includes(":") ? `[${host}]` : host}:${port}`;
    const user = [proxy.username, proxy.password].map(decodeURIComponent);
    const secret = Buffer.from(user.join(":")).toString("base64");
    const proof =
      proxy.username === "" ? "" : `Proxy-Authorization: Basic ${secret}\r\n`;
    return `CONNECT ${place} HTTP/1.1\r\nHost: ${place}\r\n${proof}\r\n`;
  }

  #awaitTunnel(socket: Socket, proxy: string): void {
    const fence = new Fence("HEAD", this.#options.headBytesMax);
    const read = (bytes: Buffer) => {
      if (fence.read(bytes) !== undefined || fence.isOver) {
        this.#fail(`the proxy ${proxy} does not speak HTTP/1.1`);
      } else if (fence.status !== 0) {
        socket.off("data", read);
        this.#tunnel(socket, proxy, fence.status);
      }
    };
    socket.on("data", read);
  }

  #tunnel(socket: Socket, proxy: string, status: number): void {
    if (Math.floor(status / CLASS) !== CONNECTED) {
      this.#fail(`the proxy ${proxy} refused with ${status}`);
      return;
    }
    socket.pause();
    if (this.#to.secure) {
      this.#leave(socket);
      this.#secure(socket);
    } else {
      this.#finish(socket);
    }
  }
}

/** Calls one of the two, never inside of this, unless it is cancelled. */
export function dialHttp(
  to: Origin,
  options: HttpOptions,
  done: (socket: Socket) => void,
  failed: (text: string) => void,
): { cancel(): void } {
  return new Attempt(to, options, { done, failed });
}
