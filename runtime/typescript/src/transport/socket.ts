/* socket.ts: the interface between a line and a platform's WebSocket. It knows
 * no protocol. */
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
  readonly proxy?: string;
  /** Of one attempt, where it goes by a proxy. */
  readonly connectDeadlineMs: number;
}

/** Called by a socket, never from inside a call to it. */
export interface SocketWatch {
  opened(): void;
  /** Bytes of a message arrived, which may be incomplete; need not be called if
   * the platform reports only whole messages. */
  heard(): void;
  message(bytes: Uint8Array): void;
  /** The platform has accepted a frame that was sent. */
  written(): void;
  /** The connection ended; called once, and at once if the server closed it. */
  ended(end: LineEnd): void;
  /** The socket and its timers are gone. */
  gone(): void;
}

export interface Socket {
  send(text: string): void;
  /** Bytes that are buffered in the platform. */
  readonly waiting: number;
  /** Stops reading from the server, or starts again; absent if the platform
   * cannot. */
  pause?(isPaused: boolean): void;
  /** Sends a close frame; after that, only gone() is called. */
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

/** Settings that environment variables can change. */
export interface Inheriting {
  readonly log?: ((record: LogRecord) => unknown) | undefined;
  /** The deadline of calls that have no other. */
  readonly fallbackMs: number;
}

/** A platform: see platform_node.ts and platform_web.ts. */
export interface Platform {
  readonly dial: Dial;
  /** Options that the platform does not support. */
  readonly lacks: readonly string[];
  /** Runs a function after one round of reading. */
  soon(run: () => void): void;
  /** A client's url and settings, with what the environment says: a browser
   * has none. The third is what is wrong with a variable. */
  inherit<Settings extends Inheriting>(
    url: string,
    settings: Settings,
  ): [string, Settings, string?];
  /** What is wrong with options that it alone has. */
  wrong(options: Pick<SocketOptions, "proxy" | "tls">): string | undefined;
  /** What is wrong with headers and origin; a platform that lacks them does not
   * look. */
  wrongHeaders(
    headers: Readonly<Record<string, string>> | undefined,
    origin: string | undefined,
  ): string | undefined;
  /** Writes a line of a client's timeline, which begins with it;
   * undefined where nobody wants it. */
  readonly debug: ((event: LogRecord) => void) | undefined;
}
