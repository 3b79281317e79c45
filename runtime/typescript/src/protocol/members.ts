/* members.ts: the members of a JSON object, and the few kinds of values that
 * protocols ask for. It knows no message. */
import { Fault } from "../json/fault.js";
import { integerOf } from "../json/number.js";
import {
  beginsNumber,
  COLON,
  COMMA,
  MAP,
  MAP_END,
  numberEnd,
  QUOTE,
  rawText,
  skipValue,
  space,
  stands,
  textEnd,
  textOf,
} from "../json/scan.js";

/** As deep as a skip goes: depth_max is the codec's, and of data alone. */
export const ENVELOPE_DEPTH_MAX = 512;

export type Members = ReadonlyMap<string, Uint8Array>;

/** Of the object at `at`, the bytes of each value by its key; a Fault where
 * there is none. `end` is told where it ends. */
export function readMembers(
  bytes: Uint8Array,
  at: number,
  end?: (at: number) => void,
): Members {
  const members = new Map<string, Uint8Array>();
  at = space(bytes, at);
  if (bytes[at] !== MAP) {
    throw new Fault("wanted a map", at);
  }
  at = space(bytes, at + 1);
  if (bytes[at] === MAP_END) {
    end?.(at + 1);
    return members;
  }
  for (;;) {
    if (bytes[at] !== QUOTE) {
      throw new Fault("a key is missing here", at);
    }
    const quote = textEnd(bytes, at + 1);
    const colon = space(bytes, quote + 1);
    if (bytes[colon] !== COLON) {
      throw new Fault("a colon is missing after the key", colon);
    }
    const value = space(bytes, colon + 1);
    const behind = skipValue(bytes, value, ENVELOPE_DEPTH_MAX);
    members.set(textOf(bytes, at + 1, quote), bytes.subarray(value, behind));
    at = space(bytes, behind);
    if (bytes[at] === MAP_END) {
      end?.(at + 1);
      return members;
    }
    if (bytes[at] !== COMMA) {
      throw new Fault("expected , or }", at);
    }
    at = space(bytes, at + 1);
  }
}

/** Of a text that is one object and nothing else. */
export function membersOf(bytes: Uint8Array): Members {
  let end = 0;
  const members = readMembers(bytes, 0, (at) => {
    end = space(bytes, at);
  });
  if (end < bytes.length) {
    throw new Fault("more text stands behind the value", end);
  }
  return members;
}

function wrong(): Fault {
  return new Fault("a member has a wrong type", 0);
}

export function textIn(value: Uint8Array): string {
  if (value[0] !== QUOTE) {
    throw wrong();
  }
  return textOf(value, 1, value.length - 1);
}

export function flagIn(value: Uint8Array): boolean {
  if (!stands(value, 0, "true") && !stands(value, 0, "false")) {
    throw wrong();
  }
  return value[0] === 0x74;
}

export function numberIn(value: Uint8Array): number {
  if (!beginsNumber(value[0])) {
    throw wrong();
  }
  const number = Number(rawText(value, 0, numberEnd(value, 0)));
  if (!Number.isFinite(number)) {
    throw wrong();
  }
  return number;
}

/** An exact integer. */
export function integerIn(value: Uint8Array): bigint {
  const found = beginsNumber(value[0])
    ? integerOf(rawText(value, 0, value.length))
    : undefined;
  if (found === undefined) {
    throw wrong();
  }
  return found;
}
