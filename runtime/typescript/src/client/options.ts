/* options.ts: the options of a client and of one call. Times are in
 * milliseconds. */
import { DEPTH_MAX, ITEMS_MAX } from "../record/limits.js";
import type { Status } from "../errors.js";
import type { LogRecord, TlsOptions } from "../transport/socket.js";
import { isUntrimmed } from "../transport/url.js";
import type { WebSocketLike } from "../transport/web_socket.js";
import { byteSize, isText } from "../utf8.js";

/** The argument of a token function. */
export interface TokenRequest {
  /** Aborted when the client is closed and does not need the token any more. */
  readonly signal: AbortSignal;
  /** Of endpoints: the role of the schema whose token is wanted; "": the
   * default, which is also that of connections. */
  readonly role: string;
}

/** Returns a token. It is called before a connection is dialed that needs a new
 * token, and before a token expires. "" connects without a token; throwing
 * UnauthorizedError ends the client; after any other error it is called
 * again. */
export type TokenSource = (request: TokenRequest) => string | Promise<string>;

/** A connection token (JWT), or a function that returns one. */
export type Token = string | TokenSource;

/** How calls are sent: with Centrifugo's rpc command, or as publications. */
export type Mode = "native" | "channel";

/** One event to count, for monitoring. */
export type Metric =
  | { readonly kind: "call"; readonly method: string; readonly bytes: number }
  | {
      readonly kind: "end";
      readonly method: string;
      readonly status: Status | "ok";
      readonly code: number;
      readonly elapsedMs: number;
      /** Size of the reply. */
      readonly bytes: number;
    }
  | { readonly kind: "connected" }
  | { readonly kind: "lost"; readonly code: number };

export type ConnectionState = "connecting" | "connected" | "disconnected";

/** One change of the connection's state. */
export type StateChange =
  /** A connection is being dialed; `attempt` counts from 1 until one
   * succeeds. */
  | { readonly event: "connecting"; readonly attempt: number }
  /** Calls are sent at once; `data` is the data in the server's connect
   * reply. */
  | {
      readonly event: "connected";
      readonly client: string;
      readonly version: string;
      readonly data: unknown;
    }
  /** The connection was lost or could not be made; the state is connecting
   * again. */
  | {
      readonly event: "lost";
      readonly code: number;
      readonly reason: string;
      readonly nextTryMs: number;
    }
  /** The client does not try any more. `terminal`: it ended for good by
   * itself. */
  | {
      readonly event: "disconnected";
      readonly code: number;
      readonly reason: string;
      readonly terminal: boolean;
    };

/** Options of one call; by default those of the client. */
export interface CallOptions {
  /** Cancels the call. */
  readonly signal?: AbortSignal;
  /** -1: none. */
  readonly deadlineMs?: number;
  /** Fail at once while not connected. */
  readonly failFast?: boolean;
  /** How often an idempotent call whose connection broke is sent again. */
  readonly retries?: number;
  /** `rest`: asks the server though its answer is kept. */
  readonly noCache?: boolean;
}

