/* scan.ts: the text of JSON (RFC 8259), byte by byte: white space, strings,
 * numbers, whole values. It knows no types of a schema. */
import { fromUtf8 } from "../utf8.js";
import { Fault, NOT_UTF8, tooDeep } from "./fault.js";

export const QUOTE = 0x22;
export const COMMA = 0x2c;
export const MINUS = 0x2d;
export const POINT = 0x2e;
export const COLON = 0x3a;
export const LIST = 0x5b;
export const LIST_END = 0x5d;
export const MAP = 0x7b;
export const MAP_END = 0x7d;
const BACKSLASH = 0x5c;

export function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

/** Behind white space. */
export function space(bytes: Uint8Array, at: number): number {
  let byte = bytes[at];
  while (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) {
    byte = bytes[++at];
  }
  return at;
}

/** Whether these ASCII letters stand there. */
export function stands(bytes: Uint8Array, at: number, word: string): boolean {
  for (let i = 0; i < word.length; i++) {
    if (bytes[at + i] !== word.charCodeAt(i)) {
      return false;
    }
  }
  return true;
}

// ---- Strings ---------------------------------------------------------------

function follows(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}

/** The bytes of the code point outside ASCII at `at`; 0 where it is none. */
function pointSize(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  const second = bytes[at + 1] ?? 0;
  if (!follows(bytes[at + 1])) {
    return 0;
  }
  if (first >= 0xc2 && first <= 0xdf) {
    return 2;
  }
  if (!follows(bytes[at + 2])) {
    return 0;
  }
  if (first >= 0xe0 && first <= 0xef) {
    const overlong = first === 0xe0 && second < 0xa0;
    const surrogate = first === 0xed && second > 0x9f;
    return overlong || surrogate ? 0 : 3;
  }
  if (!follows(bytes[at + 3]) || first < 0xf0 || first > 0xf4) {
    return 0;
  }
  const overlong = first === 0xf0 && second < 0x90;
  const outside = first === 0xf4 && second > 0x8f;
  return overlong || outside ? 0 : 4;
}

function isHex(byte: number | undefined): boolean {
  return byte !== undefined && /[0-9a-fA-F]/.test(String.fromCharCode(byte));
}

/** From the byte behind the backslash to behind the escape. */
function passEscape(bytes: Uint8Array, at: number): number {
  const byte = bytes[at];
  if (byte === undefined) {
    throw new Fault("string is not closed", at);
  }
  if (byte !== 0x75) {
    if (!'"\\/bfnrt'.includes(String.fromCharCode(byte))) {
      throw new Fault("unknown escape", at);
    }
    return at + 1;
  }
  for (let i = 1; i <= 4; i++) {
    if (!isHex(bytes[at + i])) {
      throw new Fault("\\u needs four hex digits", at);
    }
  }
  return at + 5;
}

/** Passes over the one thing at `at` that is not plain and not a quote. */
function passSpecial(bytes: Uint8Array, at: number): number {
  const byte = bytes[at] ?? 0;
  if (byte === BACKSLASH) {
    return passEscape(bytes, at + 1);
  }
  if (byte < 0x20) {
    throw new Fault("control character in string", at);
  }
  const size = pointSize(bytes, at);
  if (size === 0) {
    throw new Fault(NOT_UTF8, at);
  }
  return at + size;
}

/** The place of the quote that ends the string whose text begins at `at`. */
export function textEnd(bytes: Uint8Array, at: number): number {
  for (;;) {
    const byte = bytes[at];
    if (byte === undefined) {
      throw new Fault("string is not closed", at);
    }
    if (byte === QUOTE) {
      return at;
    }
    const plain = byte >= 0x20 && byte < 0x80 && byte !== BACKSLASH;
    at = plain ? at + 1 : passSpecial(bytes, at);
  }
}

const SHORT: Readonly<Record<string, string>> = {
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};

function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}

function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

/** Resolves escapes; a half of a surrogate pair alone becomes U+FFFD. */
function unescape(raw: string): string {
  let out = "";
  let from = 0;
  for (;;) {
    const stop = raw.indexOf("\\", from);
    if (stop < 0) {
      return out + raw.slice(from);
    }
    const letter = raw.charAt(stop + 1);
    out += raw.slice(from, stop);
    from = stop + 2;
    if (letter !== "u") {
      out += SHORT[letter] ?? letter;
      continue;
    }
    const unit = Number.parseInt(raw.slice(from, from + 4), 16);
    from += 4;
    if (!isHigh(unit) && !isLow(unit)) {
      out += String.fromCharCode(unit);
      continue;
    }
    const pair = isHigh(unit) && raw.startsWith("\\u", from);
    const low = pair ? Number.parseInt(raw.slice(from + 2, from + 6), 16) : 0;
    from += isLow(low) ? 6 : 0;
    out += isLow(low) ? String.fromCharCode(unit, low) : "\ufffd";
  }
}

