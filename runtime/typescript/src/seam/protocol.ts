/* protocol.ts: what the bytes say. A protocol writes commands and reads frames;
 * it knows no socket, no clock and no call. */
import type { Origin } from "../errors.js";
import type { AnyMethod } from "../tables.js";

/** The session is up: commands may go out. */
export interface Ready {
  readonly kind: "ready";
  /** Pings want pongs. */
  readonly pong: boolean;
  /** The server's ping interval, 0: none told. */
  readonly pingMs: number;
  /** A new token is due then; 0: never. */
  readonly ttlMs: number;
  readonly client: string;
  readonly version: string;
  /** What the server said beside it, as JSON. */
  readonly data: Uint8Array | undefined;
}

/** The answer to call `id`. */
export interface Reply {
  readonly kind: "reply";
  readonly id: number;
  /** As on the wire; undefined: none. */
  readonly payload: Uint8Array | undefined;
  /** Where the payload ends was not looked at; see reread. */
  readonly guessed: boolean;
}

/** An error for call `id`. */
export interface Refusal {
  readonly kind: "error";
  readonly id: number;
  readonly origin: Origin;
  readonly code: number;
  readonly temporary: boolean;
  readonly text: string;
  /** What it carries. */
  readonly payload: Uint8Array | undefined;
}

/** Something for nobody's call; `text` is a warning, or "". */
export interface Push {
  readonly kind: "push";
  readonly payload: Uint8Array | undefined;
  readonly text: string;
}

/** The server asks whether we live. */
export interface Alive {
  readonly kind: "alive";
  /** It wants a pong now, whatever ready says. */
  readonly pong: boolean;
}

/** The session lives for ttlMs from now; with a code: the new token was not
 * taken, but another one may be. */
export interface Renewed {
  readonly kind: "renewed";
  /** Of renew(); 0: the server speaks unasked. */
  readonly id: number;
  readonly ttlMs: number;
  readonly code: number;
  readonly text: string;
}

/** The session is over. */
export interface Bye {
  readonly kind: "bye";
  readonly origin: Origin;
  readonly code: number;
  readonly temporary: boolean;
  readonly text: string;
  readonly mayReconnect: boolean;
  /** Without a new token it would be the same. */
  readonly staleToken: boolean;
  /** Whoever has a way to a new token takes it. */
  readonly spentToken: boolean;
  /** What the server is told; 0: nothing. */
  readonly dropCode: number;
}

export type Event = Ready | Reply | Refusal | Push | Alive | Renewed | Bye;

/** An incoming message; `at` counts the bytes read so far. */
export interface Frame {
  readonly bytes: Uint8Array;
  at: number;
}

export interface Protocol {
  /** Between two commands of one frame. */
  readonly join: string;
  /** An id of its own commands, which calls never have. */
  owns(id: number): boolean;
  /** The first frame after the line is up. */
  hello(): string;
  /** A call's command around its encoded params. */
  command(id: number, method: AnyMethod, params: string): string;
  pong(): string;
  /** Tells the server a new token while the session is up; the answer comes
   * under this id. */
  renew(id: number): string;
  /** The next event of a frame; undefined when it is done. Bytes that make no
   * sense give a bye. */
  decode(frame: Frame): Event | undefined;
  /** A guessed payload that is not one JSON value, looked at again in its
   * frame; undefined where there is no better one. */
  reread(payload: Uint8Array): Uint8Array | undefined;
  /** What a close code of the transport means. */
  closed(code: number, reason: string): Bye;
}
