/* inside.ts: what a session is made of; for the files of core/ alone. */
import type { Origin, Sent, Status } from "../errors.js";
import type { Frame, Protocol, Ready } from "../seam/protocol.js";
import type { AnyMethod } from "../tables.js";
import { Outbox } from "./outbox.js";
import { type Slot, Table } from "./table.js";
import { Wheel } from "./wheel.js";

/** All times are monotonic milliseconds, handed in. */
export interface SessionOptions {
  readonly protocol: Protocol;
  /** A random integer from 0 to `span`, for jitter. */
  readonly random: (span: number) => number;
  readonly reconnectMinMs: number;
  readonly reconnectMaxMs: number;
  /** From opening to ready. */
  readonly connectDeadlineMs: number;
  readonly pingGraceMs: number;
  readonly callsMax: number;
  /** Bytes of one command and of one frame. */
  readonly requestBytesMax: number;
  /** Bytes of the outbox and of waiting calls. */
  readonly queueBytesMax: number;
  /** An expired token is no end: there is a way to a new one. */
  readonly renews: boolean;
}

export type SessionState =
  /** No line; one is wanted at a certain time. */
  | "waiting"
  /** The client opens a line. */
  | "opening"
  /** Hello went out, ready has not come. */
  | "greeting"
  | "ready"
  /** The server ended it for good. */
  | "terminal"
  | "closed";

/** What a call is, as its caller ordered it. */
export interface Order {
  readonly method: AnyMethod;
  /** Encoded. */
  readonly params: string;
  /** By the clock that the deadline was made by. */
  readonly began: number;
  /** Absolute; Infinity: none. */
  readonly deadline: number;
  readonly failFast: boolean;
  /** Of an idempotent call, when its line breaks. */
  readonly retries: number;
}

/** Why there is no connection, in words for people. */
export interface Trouble {
  readonly origin: Origin;
  readonly code: number;
  readonly temporary: boolean;
  readonly text: string;
}

/** Why a call does not begin. */
export interface Refused {
  readonly status: Status;
  readonly text: string;
  readonly origin: Origin;
  readonly code: number;
}

/** How a call ended. */
export interface Completion {
  readonly call: number;
  readonly method: AnyMethod;
  readonly status: Status | "ok";
  /** ok: the result as on the wire; refused: what the error carries. */
  readonly payload: Uint8Array | undefined;
  readonly guessed: boolean;
  readonly error: Trouble;
  readonly sent: Sent;
}

/** What happened beside calls, for logs and waits: asked after each turn. */
export interface News {
  /** Became ready, with this greeting. */
  ready?: Ready | undefined;
  /** The line went down for this reason; the next one is wanted at that time;
   * Infinity: never. */
  lost?: { readonly trouble: Trouble; readonly retryAt: number };
  /** The client must close the transport now, with this code; 0: none. */
  drop?: number;
  /** The server wants a new token. */
  spentToken?: boolean;
  /** Ready, and its token's time runs out. */
  tokenDue?: boolean;
  /** Something that was refused. */
  warning?: string;
}

export class Inside {
  state: SessionState = "waiting";
  readonly protocol: Protocol;
  readonly table = new Table();
  readonly wheel = new Wheel();
  /** For a line. */
  readonly waiting = new Set<Slot>();
  waitingBytes = 0;
  /** For next(). */
  finished: Slot[] = [];

  readonly outbox = new Outbox();
  /** Calls whose frame is still in the outbox. */
  readonly unsent = new Set<Slot>();
  /** Taken calls that end when the platform has them: no reply comes. */
  readonly told = new Set<Slot>();
  /** Frames of this line that left the outbox. */
  framesTaken = 0;
  /** ... that the kernel has. */
  framesWritten = 0;
  /** ... that may leave, whatever becomes of the line. */
  framesBegun = 0;

  /** Fed. */
  frame: Frame | undefined;
  /** What was worked off since others had a turn, in bytes: the owner sets it
   * to 0 then. */
  work = 0;

  /** waiting: when a line is wanted. */
  lineAt: number;
  /** opening, greeting: when it must be ready. */
  connectBy = 0;
  /** The last frame. */
  heardAt = 0;
  /** ready: since when. */
  readyAt = 0;
  /** 0: no watchdog. */
  pingMs = 0;
  /** Failed or short-lived lines in a row. */
  attempt = 0;
  /** The server wants pongs. */
  pong = false;
  /** One is in the outbox: it answers all pings so far. */
  pongWaits = false;
  /** ready: a frame came after it. */
  lived = false;
  /** ready: when a new token is due; Infinity: never. */
  renewAt = Infinity;
  /** ready: when the answer to a new token must be there. */
  renewBy = Infinity;
  /** Of this line: an answer that did not come may come yet. */
  owed = false;
  /** When the token of the last line runs out. */
  tokenEnds = Infinity;
  /** New tokens in a row that were not to be had, or not taken. */
  refused = 0;

  /** Why it is not ready; undefined: never tried. */
  trouble: Trouble | undefined;
  news: News | undefined;
  /** Replies that were for nobody. */
  ignored = 0;

  constructor(
    readonly options: SessionOptions,
    public now: number,
  ) {
    this.protocol = options.protocol;
    this.lineAt = now;
  }
}

/** The news, of which there are some now. */
export function newsOf(session: Inside): News {
  return (session.news ??= {});
}

/** A taken call's frame may reach the server. */
export function hasLeft(session: Inside, slot: Slot): boolean {
  const { framesBegun, framesWritten } = session;
  return slot.frame <= Math.max(framesBegun, framesWritten);
}

export function isQuiet(slot: Slot): boolean {
  return slot.method.noReply === true;
}

export function localTrouble(text: string): Trouble {
  return { origin: "local", code: 0, temporary: false, text };
}
