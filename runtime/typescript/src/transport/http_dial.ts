/* http_dial.ts: a socket to a server in Node: by a proxy where there is one,
 * with TLS where the url says so. It knows no requests. */
import { connect, isIP, type Socket } from "node:net";
import { connect as secure } from "node:tls";
import type { ConnectionOptions } from "node:tls";

import type { Origin } from "../seam/exchange.js";
import { checkName } from "./certificate_node.js";
import type { HttpOptions } from "./http.js";
import { type Proxy, readProxy } from "./proxy.js";
import { askProxy } from "./tunnel_node.js";
import { dialText } from "./words_node.js";

/** Host and port of an authority. */
export function placeOf({ authority, secure }: Origin): {
  host: string;
  port: number;
} {
  const [, host = "", port = ""] =
    /^(?:\[(?=.*\])|(?!\[))([^\]]*?)\]?(?::(\d*))?$/.exec(authority) ?? [];
  return { host, port: port === "" ? (secure ? 443 : 80) : Number(port) };
}

type DialOptions = Pick<HttpOptions, "connectDeadlineMs" | "proxy" | "tls">;

interface Watch {
  done(socket: Socket): void;
  failed(text: string): void;
}

/** One attempt. Nothing of a request is sent by it. */
class Attempt {
  readonly #to: Origin;
  readonly #options: DialOptions;
  readonly #watch: Watch;
  readonly #timer: ReturnType<typeof setTimeout>;
  #socket: Socket | undefined;
  #listeners: readonly (readonly [string, (error: Error) => void])[] = [];
  #isOver = false;

  constructor(to: Origin, options: DialOptions, watch: Watch) {
    this.#to = to;
    this.#options = options;
    this.#watch = watch;
    const ms = options.connectDeadlineMs;
    this.#timer = setTimeout(() => {
      this.#fail(`cannot connect to ${to.authority}: not within ${ms} ms`);
    }, ms);
    const { proxy } = options;
    if (proxy === undefined) {
      this.#begin(to);
    } else {
      this.#beginBy(readProxy(proxy));
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
    const socket = connect({
      ...placeOf(to),
      noDelay: true,
      allowHalfOpen: true,
    });
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

  #beginBy(proxy: Proxy): void {
    const place = placeOf({ secure: false, authority: proxy.authority });
    const socket = connect({ ...place, noDelay: true, allowHalfOpen: true });
    this.#follow(socket, `the proxy ${proxy.authority}`);
    socket.once("connect", () => {
      this.#leave(socket);
      // What breaks later is told by who has it then.
      socket.on("error", () => undefined);
      askProxy(socket, proxy, placeOf(this.#to), {
        done: () => {
          this.#reached(socket);
        },
        failed: (text) => {
          this.#fail(text);
        },
      });
    });
  }

  #reached(socket: Socket): void {
    if (this.#to.secure) {
      this.#secure(socket);
    } else {
      this.#finish(socket);
    }
  }
}

/** Calls one of the two, never inside of this, unless it is cancelled. */
export function dialHttp(
  to: Origin,
  options: DialOptions,
  done: (socket: Socket) => void,
  failed: (text: string) => void,
): { cancel(): void } {
  return new Attempt(to, options, { done, failed });
}
