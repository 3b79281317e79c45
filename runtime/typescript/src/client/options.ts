/* options.ts: what a program may choose, of a client and of one call. Times are
 * in milliseconds. */
import { DEPTH_MAX, ITEMS_MAX } from "../record/limits.js";
import type { Dial } from "../transport/socket.js";

/** A connection token (JWT), or what is asked for one: before a connection is
 * dialed that needs a new one, and before one runs out. "" connects without
 * a token; UnauthorizedError ends the client; any other error is tried again. */
export type Token = string | (() => string | Promise<string>);

/** How Centrifugo carries calls: by its rpc command, or as publications. */
export type Mode = "native" | "channel";

export type Level = "error" | "warn" | "info" | "debug";

/** One line of the log. Tokens and secrets never appear in it. */
export interface LogRecord {
  readonly level: Level;
  /** "call", "reply", "error", "connecting", "connected", "lost", ... */
  readonly event: string;
  readonly text: string;
  /** Of calls. */
  readonly method?: string;
  readonly call?: number;
  readonly elapsedMs?: number;
}

/** Options of one call; the client's where they are left out. */
export interface CallOptions {
  /** Cancels the call. */
  readonly signal?: AbortSignal;
  /** -1: none. */
  readonly deadlineMs?: number;
  /** End at once while not connected. */
  readonly failFast?: boolean;
  /** How often an idempotent call whose connection broke is sent again. */
  readonly retries?: number;
}

export interface ClientOptions {
  /** Told to the server: "bellpull". */
  readonly name?: string;
  /** Of a call: the schema's, else 30,000; -1: none. */
  readonly deadlineMs?: number;
  /** From dialing to the server's greeting, and what connect() waits: 5,000. */
  readonly connectDeadlineMs?: number;
  /** 500 */
  readonly reconnectMinMs?: number;
  /** 20,000 */
  readonly reconnectMaxMs?: number;
  /** Beyond the server's ping: 10,000. */
  readonly pingGraceMs?: number;
  /** Calls end at once while not connected. */
  readonly failFast?: boolean;
  /** An idempotent call whose connection broke is sent again so often: 0. */
  readonly retries?: number;
  /** In flight: 1,048,576. */
  readonly callsMax?: number;
  /** Bytes of one command: 65,536, Centrifugo's limit. */
  readonly requestBytesMax?: number;
  /** Bytes of params that wait for a connection: 16 MiB. */
  readonly queueBytesMax?: number;
  /** Bytes of one message from the server: 64 MiB. */
  readonly messageBytesMax?: number;
  /** Bytes of one reply's JSON: 64 MiB. */
  readonly replyBytesMax?: number;
  /** Nesting of JSON: 64. */
  readonly depthMax?: number;
  /** Items of one list or map: 16,777,216. */
  readonly itemsMax?: number;
  /** `json` values of replies as RawJson, which keeps their spelling. */
  readonly rawJson?: boolean;
  /** "native" */
  readonly mode?: Mode;
  /** Channel mode publishes {method, params, correlation_id, reply_to} here:
   * "rpc.requests". */
  readonly requestChannel?: string;
  /** And {correlation_id, result | error} comes here, where {user_id} stands
   * for the client's: "user#{user_id}". */
  readonly replyChannel?: string;
  /** A reply that a client published is refused unless the server names this
   * user as who did. Without it replies come by the server's API alone. */
  readonly responderUser?: string;
  /** Origin header, in Node: none. */
  readonly origin?: string;
  readonly log?: (record: LogRecord) => void;
  /** Opens WebSockets: Node's package ws, or the browser's own. */
  readonly dial?: Dial;
}

type Optional = "log" | "origin" | "responderUser" | "dial" | "deadlineMs";

/** The same, every default filled in. */
export type Settings = Required<Omit<ClientOptions, Optional>> &
  Pick<ClientOptions, Optional>;

const MIB = 1024 * 1024;
const NAME_BYTES_MAX = 255;

const defaults: Required<Omit<ClientOptions, Optional>> = {
  name: "bellpull",
  connectDeadlineMs: 5000,
  reconnectMinMs: 500,
  reconnectMaxMs: 20_000,
  pingGraceMs: 10_000,
  failFast: false,
  retries: 0,
  callsMax: MIB,
  requestBytesMax: 65_536,
  queueBytesMax: 16 * MIB,
  messageBytesMax: 64 * MIB,
  replyBytesMax: 64 * MIB,
  depthMax: DEPTH_MAX,
  itemsMax: ITEMS_MAX,
  rawJson: false,
  mode: "native",
  requestChannel: "rpc.requests",
  replyChannel: "user#{user_id}",
};

const utf8 = new TextEncoder();

function isName(text: string): boolean {
  const bytes = utf8.encode(text).length;
  return bytes > 0 && bytes <= NAME_BYTES_MAX;
}

/** What is wrong with them, or undefined. */
export function wrongOptions(
  settings: Settings,
  userId: string,
): string | undefined {
  const { reconnectMinMs: least, reconnectMaxMs: most } = settings;
  if ((settings.deadlineMs ?? 0) < -1) {
    return "deadlineMs is negative (-1 means none)";
  }
  if (!(settings.connectDeadlineMs > 0)) {
    return "connectDeadlineMs is not above 0";
  }
  if (!(least >= 0 && least <= most)) {
    return "reconnectMinMs is negative or beyond reconnectMaxMs";
  }
  if (!(settings.pingGraceMs >= 0)) {
    return "pingGraceMs is negative";
  }
  if (settings.mode !== "channel") {
    return undefined;
  }
  if (userId === "" && settings.replyChannel.includes("{user_id}")) {
    return "channel mode needs a user id";
  }
  const names = [
    settings.requestChannel,
    settings.replyChannel.replace("{user_id}", userId),
    settings.responderUser ?? "nobody",
  ];
  return names.every(isName)
    ? undefined
    : "a channel's name or responderUser is empty or longer than 255 bytes";
}

export function settle(options: ClientOptions): Settings {
  const given = Object.entries(options).filter(
    ([, value]) => value !== undefined,
  );
  return { ...defaults, ...Object.fromEntries(given) };
}
