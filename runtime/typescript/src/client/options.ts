/* options.ts: what a program may choose, of a client and of one call. Times are
 * in milliseconds. */
import { DEPTH_MAX, ITEMS_MAX } from "../record/limits.js";
import type { Status } from "../errors.js";
import type { LogRecord, TlsOptions } from "../transport/socket.js";
import { isUntrimmed } from "../transport/url.js";
import type { WebSocketLike } from "../transport/web_socket.js";
import { byteSize } from "../utf8.js";

/** What a function that gives tokens is told. */
export interface TokenRequest {
  /** Aborted when the client is closed: nobody waits for a token any more. */
  readonly signal: AbortSignal;
}

/** Asked for a token before a connection is dialed that needs a new one, and
 * before one runs out. "" connects without a token; UnauthorizedError ends the
 * client; any other error is tried again. */
export type TokenSource = (request: TokenRequest) => string | Promise<string>;

/** A connection token (JWT), or what is asked for one. */
export type Token = string | TokenSource;

/** How Centrifugo carries calls: by its rpc command, or as publications. */
export type Mode = "native" | "channel";

/** What a client counts, for dashboards. */
export type Metric =
  | { readonly kind: "call"; readonly method: string; readonly bytes: number }
  | {
      readonly kind: "end";
      readonly method: string;
      readonly status: Status | "ok";
      readonly code: number;
      readonly elapsedMs: number;
      /** Of the reply. */
      readonly bytes: number;
    }
  | { readonly kind: "connected" }
  | { readonly kind: "lost"; readonly code: number };

export type ConnectionState = "connecting" | "connected" | "disconnected";

/** How the connection's state changed. */
export type StateChange =
  /** A line is dialed: 1, 2, ... until one lives. */
  | { readonly event: "connecting"; readonly attempt: number }
  /** Calls are sent at once; `data` is what the server said beside it. */
  | {
      readonly event: "connected";
      readonly client: string;
      readonly version: string;
      readonly data: unknown;
    }
  /** It broke, and comes back by itself: the state is connecting again. */
  | {
      readonly event: "lost";
      readonly code: number;
      readonly reason: string;
      readonly nextTryMs: number;
    }
  /** Nobody tries any more; `terminal`: the server ended it for good. */
  | {
      readonly event: "disconnected";
      readonly code: number;
      readonly reason: string;
      readonly terminal: boolean;
    };

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
  /** Of one try, from dialing to the server's greeting: 5,000. */
  readonly connectDeadlineMs?: number;
  /** What connect() waits, over as many tries as fit: 10,000; -1: none. */
  readonly connectWaitMs?: number;
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
  /** Origin header, in Node: none. Browsers set their own. */
  readonly origin?: string;
  /** Headers of the upgrade, in Node. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Of wss://, in Node: what tls.connect() takes. */
  readonly tls?: TlsOptions;
  readonly log?: (record: LogRecord) => void;
  readonly metrics?: (metric: Metric) => void;
  readonly onStateChange?: (change: StateChange) => void;
  /** Opens WebSockets in the place of the platform's. */
  readonly dial?: (url: string) => WebSocketLike;
}

type Optional =
  | "log"
  | "metrics"
  | "onStateChange"
  | "origin"
  | "headers"
  | "tls"
  | "responderUser"
  | "dial"
  | "deadlineMs";

/** The same, every default filled in. */
export type Settings = Required<Omit<ClientOptions, Optional>> &
  Pick<ClientOptions, Optional> & {
    /** The deadline of calls for which nobody else says one. */
    readonly fallbackMs: number;
  };

const MIB = 1024 * 1024;
const NAME_BYTES_MAX = 255;

const defaults: Omit<Settings, Optional> = {
  fallbackMs: 30_000,
  name: "bellpull",
  connectDeadlineMs: 5000,
  connectWaitMs: 10_000,
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

function isName(text: string): boolean {
  const bytes = byteSize(text);
  return bytes > 0 && bytes <= NAME_BYTES_MAX;
}

/** Puts the user's id where the pattern says {user_id}. */
export function fillUser(pattern: string, userId: string): string {
  return pattern.replaceAll("{user_id}", () => userId);
}

/** Why it can be no token; undefined: it may be one. */
export function wrongToken(token: unknown): string | undefined {
  if (typeof token !== "string") {
    return "the token is no text";
  }
  return isUntrimmed(token)
    ? "the token begins or ends with a space or a newline: trim it"
    : undefined;
}

const COUNTS = [
  "callsMax",
  "requestBytesMax",
  "queueBytesMax",
  "messageBytesMax",
  "replyBytesMax",
  "depthMax",
  "itemsMax",
] as const;

function wrongChannel(settings: Settings, userId: string): string | undefined {
  if (userId === "" && settings.replyChannel.includes("{user_id}")) {
    return "channel mode needs a user id";
  }
  const names = [
    settings.requestChannel,
    fillUser(settings.replyChannel, userId),
    settings.responderUser ?? "nobody",
  ];
  return names.every(isName)
    ? undefined
    : "a channel's name or responderUser is empty or longer than 255 bytes";
}

/** What is wrong with them, or undefined. `lacks`: what the platform cannot. */
export function wrongOptions(
  settings: Settings,
  userId: string,
  lacks: readonly string[],
): string | undefined {
  const { reconnectMinMs: least, reconnectMaxMs: most } = settings;
  const absent = Object.keys(settings).find((name) => lacks.includes(name));
  if (absent !== undefined) {
    return `${absent} cannot be chosen where the platform opens WebSockets`;
  }
  if (!((settings.deadlineMs ?? 0) >= -1)) {
    return "deadlineMs is negative (-1 means none)";
  }
  if (!(settings.connectDeadlineMs > 0)) {
    return "connectDeadlineMs is not above 0";
  }
  if (!(settings.connectWaitMs >= -1)) {
    return "connectWaitMs is negative (-1 means none)";
  }
  if (!(least >= 0 && least <= most)) {
    return "reconnectMinMs is negative or beyond reconnectMaxMs";
  }
  if (!(settings.pingGraceMs >= 0)) {
    return "pingGraceMs is negative";
  }
  const count = COUNTS.find((name) => !(settings[name] > 0));
  if (count !== undefined) {
    return `${count} is not above 0`;
  }
  return settings.mode === "channel"
    ? wrongChannel(settings, userId)
    : undefined;
}

export function settle(options: ClientOptions): Settings {
  const given = Object.entries(options).filter(
    ([, value]) => value !== undefined,
  );
  return { ...defaults, ...Object.fromEntries(given) };
}