/** The text of the bytes between two quotes, which textEnd() has checked. */
export function textOf(bytes: Uint8Array, start: number, end: number): string {
  const raw = fromUtf8(bytes.subarray(start, end));
  return raw.includes("\\") ? unescape(raw) : raw;
}

/** The bytes as they are, which are known to be UTF-8. */
export function rawText(bytes: Uint8Array, start: number, end: number): string {
  return fromUtf8(bytes.subarray(start, end));
}

// ---- Numbers ---------------------------------------------------------------

function passDigits(bytes: Uint8Array, at: number): number {
  while (isDigit(bytes[at])) {
    at++;
  }
  return at;
}

export function beginsNumber(byte: number | undefined): boolean {
  return byte === MINUS || isDigit(byte);
}

/** The place behind the number at `at`. */
export function numberEnd(bytes: Uint8Array, at: number): number {
  const body = bytes[at] === MINUS ? at + 1 : at;
  let end = passDigits(bytes, body);
  if (end === body) {
    throw new Fault("a number has no digit", end);
  }
  if (bytes[body] === 0x30 && end > body + 1) {
    throw new Fault("a number begins with 0", body + 1);
  }
  if (bytes[end] === POINT) {
    const point = end + 1;
    end = passDigits(bytes, point);
    if (end === point) {
      throw new Fault("no digit behind the point", end);
    }
  }
  if (((bytes[end] ?? 0) | 0x20) !== 0x65) {
    return end;
  }
  end++;
  if (bytes[end] === MINUS || bytes[end] === 0x2b) {
    end++;
  }
  const power = end;
  end = passDigits(bytes, power);
  if (end === power) {
    throw new Fault("a number's exponent has no digit", end);
  }
  return end;
}

// ---- Values ----------------------------------------------------------------

function passWord(bytes: Uint8Array, at: number, word: string): number {
  if (!stands(bytes, at, word)) {
    throw new Fault("no JSON value", at);
  }
  return at + word.length;
}

/** A value that holds no others. */
export function passScalar(bytes: Uint8Array, at: number): number {
  switch (bytes[at]) {
    case QUOTE:
      return textEnd(bytes, at + 1) + 1;
    case 0x74:
      return passWord(bytes, at, "true");
    case 0x66:
      return passWord(bytes, at, "false");
    case 0x6e:
      return passWord(bytes, at, "null");
    default:
      if (!beginsNumber(bytes[at])) {
        throw new Fault("no JSON value", at);
      }
      return numberEnd(bytes, at);
  }
}

/** A key and its colon. */
function passKey(bytes: Uint8Array, at: number): number {
  at = space(bytes, at);
  if (bytes[at] !== QUOTE) {
    throw new Fault("a key is missing here", at);
  }
  at = space(bytes, textEnd(bytes, at + 1) + 1);
  if (bytes[at] !== COLON) {
    throw new Fault("a colon is missing after the key", at);
  }
  return at + 1;
}

/** Where lists and maps end, by where they begin. */
export type Ends = Map<number, number>;

/** Smaller ones are passed over again. */
const NOTED_BYTES_MIN = 128;

/** Behind a value: closes levels, passes a comma (and a key). */
function passBehind(
  bytes: Uint8Array,
  at: number,
  levels: number[],
  ends: Ends | undefined,
): number {
  for (;;) {
    const start = levels.at(-1);
    if (start === undefined) {
      return at;
    }
    const map = bytes[start] === MAP;
    const place = space(bytes, at);
    if (bytes[place] === COMMA) {
      return map ? passKey(bytes, place + 1) : place + 1;
    }
    if (bytes[place] !== (map ? MAP_END : LIST_END)) {
      throw new Fault(map ? "expected , or }" : "expected , or ]", place);
    }
    at = place + 1;
    levels.pop();
    if (at - start >= NOTED_BYTES_MIN) {
      ends?.set(start, at);
    }
  }
}

/** The place behind the value at `at`, which is checked and may be nested
 * `depth` deep. Without recursion. What lies in it is noted in `ends`. */
export function skipValue(
  bytes: Uint8Array,
  at: number,
  depth: number,
  ends?: Ends,
): number {
  const levels: number[] = [];
  do {
    at = space(bytes, at);
    const byte = bytes[at];
    if (byte === undefined) {
      throw new Fault("the text ends too early", at);
    }
    const map = byte === MAP;
    if (!map && byte !== LIST) {
      at = passBehind(bytes, passScalar(bytes, at), levels, ends);
      continue;
    }
    if (levels.length >= depth) {
      throw tooDeep(at);
    }
    const first = space(bytes, at + 1);
    if (bytes[first] === (map ? MAP_END : LIST_END)) {
      at = passBehind(bytes, first + 1, levels, ends);
    } else {
      levels.push(at);
      at = map ? passKey(bytes, first) : first;
    }
  } while (levels.length > 0);
  return at;
}
