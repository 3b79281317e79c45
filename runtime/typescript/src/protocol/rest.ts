/* rest.ts: what an HTTP answer means to a call of `rest`. It knows no types of
 * a schema and no connection. */
import type { HttpError } from "../errors.js";
import type { Header, Reply } from "../seam/exchange.js";
import { byteSize, fromStrictUtf8, fromUtf8 } from "../utf8.js";

const SUCCESS = 2;
const CLASS = 100;
const TEXT_BYTES_MAX = 200;
const RETRIED = [429, 502, 503, 504];
const TEMPORARY = [...RETRIED, 408, 425];
const MOVED = [307, 308];
/** Where the words of an error stand, the likeliest first. */
const WORDS = ["detail", "message", "error", "title"];
const OPEN_BRACE = 0x7b;
const BLANKS = [0x20, 0x09, 0x0a, 0x0d];

/** The first header of that name. */
export function findHeader(
  headers: readonly Header[],
  name: string,
): string | undefined {
  return headers.find(([each]) => each.toLowerCase() === name)?.[1];
}

export function isSuccess(status: number): boolean {
  return Math.floor(status / CLASS) === SUCCESS;
}

export function isTemporary(status: number): boolean {
  return TEMPORARY.includes(status);
}

/** Another try may be answered otherwise. */
export function isRetried(status: number): boolean {
  return RETRIED.includes(status);
}

// RFC 3986 4.1. A url without an authority, an octet cut short, spaces and
// letters are not mended, as URL would.
const URL_BYTES = /^(?:[!#$&-;=?-[\]_a-z~]|%[\da-f]{2})+$/i;
const NO_AUTHORITY = /^(?:[a-z][a-z\d+.-]*:(?!\/\/[^/?#])|\/\/(?:[/?#]|$))/i;

/** Where the same request is to be sent; undefined: it stays what it is. */
export function movedTo({ status, headers }: Reply): string | undefined {
  const places = headers.filter(([name]) => name.toLowerCase() === "location");
  const place = places[0]?.[1] ?? "";
  const isPlace =
    MOVED.includes(status) &&
    places.length === 1 &&
    URL_BYTES.test(place) &&
    !NO_AUTHORITY.test(place);
  return isPlace ? place : undefined;
}

// ---- Retry-After (RFC 9110 10.2.3) -----------------------------------------

const DATE =
  /^[A-Z][a-z]{2,8}, \d\d[ -][A-Z][a-z]{2}[ -]\d{2,4} \d\d:\d\d:\d\d GMT$/;
const OLD_DATE = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}$/;
const SECONDS_MOST = 1_000_000_000;

/** In milliseconds from `now` on; -1: nothing is said. */
export function readRetryAfter(text: string | undefined, now: number): number {
  if (text === undefined) {
    return -1;
  }
  if (/^\d+$/.test(text)) {
    return Math.min(Number(text), SECONDS_MOST) * 1000;
  }
  const date = OLD_DATE.test(text)
    ? Date.parse(`${text} GMT`)
    : DATE.test(text)
      ? Date.parse(text)
      : NaN;
  return Number.isNaN(date) ? -1 : Math.max(0, date - now);
}

// ---- Errors ----------------------------------------------------------------

function objectIn(body: Uint8Array): Readonly<Record<string, unknown>> {
  let at = 0;
  while (BLANKS.includes(body[at] ?? 0)) {
    at++;
  }
  if (body[at] !== OPEN_BRACE) {
    return {};
  }
  try {
    return JSON.parse(fromStrictUtf8(body)) as Record<string, unknown>;
  } catch {
    return {};
  }
}

/** A member's text; "": there is none. */
function textOf(object: Readonly<Record<string, unknown>>, name: string) {
  const value = Object.hasOwn(object, name) ? object[name] : "";
  return typeof value === "string" ? value : "";
}

/** The first line of a text, as far as it can be shown. */
function firstLine(body: Uint8Array): string {
  const [line = ""] = fromUtf8(body.subarray(0, 4 * TEXT_BYTES_MAX))
    .trimStart()
    .split(/[\r\n]/);
  let text = line.replace(/\p{Cc}/gu, "").trim();
  while (byteSize(text) > TEXT_BYTES_MAX) {
    // No half of a pair is left over.
    text = text.slice(0, -1).replace(/[\ud800-\udbff]$/, "");
  }
  return text;
}

function isPlain(headers: readonly Header[]): boolean {
  return /^text\/plain *(;|$)/i.test(findHeader(headers, "content-type") ?? "");
}

/** What an answer that is no success says. */
export function readError({ status, headers, body }: Reply): {
  text: string;
  http: HttpError;
} {
  const object = objectIn(body);
  const words = WORDS.map((name) => textOf(object, name)).find(Boolean);
  const line = isPlain(headers) ? firstLine(body) : "";
  return {
    text: (words ?? line) || `HTTP ${status}`,
    http: {
      status,
      type: textOf(object, "type"),
      title: textOf(object, "title"),
      detail: textOf(object, "detail"),
      instance: textOf(object, "instance"),
      requestId: findHeader(headers, "x-request-id") ?? "",
      retryAfterMs: readRetryAfter(
        findHeader(headers, "retry-after"),
        Date.now(),
      ),
      headers,
      body,
    },
  };
}
