/* guard.ts: a WebSocket that keeps to the client's limits: it opens and is
 * greeted within a deadline, takes no message that is too large, and is gone
 * soon after it is closed. It remembers why it ended. */
import type { Dial, Socket, SocketOptions } from "./socket.js";

/** How long a closed socket may wait for the server's own goodbye. */
const LINGER_MS = 50;

/** Why a socket ended: the server's close code, or 0 and words. */
export interface End {
  readonly code: number;
  readonly text: string;
}

export interface GuardOptions extends SocketOptions {
  readonly dial: Dial;
  /** From dialing to the first message. */
  readonly connectDeadlineMs: number;
}

/** What the owner is told. */
export interface Watch {
  ended(end: End): void;
  /** Something was written. */
  sent(): void;
  /** The socket and its timers are no more. */
  gone(): void;
}

function messageOf(event: unknown): string {
  const holder = event as { message?: unknown } | null;
  return typeof holder?.message === "string" ? holder.message : "";
}

function sizeOf(data: unknown): number {
  return data instanceof ArrayBuffer ? data.byteLength : 0;
}

class Guard {
  onopen: ((event: unknown) => void) | null = null;
  onerror: ((event: unknown) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  readonly #inner: Socket;
  readonly #options: GuardOptions;
  readonly #watch: Watch;
  #deadline: ReturnType<typeof setTimeout> | undefined;
  #linger: ReturnType<typeof setTimeout> | undefined;
  #trouble = "";
  #opened = false;
  #ended = false;
  #gone = false;

  constructor(
    url: string,
    protocol: string,
    options: GuardOptions,
    watch: Watch,
  ) {
    this.#options = options;
    this.#watch = watch;
    this.#inner = options.dial(url, protocol, options);
    this.#deadline = setTimeout(() => {
      this.#giveUp();
    }, options.connectDeadlineMs);
    this.#listen();
  }

  set binaryType(type: string) {
    this.#inner.binaryType = type;
  }

  get binaryType(): string {
    return this.#inner.binaryType;
  }

  #listen(): void {
    this.#inner.onopen = (event) => {
      this.#opened = true;
      this.onopen?.(event);
    };
    this.#inner.onerror = (event) => {
      this.#trouble ||= messageOf(event);
      this.onerror?.(event);
    };
    this.#inner.onmessage = (event) => {
      const most = this.#options.messageBytesMax;
      clearTimeout(this.#deadline);
      if (sizeOf(event.data) > most) {
        this.#fail(
          `a message from the server passes message_bytes_max (${most})`,
        );
      } else if (!(event.data instanceof ArrayBuffer)) {
        this.#fail("the server sent text, which is no Centrifugo message here");
      } else if (!this.#ended) {
        this.onmessage?.(event);
      }
    };
    this.#inner.onclose = (event) => {
      this.#end(event.code ?? 0, event.reason ?? "");
      this.#vanish();
    };
  }

  /** Tells once that it is over. Codes below 3000 are the transport's, but for
   * the server's limit of a frame. The words are never such as centrifuge
   * takes for JSON or for none. */
  #end(code: number, reason: string): void {
    clearTimeout(this.#deadline);
    if (this.#ended) {
      return;
    }
    this.#ended = true;
    const spoken = code >= 3000 || code === 1009;
    this.#watch.ended({
      code: spoken ? code : 0,
      text: spoken ? reason : this.#trouble || this.#silence(),
    });
    this.onclose?.({ code: spoken ? code : 1006, reason: `closed: ${reason}` });
  }

  #silence(): string {
    return this.#opened
      ? "the server ended the connection"
      : "the connection could not be opened";
  }

  #fail(words: string): void {
    this.#trouble = words;
    this.#end(0, "");
    this.close();
  }

  #giveUp(): void {
    const waited = this.#options.connectDeadlineMs;
    this.#fail(
      this.#opened
        ? `no answer to the connect command within ${waited} ms`
        : `the server did not accept within ${waited} ms`,
    );
  }

  #vanish(): void {
    clearTimeout(this.#linger);
    if (!this.#gone) {
      this.#gone = true;
      this.#watch.gone();
    }
  }

  send(data: Uint8Array): void {
    this.#inner.send(data);
    this.#watch.sent();
  }

  /** Says goodbye, and does not wait long for the server's. */
  close(): void {
    clearTimeout(this.#deadline);
    this.#ended = true;
    if (this.#gone || this.#linger !== undefined) {
      return;
    }
    this.#inner.close(1000);
    this.#linger = setTimeout(() => {
      this.#inner.terminate?.();
      this.#vanish();
    }, LINGER_MS);
  }
}

/** A class like WebSocket, as centrifuge wants one. */
export function guarded(
  options: GuardOptions,
  watch: Watch,
): new (url: string, protocol: string) => Guard {
  return class extends Guard {
    constructor(url: string, protocol: string) {
      super(url, protocol, options, watch);
    }
  };
}
