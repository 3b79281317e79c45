/* decode_form.ts: texts of a certain form to the values that they spell: bytes,
 * times, durations, UUIDs and decimals. */
import { Fault, mismatch } from "../json/fault.js";
import { QUOTE } from "../json/scan.js";
import type { DecimalType, DurationType, TextType } from "../tables.js";
import { readBase64 } from "./base64.js";
import type { Decoder } from "./decode.js";
import { readDuration, readUnits, secondsOf, type Unit } from "./duration.js";
import {
  DECIMAL_BYTES_MAX,
  DECIMAL_TOO_LONG,
  isDecimal,
  normalUuid,
} from "./form.js";
import { isDate, normalMoment } from "./time.js";

const utf8 = new TextEncoder();

/** A quoted text as `read` takes it; undefined is none. */
function readText<T>(
  decoder: Decoder,
  wanted: string,
  read: (text: string) => T | undefined,
): T {
  const at = decoder.at;
  if (decoder.byte !== QUOTE) {
    throw mismatch(at, wanted);
  }
  const value = read(decoder.text());
  if (value === undefined) {
    throw mismatch(at, wanted);
  }
  return value;
}

/** Where the letter of a text stands in the JSON, from behind its quote on;
 * what stands before it is ASCII. */
function placeOf(bytes: Uint8Array, at: number, index: number): number {
  for (; index > 0; index--) {
    const isEscape = bytes[at] === 0x5c;
    const isLong = isEscape && bytes[at + 1] === 0x75;
    at += isLong ? 6 : isEscape ? 2 : 1;
  }
  return at;
}

function readBytes(decoder: Decoder): Uint8Array {
  const start = decoder.at + 1;
  const read = readText(decoder, "bytes (base64)", readBase64);
  if (read instanceof Uint8Array) {
    return read;
  }
  throw new Fault(read.words, placeOf(decoder.bytes, start, read.place));
}

function readSeconds(decoder: Decoder, unit: Unit | undefined): number {
  if (unit === undefined) {
    const wanted =
      "duration (ISO 8601, weeks to seconds, 64 bits of nanoseconds)";
    return secondsOf(readText(decoder, wanted, readDuration));
  }
  const at = decoder.at;
  const wanted = `duration (a number of ${unit})`;
  const value = readUnits(decoder.number(wanted), unit);
  if (value === undefined) {
    throw mismatch(at, wanted);
  }
  return secondsOf(value);
}

function readDecimal(decoder: Decoder, isNumber: boolean): string {
  const at = decoder.at;
  const wanted = isNumber ? "decimal (a number)" : "decimal (a number as text)";
  const text = isNumber
    ? decoder.number(wanted)
    : readText(decoder, wanted, (each) => each);
  if (utf8.encode(text).length > DECIMAL_BYTES_MAX) {
    throw new Fault(DECIMAL_TOO_LONG, at);
  }
  if (!isDecimal(text)) {
    throw mismatch(at, wanted);
  }
  return text;
}

type Form = TextType | DurationType | DecimalType;

export function readForm(decoder: Decoder, type: Form): unknown {
  switch (type.kind) {
    case "bytes":
      return readBytes(decoder);
    case "datetime":
      return readText(decoder, "datetime (RFC 3339)", normalMoment);
    case "date":
      return readText(decoder, "date (YYYY-MM-DD)", (text) =>
        isDate(text) ? text : undefined,
      );
    case "duration":
      return readSeconds(decoder, type.unit);
    case "uuid":
      return readText(decoder, "uuid (8-4-4-4-12 hex digits)", normalUuid);
    case "decimal":
      return readDecimal(decoder, type.number ?? false);
  }
}
