/* socket.ts: what a line asks of a platform's WebSocket, and what it is told.
 * It knows no protocol. */
import type { LineEnd } from "../seam/transport.js";
import type { Url } from "./url.js";

/** TLS options, only in Node: those of tls.connect() with the same names. */
export interface TlsOptions {
  /** PEM. */
  readonly ca?: string | Uint8Array | readonly (string | Uint8Array)[];
  readonly cert?: string | Uint8Array;
  readonly key?: string | Uint8Array;
  readonly passphrase?: string;
  readonly servername?: string;
  readonly minVersion?: "TLSv1.2" | "TLSv1.3";
  /** false accepts any server: for tests only. */
  readonly rejectUnauthorized?: boolean;
}

export interface SocketOptions {
  /** Bytes of one message from the server. */
  readonly messageBytesMax: number;
  readonly origin?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly tls?: TlsOptions;
}

/** Told by a socket, never inside of a call to it. */
export interface SocketWatch {
  opened(): void;
  /** Bytes came, of a message that may not be whole; where the platform tells
   * whole messages alone, it need not be called. */
  heard(): void;
  message(bytes: Uint8Array): void;
  /** The platform has taken a frame that was sent. */
  written(): void;
  /** It is over: once, and at once when the server says so. */
  ended(end: LineEnd): void;
  /** Nothing of it is left. */
  gone(): void;
}

export interface Socket {
  send(text: string): void;
  /** Bytes that wait in the platform. */
  readonly waiting: number;
  /** Says goodbye; nothing is told any more but that it is gone. */
  close(code: number): void;
  /** Ends at once. */
  terminate(): void;
}

export type Dial = (
  url: Url,
  options: SocketOptions,
  watch: SocketWatch,
) => Socket;

export type Level = "error" | "warn" | "info" | "debug";

/** One line of the log. Tokens and secrets never appear in it. */
export interface LogRecord {
  readonly level: Level;
  /** "call", "reply", "error", "connecting", "connected", "lost", ... */
  readonly event: string;
  readonly text: string;
  /** Set for calls. */
  readonly method?: string;
  readonly call?: number;
  readonly elapsedMs?: number;
}

/** Settings that variables of the environment speak of. */
export interface Inheriting {
  readonly log?: ((record: LogRecord) => void) | undefined;
  /** The deadline of calls for which nobody else says one. */
  readonly fallbackMs: number;
}

/** What a platform has: see platform_node.ts and platform_web.ts. */
export interface Platform {
  readonly dial: Dial;
  /** Options that it cannot follow. */
  readonly lacks: readonly string[];
  /** Runs it behind one round of reading. */
  soon(run: () => void): void;
  /** A client's url and settings, with what the environment says: a browser
   * has none. The third is what is wrong with a variable. */
  inherit<Settings extends Inheriting>(
    url: string,
    settings: Settings,
  ): [string, Settings, string?];
  /** Writes a line of a client's timeline, which begins with it;
   * undefined where nobody wants it. */
  readonly debug: ((event: LogRecord) => void) | undefined;
}
