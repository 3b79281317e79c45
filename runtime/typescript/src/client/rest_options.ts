/* rest_options.ts: the options of a client of `rest`. Times are in
 * milliseconds. */
import { DEPTH_MAX, ITEMS_MAX } from "../record/limits.js";
import type { HttpPlatform } from "../transport/http.js";
import { wrongHeaders } from "../transport/headers.js";
import type { LogRecord, TlsOptions } from "../transport/socket.js";
import { VERSION } from "../version.js";
import type { Metric } from "./options.js";
import { PLACES_MAX } from "./places.js";

export interface RESTOptions {
  /** Further urls of the same service: none. Calls take turns, and a try that
   * failed goes on to a server that has not had the call. All of them get the
   * token. */
  readonly urls?: readonly string[];
  /** How long a server that failed is passed over: 5,000. */
  readonly urlRestMs?: number;
  /** How long answers to GETs are kept, and given instead of asking again:
   * 0, not at all. */
  readonly cacheMs?: number;
  /** Bytes of all answers that are kept: 1 MiB. */
  readonly cacheBytesMax?: number;
  /** Deadline of a call with all its tries: the schema's, else 30,000; -1:
   * none. */
  readonly deadlineMs?: number;
  /** Time of one attempt to connect, in Node: 5,000. */
  readonly connectDeadlineMs?: number;
  /** Connections to one host, in Node: 100. */
  readonly connectionsMax?: number;
  /** How many of them are kept while nothing is to be sent, in Node: 20. */
  readonly idleMax?: number;
  /** ... and how long, in Node: 4,000. A server that closes them first should
   * wait longer. */
  readonly idleMs?: number;
  /** The header User-Agent, in Node: "bellpull/VERSION". */
  readonly userAgent?: string;
  /** More headers of every request. A name is a token (RFC 9110 5.6.2), a value
   * is printable ASCII without spaces around it. Those that the client writes
   * itself are refused. */
  readonly headers?: Readonly<Record<string, string>>;
  /** TLS options for https://, in Node: those of tls.connect(). */
  readonly tls?: TlsOptions;
  /** An HTTP proxy through which all connections go (CONNECT), in Node:
   * "http://user:password@host:port". */
  readonly proxy?: string;
  /** Asks for answers that are compressed, in Node: false. A browser always
   * does. */
  readonly gzip?: boolean;
  /** Bytes of one answer that was compressed, in Node: messageBytesMax. */
  readonly inflatedBytesMax?: number;
  /** How often 307 and 308 are followed: 5; -1: never. */
  readonly redirectsMax?: number;
  /** Bytes of an answer's head, in Node: 65,536. */
  readonly headBytesMax?: number;
  /** Further tries of a call: 3; -1: none. */
  readonly restRetries?: number;
  /** The first wait between tries is a random part of this: 1,000. */
  readonly retryMinMs?: number;
  /** ... and the longest of this: 60,000. */
  readonly retryMaxMs?: number;
  /** What further tries of all calls may take: 100. One takes 10, a success
   * gives 1 back; -1: without limit. */
  readonly retryBudget?: number;
  /** The first wait before a token is asked for again, where none came: 500. */
  readonly reconnectMinMs?: number;
  /** ... and the longest: 20,000. */
  readonly reconnectMaxMs?: number;
  /** Calls in flight: 1,048,576. */
  readonly callsMax?: number;
  /** Bytes of one request's body: 64 MiB. */
  readonly requestBytesMax?: number;
  /** Bytes of one answer's body: 64 MiB. */
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
  readonly log?: (record: LogRecord) => void;
  readonly metrics?: (metric: Metric) => void;
}

type Optional =
  | "deadlineMs"
  | "headers"
  | "inflatedBytesMax"
  | "log"
  | "metrics"
  | "proxy"
  | "tls";

/** The options with all defaults filled in. */
export type RESTSettings = Required<Omit<RESTOptions, Optional>> &
  Pick<RESTOptions, Optional> & {
    /** The deadline of calls that have no other. */
    readonly fallbackMs: number;
  };