export interface ClientOptions {
  /** The client's name that is sent to the server: "bellpull". */
  readonly name?: string;
  /** A JSON value that is sent to the server as the `data` of each connect
   * command, for example to its connect proxy; at most requestBytesMax bytes of
   * JSON: none. */
  readonly connectData?: unknown;
  /** Deadline of a call: the schema's, else 30,000; -1: none. */
  readonly deadlineMs?: number;
  /** Time of one attempt, from dialing to the server's reply: 5,000. */
  readonly connectDeadlineMs?: number;
  /** How long connect() waits, over as many attempts as fit: 10,000; -1:
   * without limit. */
  readonly connectWaitMs?: number;
  /** 500 */
  readonly reconnectMinMs?: number;
  /** 20,000 */
  readonly reconnectMaxMs?: number;
  /** How long a ping of the server may be overdue: 10,000. */
  readonly pingGraceMs?: number;
  /** Calls fail at once while not connected. */
  readonly failFast?: boolean;
  /** How often an idempotent call whose connection broke is sent again: 0. */
  readonly retries?: number;
  /** Calls in flight: 1,048,576. */
  readonly callsMax?: number;
  /** Bytes of one command: 65,536, which is also Centrifugo's limit. */
  readonly requestBytesMax?: number;
  /** Bytes that are not yet written: 16 MiB. */
  readonly queueBytesMax?: number;
  /** Bytes of one message from the server: 64 MiB. */
  readonly messageBytesMax?: number;
  /** Bytes of one reply's JSON: 64 MiB. */
  readonly replyBytesMax?: number;
  /** Nesting of JSON: 64. */
  readonly depthMax?: number;
  /** Items of one list or map: 16,777,216. */
  readonly itemsMax?: number;
  /** Return `json` values of replies as RawJson, which keeps their text:
   * false. */
  readonly rawJson?: boolean;
  /** "native" */
  readonly mode?: Mode;
  /** Channel mode publishes {method, params, correlation_id, reply_to} to this
   * channel: "rpc.requests". */
  readonly requestChannel?: string;
  /** The reply {correlation_id, result | error} arrives on this channel, in
   * which {user_id} is replaced by the client's user id: "user#{user_id}". */
  readonly replyChannel?: string;
  /** A reply published by a client is rejected unless the server says that the
   * client's user is this one. By default only replies from the server's API
   * are accepted. */
  readonly responderUser?: string;
  /** Origin header, in Node: none. Browsers set their own. */
  readonly origin?: string;
  /** More headers of the request that opens a WebSocket, in Node: a browser
   * cannot set any. A name is a token (RFC 9110 5.6.2), a value is printable
   * ASCII without spaces around it. Host, Upgrade, Connection, Content-Length,
   * Transfer-Encoding, Trailer, Expect and Sec-WebSocket-... belong to the
   * handshake and are refused. */
  readonly headers?: Readonly<Record<string, string>>;
  /** TLS options for wss://, in Node: those of tls.connect(). */
  readonly tls?: TlsOptions;
  /** An HTTP proxy that is asked for a way to the server (CONNECT), in Node:
   * "http://user:password@host:port". */
  readonly proxy?: string;
  readonly log?: (record: LogRecord) => void;
  readonly metrics?: (metric: Metric) => void;
  readonly onStateChange?: (change: StateChange) => void;
  /** Opens WebSockets instead of the platform's constructor. */
  readonly dial?: (url: string) => WebSocketLike;
}

type Optional =
  | "connectData"
  | "log"
  | "metrics"
  | "onStateChange"
  | "origin"
  | "headers"
  | "tls"
  | "proxy"
  | "responderUser"
  | "dial"
  | "deadlineMs";

/** The options with all defaults filled in. */
export type Settings = Required<Omit<ClientOptions, Optional>> &
  Pick<ClientOptions, Optional> & {
    /** The deadline of calls that have no other. */
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

/** Replaces {user_id} in the pattern by the user's id. */
export function fillUser(pattern: string, userId: string): string {
  return pattern.replaceAll("{user_id}", () => userId);
}

/** Why it cannot be a token; undefined if it can. */
export function wrongToken(token: unknown): string | undefined {
  if (typeof token !== "string") {
    return "the token is no text";
  }
  if (isUntrimmed(token)) {
    return "the token begins or ends with a space or a newline: trim it";
  }
  return isText(token) ? undefined : "the token is not UTF-8";
}

const MODES: readonly Mode[] = ["native", "channel"];

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

/** What is wrong with the options, or undefined. `lacks`: options that the
 * platform does not support. */
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
  if (!(settings.retries >= 0)) {
    return "retries is negative";
  }
  if (!isText(settings.name)) {
    return "name is not UTF-8";
  }
  if (!MODES.includes(settings.mode)) {
    return "mode is neither native nor channel";
  }
  const count = COUNTS.find((name) => !(settings[name] > 0));
  if (count !== undefined) {
    return `${count} is not above 0`;
  }
  return settings.mode === "channel"
    ? wrongChannel(settings, userId)
    : undefined;
}

/** A copy: what is checked is what is sent with each try. Of what is no plain
 * object there is none: it is refused. */
function copied(headers: unknown): unknown {
  return typeof headers === "object" &&
    headers !== null &&
    !(Symbol.iterator in headers)
    ? { ...headers }
    : headers;
}

export function settle(options: ClientOptions): Settings {
  const given = Object.entries(options)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]: [string, unknown]) => [
      name,
      name === "headers" ? copied(value) : value,
    ]);
  return { ...defaults, ...(Object.fromEntries(given) as ClientOptions) };
}
