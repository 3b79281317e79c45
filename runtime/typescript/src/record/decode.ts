/* decode.ts: texts of JSON to values by the tables: the fast way, and byte by
 * byte where that is not sure. It knows no kind of type and no protocol. */
import { BellError } from "../errors.js";
import { Fault, spellPath } from "../json/fault.js";
import { MAP, passScalar, rawText } from "../json/scan.js";
import type { Type } from "../tables.js";
import { fromStrictUtf8, utf8Of } from "../utf8.js";
import { Decoder } from "./decoder.js";
import { type CodecOptions, type Limits, limitsOf } from "./limits.js";
import { readValue } from "./member.js";
import { countTexts, Taker, UNSURE } from "./taker.js";

const GOT_BYTES = 40;

/** What stands at `at`, in a few words or bytes. */
function describe(bytes: Uint8Array, at: number): string {
  const byte = bytes[at];
  if (byte === undefined) {
    return "the end of the text";
  }
  if (byte === MAP || byte === 0x5b) {
    return byte === MAP ? "a map" : "a list";
  }
  let end: number;
  try {
    end = passScalar(bytes, at);
  } catch {
    return "no JSON value";
  }
  if (end - at <= GOT_BYTES) {
    return rawText(bytes, at, end);
  }
  end = at + GOT_BYTES;
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) {
    end--;
  }
  return `${rawText(bytes, at, end)}...`;
}

function report(bytes: Uint8Array, fault: Fault, root: string): BellError {
  const path = spellPath(fault, root);
  const said =
    fault.wanted === ""
      ? fault.message
      : `wanted ${fault.wanted}, got ${describe(bytes, fault.at)}`;
  return new BellError(
    fault.limit ? "limit" : "bad_reply",
    `${path}: ${said} (byte ${fault.at})`,
    { origin: "codec", path, offset: fault.at },
  );
}

/** Adds what was done to what the caller counts. */
function count({ meter }: CodecOptions, size: number, limits: Limits): void {
  if (meter !== undefined) {
    meter.work += limitsOf({}, size).work.left - limits.work.left;
  }
}

/** Byte by byte. */
export function readText(
  type: Type,
  bytes: Uint8Array,
  options: CodecOptions,
): unknown {
  const rawJson = options.rawJson ?? false;
  const limits = limitsOf(options, bytes.length);
  const decoder = new Decoder(bytes, limits, rawJson);
  try {
    const value = readValue(decoder, type);
    decoder.space();
    if (decoder.at < bytes.length) {
      throw new Fault("more text stands behind the value", decoder.at);
    }
    return value;
  } catch (error) {
    throw error instanceof Fault
      ? report(bytes, error, options.root ?? "result")
      : error;
  } finally {
    count(options, bytes.length, limits);
  }
}

/** By JSON.parse; UNSURE where reading byte by byte may give something else. */
export function takeText(
  type: Type,
  bytes: Uint8Array,
  options: CodecOptions,
): unknown {
  const limits = limitsOf(options, bytes.length);
  const texts = countTexts(bytes, limits.depth);
  if (texts < 0) {
    return UNSURE;
  }
  try {
    const parsed: unknown = JSON.parse(fromStrictUtf8(bytes));
    const taker = new Taker(limits, options.rawJson ?? false);
    const value = type.kind.take(taker, type, parsed);
    return taker.texts === texts ? value : UNSURE;
  } catch {
    return UNSURE;
  } finally {
    count(options, bytes.length, limits);
  }
}

/** Reads exactly one value of the type. A text that does not fit is a BellError
 * with status "bad_reply" (or "limit"), a path and an offset. */
export function decode(
  type: Type,
  bytes: Uint8Array,
  options: CodecOptions = {},
): unknown {
  const taken = takeText(type, bytes, options);
  return taken === UNSURE ? readText(type, bytes, options) : taken;
}

/** The same of a text; paths of errors begin with the type's name. */
export function decodeText(type: Type, text: string | Uint8Array): unknown {
  const bytes = typeof text === "string" ? utf8Of(text) : text;
  return decode(type, bytes, { root: type.name });
}