const MIB = 1024 * 1024;

const defaults: Omit<RESTSettings, Optional> = {
  urls: [],
  urlRestMs: 5000,
  cacheMs: 0,
  cacheBytesMax: MIB,
  fallbackMs: 30_000,
  connectDeadlineMs: 5000,
  connectionsMax: 100,
  idleMax: 20,
  idleMs: 4000,
  userAgent: `bellpull/${VERSION}`,
  gzip: false,
  redirectsMax: 5,
  headBytesMax: 65_536,
  restRetries: 3,
  retryMinMs: 1000,
  retryMaxMs: 60_000,
  retryBudget: 100,
  reconnectMinMs: 500,
  reconnectMaxMs: 20_000,
  callsMax: MIB,
  requestBytesMax: 64 * MIB,
  messageBytesMax: 64 * MIB,
  replyBytesMax: 64 * MIB,
  depthMax: DEPTH_MAX,
  itemsMax: ITEMS_MAX,
  rawJson: false,
};

const COUNTS = [
  "connectDeadlineMs",
  "connectionsMax",
  "cacheBytesMax",
  "headBytesMax",
  "callsMax",
  "requestBytesMax",
  "messageBytesMax",
  "replyBytesMax",
  "depthMax",
  "itemsMax",
] as const;

const NONE_OR_MORE = ["idleMax", "idleMs", "urlRestMs", "cacheMs"] as const;

/** -1 means none. */
const MAYBE = [
  "deadlineMs",
  "redirectsMax",
  "restRetries",
  "retryBudget",
] as const;

/** What a client of `rest` says itself. */
const TAKEN =
  /^(host|content-length|content-type|transfer-encoding|connection|upgrade|trailer|te|expect|keep-alive|proxy-.*|user-agent|accept|accept-encoding)$/i;
const PRINTABLE = /^[!-~](?:[ -~]*[!-~])?$/;

/** What is wrong with the options, or undefined. `given` are those that the
 * program chose. */
export function wrongRESTOptions(
  settings: RESTSettings,
  given: RESTOptions,
  platform: HttpPlatform,
): string | undefined {
  const { retryMinMs: least, retryMaxMs: most } = settings;
  const absent = Object.entries(given).find(
    ([name, value]) => value !== undefined && platform.lacks.includes(name),
  );
  if (absent !== undefined) {
    return `${absent[0]} cannot be chosen where the platform makes requests`;
  }
  const maybe = MAYBE.find((name) => !((settings[name] ?? 0) >= -1));
  if (maybe !== undefined) {
    return `${maybe} is negative (-1 means none)`;
  }
  const count = COUNTS.find((name) => !(settings[name] > 0));
  if (count !== undefined) {
    return `${count} is not above 0`;
  }
  if (!((settings.inflatedBytesMax ?? 1) > 0)) {
    return "inflatedBytesMax is not above 0";
  }
  const negative = NONE_OR_MORE.find((name) => !(settings[name] >= 0));
  if (negative !== undefined) {
    return `${negative} is negative`;
  }
  if (!Array.isArray(settings.urls) || settings.urls.length >= PLACES_MAX) {
    return `urls is no list, or has more than ${PLACES_MAX - 1}`;
  }
  if (!(least >= 0 && least <= most)) {
    return "retryMinMs is negative or beyond retryMaxMs";
  }
  if (!(
    settings.reconnectMinMs >= 0 &&
    settings.reconnectMinMs <= settings.reconnectMaxMs
  )) {
    return "reconnectMinMs is negative or beyond reconnectMaxMs";
  }
  if (!PRINTABLE.test(settings.userAgent)) {
    return "userAgent is not printable ASCII without spaces around it";
  }
  return (
    platform.wrong(settings) ??
    wrongHeaders(settings.headers, undefined, TAKEN, "the request itself")
  );
}

export function settleREST(options: RESTOptions): RESTSettings {
  const given = Object.entries(options).filter(
    ([, value]) => value !== undefined,
  );
  return { ...defaults, ...Object.fromEntries(given) };
}
