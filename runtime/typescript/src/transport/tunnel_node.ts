/* tunnel_node.ts: a proxy is asked for a way to a server, by CONNECT (RFC 9110
 * 9.3.6), in Node. It knows no TLS, and nothing of what is said there. */
import type { Socket } from "node:net";

import { type Head, Heads, Input, Wrong } from "./http_head.js";
import type { Proxy } from "./proxy.js";
import { brokenProxyText } from "./words_node.js";

const HEAD_BYTES_MAX = 16 * 1024;
const WANTS_OTHERS = 407;
const REFUSED = 300;

interface Watch {
  /** The socket reaches the server now, and is paused. */
  done(): void;
  failed(text: string): void;
}

function requestOf(proxy: Proxy, to: { host: string; port: number }): string {
  const host = to.host.includes(":") ? `[${to.host}]` : to.host;
  const place = `${host}:${to.port}`;
  const proof =
    proxy.authorization === ""
      ? ""
      : `Proxy-Authorization: ${proxy.authorization}\r\n`;
  return `CONNECT ${place} HTTP/1.1\r\nHost: ${place}\r\n${proof}\r\n`;
}

/** Why there is no way; undefined: there is one. */
function refusalOf({ status }: Head, isOver: boolean): string | undefined {
  if (status === WANTS_OTHERS) {
    return "the proxy wants other credentials (407)";
  }
  if (status >= REFUSED) {
    return `the proxy has refused the way with ${status}`;
  }
  return isOver ? "the proxy says more than it was asked for" : undefined;
}

/** Of a socket that is connected to the proxy. Calls one of the two, unless the
 * socket is destroyed before. */
export function askProxy(
  socket: Socket,
  proxy: Proxy,
  to: { host: string; port: number },
  watch: Watch,
): void {
  const heads = new Heads(HEAD_BYTES_MAX);
  const leave = () => {
    socket.off("data", read);
    socket.off("end", ended);
    socket.off("error", broke);
  };
  const fail = (text: string) => {
    leave();
    watch.failed(text);
  };
  const read = (bytes: Buffer) => {
    const input = new Input(bytes);
    try {
      const head = heads.read(input);
      const refusal = head && refusalOf(head, input.left > 0);
      if (refusal !== undefined) {
        fail(refusal);
      } else if (head !== undefined) {
        leave();
        socket.pause();
        watch.done();
      }
    } catch (error) {
      if (!(error instanceof Wrong)) {
        throw error;
      }
      fail(`the proxy's answer is not HTTP/1.1${error.why}`);
    }
  };
  const ended = () => {
    fail("the proxy ended the connection");
  };
  const broke = (error: Error) => {
    fail(brokenProxyText(error));
  };
  socket.on("data", read);
  socket.on("end", ended);
  socket.on("error", broke);
  socket.write(requestOf(proxy, to));
}
