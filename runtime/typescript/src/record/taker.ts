/* taker.ts: the fast way of reading: JSON.parse makes the values, and they are
 * taken by the tables where that is known to give what reading byte by byte
 * gives. Where it is not sure, or anything is wrong, nothing is taken. It knows
 * no types of a schema. */
import type { Limits } from "./limits.js";

/** Thrown where the fast way is not sure. */
export const UNSURE = new Error("to be read byte by byte");

/** Longer texts are read byte by byte: what JSON.parse makes of a text that is
 * meant ill is many times its size. */
const BYTES_MAX = 4 * 1024 * 1024;

export class Taker {
  /** Texts and keys that were met: a text that has more has a key twice. */
  texts = 0;
  /** Constraints hold here. */
  rules = false;

  constructor(
    readonly limits: Limits,
    readonly rawJson: boolean,
  ) {}

  /** One level of nesting deeper, until `leave`. */
  enter(): void {
    if (this.limits.depth <= 0) {
      throw UNSURE;
    }
    this.limits.depth--;
  }

  leave(): void {
    this.limits.depth++;
  }

  /** Any value, as it is. */
  pass(value: unknown): void {
    if (typeof value === "string") {
      this.texts++;
    } else if (Array.isArray(value)) {
      this.enter();
      for (const each of value as unknown[]) {
        this.pass(each);
      }
      this.leave();
    } else if (typeof value === "object" && value !== null) {
      this.enter();
      for (const key in value) {
        this.texts++;
        this.pass((value as Record<string, unknown>)[key]);
      }
      this.leave();
    }
  }
}

// ---- Texts that JSON.parse understands as we do -----------------------------

/** A number that a double may not hold, or whose spelling matters to integers:
 * whether it is one that reads alike. */
function isPlain(bytes: Uint8Array, start: number, end: number): boolean {
  let text = "";
  for (let at = start; at < end; at++) {
    text += String.fromCharCode(bytes[at] ?? 0);
  }
  const value = Number(text);
  return Number.isInteger(value)
    ? value !== 0 && Number.isSafeInteger(value) && /^-?\d+$/.test(text)
    : true;
}

/** So much of a string is looked at byte by byte, and then all at once. */
const NEAR = 256;

/** Behind the quote of a string that is in front of `end`; -1 where it holds
 * half of a surrogate pair, 0 where its quote stands further on. */
function passNear(bytes: Uint8Array, at: number, end: number): number {
  for (; at < end; at++) {
    const byte = bytes[at];
    if (byte === 0x22) {
      return at + 1;
    }
    if (byte === 0x5c) {
      at++;
      const digit = bytes[at + 2] ?? 0;
      if (
        bytes[at] === 0x75 &&
        ((bytes[at + 1] ?? 0) | 0x20) === 0x64 &&
        digit >= 0x38
      ) {
        return -1;
      }
    }
  }
  return at > end ? -1 : 0;
}

/** Behind the string whose quote stands before `at`; -1 where it holds half of
 * a surrogate pair, or does not end. */
function passText(bytes: Uint8Array, at: number): number {
  const { length } = bytes;
  const near = Math.min(length, at + NEAR);
  const passed = passNear(bytes, at, near);
  if (passed !== 0) {
    return passed;
  }
  const quote = bytes.indexOf(0x22, near);
  return quote < 0 || !bytes.subarray(near, quote).includes(0x5c)
    ? quote + 1 || -1
    : passNear(bytes, near, length) || -1;
}

/** Behind the number at `at`; -1 where JSON.parse reads another one. */
function passNumber(bytes: Uint8Array, at: number): number {
  const start = at;
  let byte = bytes[at] ?? 0;
  let isOdd = byte === 0x2d && bytes[at + 1] === 0x30;
  while (byte >= 0x2b && byte <= 0x39 && byte !== 0x2c) {
    byte = bytes[++at] ?? 0;
    if ((byte | 0x20) === 0x65) {
      isOdd = true;
      byte = bytes[++at] ?? 0;
    }
  }
  isOdd ||= at - start > 15;
  return isOdd && !isPlain(bytes, start, at) ? -1 : at;
}

/** How many strings the text has; -1 where JSON.parse might read something
 * else than we do, or would go deeper than `depth`. */
export function countTexts(bytes: Uint8Array, depth: number): number {
  const size = bytes.length;
  let count = 0;
  let at = size <= BYTES_MAX ? 0 : -1;
  while (at >= 0 && at < size) {
    const byte = bytes[at] ?? 0;
    if (byte === 0x22) {
      count++;
      at = passText(bytes, at + 1);
    } else if (byte >= 0x2d && byte <= 0x39) {
      at = passNumber(bytes, at);
    } else {
      at++;
      if (byte >= 0x5b) {
        const bracket = byte | 0x20; // [ and { differ in it, and so ] and }
        if (bracket === 0x7b) {
          if (--depth < 0) {
            return -1;
          }
        } else if (bracket === 0x7d) {
          depth++;
        }
      }
    }
  }
  return at < 0 ? -1 : count;
}
