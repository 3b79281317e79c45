/* ws.ts: a line over a platform's WebSocket: frames out while there is room,
 * messages in, and why it ended. It knows no protocol. */
import { nameOf } from "../errors.js";
import type { LineEnd, LineState, Transport } from "../seam/transport.js";
import type { Dial, Socket, SocketOptions } from "./socket.js";
import type { Url } from "./url.js";

/** How long a closed socket may wait for the server's own goodbye. */
const LINGER_MS = 50;
/** What a platform may hold: the rest waits where it can be taken back. */
const WAITING_BYTES_MAX = 65_536;

export interface WsOptions extends SocketOptions {
  readonly url: Url;
  readonly dial: Dial;
}

/** One socket and its end: what an old one says is nobody's. */
interface Life {
  socket: Socket | undefined;
  linger: ReturnType<typeof setTimeout> | undefined;
}

export class Ws implements Transport {
  line: LineState = "down";
  end: LineEnd = { code: 0, text: "" };
  begun = 0;
  written = 0;
  readonly #options: WsOptions;
  readonly #wake: () => void;
  readonly #heard: () => void;
  #inbox: Uint8Array[] = [];
  #inboxBytes = 0;
  #isPaused = false;
  #life: Life | undefined;
  #lives = 0;

  /** `wake` is called when there is something to do, `heard` when there may be
   * soon. */
  constructor(options: WsOptions, wake: () => void, heard: () => void) {
    this.#options = options;
    this.#wake = wake;
    this.#heard = heard;
  }

  get gone(): boolean {
    return this.#lives === 0;
  }

  get room(): number {
    const socket = this.#life?.socket;
    return this.line === "up" && socket !== undefined
      ? Math.max(WAITING_BYTES_MAX - socket.waiting, 0)
      : 0;
  }

  open(): void {
    const life: Life = { socket: undefined, linger: undefined };
    const isNow = () => this.#life === life;
    this.close(0);
    this.#life = life;
    this.begun = 0;
    this.written = 0;
    this.line = "opening";
    this.#lives++;
    try {
      life.socket = this.#options.dial(this.#options.url, this.#options, {
        opened: () => {
          if (isNow() && this.line === "opening") {
            this.line = "up";
            this.#wake();
          }
        },
        heard: () => {
          if (isNow()) {
            this.#heard();
          }
        },
        message: (bytes) => {
          if (isNow() && this.line === "up") {
            this.#take(bytes);
          }
        },
        written: () => {
          if (isNow()) {
            this.written++;
            this.#wake();
          }
        },
        ended: (end) => {
          if (isNow() && this.line !== "down") {
            this.#down(end);
          }
        },
        gone: () => {
          this.#bury(life);
        },
      });
      if (!isNow()) {
        // A program's own dial() has closed the client.
        life.socket.terminate();
      }
    } catch (error) {
      // A page of https:// may dial wss:// alone, for one.
      this.#lives--;
      this.#life = undefined;
      this.#down({
        code: 0,
        text: `the platform refused to dial: ${nameOf(error)}`,
      });
    }
  }

  #down(end: LineEnd): void {
    const life = this.#life;
    this.line = "down";
    this.end = end;
    if (life !== undefined) {
      this.#linger(life);
    }
    this.#wake();
  }

  /** Whoever does not let go is left. */
  #linger(life: Life): void {
    life.linger ??= setTimeout(() => {
      life.socket?.terminate();
    }, LINGER_MS);
  }

  #bury(life: Life): void {
    if (life.socket !== undefined) {
      clearTimeout(life.linger);
      life.socket = undefined;
      this.#lives--;
      this.#wake();
    }
  }

  send(frames: readonly string[]): void {
    for (const frame of frames) {
      this.begun++;
      this.#life?.socket?.send(frame);
    }
  }

  /** A server that is faster than its messages are read is not read from;
   * where the platform cannot stop reading, what waits has a bound. */
  #take(bytes: Uint8Array): void {
    const socket = this.#life?.socket;
    const most = this.#options.messageBytesMax;
    this.#inbox.push(bytes);
    this.#inboxBytes += bytes.length;
    this.#wake();
    if (this.#inbox.length > 0 && socket === this.#life?.socket) {
      if (socket?.pause !== undefined) {
        this.#isPaused = true;
        socket.pause(true);
      } else if (this.#inboxBytes > most) {
        const text = `the server sent more than message_bytes_max (${most}) at once`;
        this.#inbox = [];
        this.#down({ code: 0, text });
        socket?.terminate();
      }
    }
  }

  receive(): Uint8Array | undefined {
    const bytes = this.#inbox.shift();
    this.#inboxBytes -= bytes?.length ?? 0;
    if (this.#isPaused && this.#inbox.length === 0) {
      this.#isPaused = false;
      this.#life?.socket?.pause?.(false);
    }
    return bytes;
  }

  close(code: number): void {
    const life = this.#life;
    this.#life = undefined;
    this.line = "down";
    this.#inbox = [];
    this.#inboxBytes = 0;
    this.#isPaused = false;
    if (life?.socket === undefined) {
      return;
    }
    if (code === 0) {
      clearTimeout(life.linger);
      life.socket.terminate();
    } else {
      life.socket.close(code);
      this.#linger(life);
    }
  }
}
