/* web_socket.ts: a WebSocket as browsers, Bun and Deno have it, or a program's
 * own that is like it. */
import { nameOf } from "../errors.js";
import { utf8Of } from "../utf8.js";
import type { Dial, Socket, SocketWatch } from "./socket.js";

/** The part of a browser's WebSocket that the client uses. */
export interface WebSocketLike {
  binaryType: string;
  readonly bufferedAmount?: number;
  onopen: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
  send(data: string): void;
  close(code?: number): void;
}

/** No event tells when a socket has room again. */
const LOOK_MS = 20;

class Web implements Socket {
  readonly #inner: WebSocketLike;
  readonly #watch: SocketWatch;
  readonly #most: number;
  #opened = false;
  #sent = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(inner: WebSocketLike, watch: SocketWatch, most: number) {
    this.#inner = inner;
    this.#watch = watch;
    this.#most = most;
    inner.binaryType = "arraybuffer";
    inner.onopen = () => {
      this.#opened = true;
      watch.opened();
    };
    inner.onmessage = ({ data }: { data: unknown }) => {
      this.#take(data);
    };
    inner.onclose = ({ code, reason }: { code?: number; reason?: string }) => {
      this.#closed(code ?? 0, reason ?? "");
    };
    // What happened is told by close, in words that say nothing.
    inner.onerror = () => undefined;
  }

  #take(data: unknown): void {
    const bytes =
      data instanceof ArrayBuffer ? new Uint8Array(data) : utf8Of(String(data));
    if (bytes.length > this.#most) {
      const text = `a message from the server is larger than message_bytes_max (${this.#most})`;
      this.#watch.ended({ code: 0, text });
      this.#close();
    } else {
      this.#watch.message(bytes);
    }
  }

  #closed(code: number, reason: string): void {
    const silence = this.#opened
      ? "the server ended the connection"
      : "the connection could not be opened: the platform does not say why";
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#watch.ended(
      code === 0 || code === 1006
        ? { code: 0, text: silence }
        : { code, text: reason },
    );
    this.#watch.gone();
  }

  send(text: string): void {
    try {
      this.#inner.send(text);
    } catch (error) {
      const why = `the WebSocket refused to send: ${nameOf(error)}`;
      this.#watch.ended({ code: 0, text: why });
      return;
    }
    this.#sent++;
    if (this.waiting === 0) {
      this.#tell();
    } else {
      this.#look();
    }
  }

  #tell(): void {
    const sent = this.#sent;
    this.#sent = 0;
    for (let i = 0; i < sent; i++) {
      this.#watch.written();
    }
  }

  #look(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      if (this.waiting === 0) {
        this.#tell();
      } else {
        this.#look();
      }
    }, LOOK_MS);
  }

  /** A program's own may throw: as one that does not say. */
  get waiting(): number {
    try {
      return this.#inner.bufferedAmount ?? 0;
    } catch {
      return 0;
    }
  }

  /** Only 1000 and codes from 3000 on may be said here. */
  close(code: number): void {
    this.#close(...(code === 1000 || code >= 3000 ? [code] : []));
  }

  /** A program's own may throw: whoever does not let go is left. */
  #close(...code: [number] | []): void {
    try {
      this.#inner.close(...code);
    } catch {
      // Nothing more is heard of it.
    }
  }

  terminate(): void {
    clearTimeout(this.#timer);
    this.#inner.onopen = null;
    this.#inner.onmessage = null;
    this.#inner.onclose = null;
    this.#close();
    this.#watch.gone();
  }
}

/** Dials by a function that opens a WebSocket. */
export function dialBy(open: (url: string) => WebSocketLike): Dial {
  return ({ whole }, { messageBytesMax }, watch) =>
    new Web(open(whole), watch, messageBytesMax);
}
