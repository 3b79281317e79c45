/* free.ts: free-form JSON. It is read as JSON.parse does, but for integers that
 * a number cannot hold, which become bigint; it is written as JSON.stringify
 * does, but bigint is an integer, and what JSON cannot say is an error. */
import { Fault } from "../json/fault.js";
import { integerOf } from "../json/number.js";
import {
  COMMA,
  LIST,
  LIST_END,
  MAP,
  MAP_END,
  numberEnd,
  QUOTE,
  rawText,
  skipValue,
  space,
  textEnd,
} from "../json/scan.js";
import type { Kind } from "../tables.js";
import { fromUtf8, utf8Of } from "../utf8.js";
import { RawJson } from "../values.js";
import type { Decoder } from "./decoder.js";
import {
  checkText,
  type Encoder,
  isPlainObject,
  Members,
  refuse,
} from "./encoder.js";
import { type Properties, readKey } from "./member.js";
import { haveIndexes, setProperty } from "./property.js";
import { UNSURE } from "./taker.js";

// ---- Read: the text is checked already, and only taken apart ----------------

function numberOf(text: string): number | bigint {
  const near = Number(text);
  if (Number.isSafeInteger(near)) {
    return near;
  }
  const exact = /[.eE]/.test(text) ? undefined : integerOf(text);
  return exact ?? near;
}

function readItems(decoder: Decoder): unknown[] {
  const items: unknown[] = [];
  decoder.at++;
  decoder.space();
  while (decoder.byte !== LIST_END) {
    items.push(readAny(decoder));
    decoder.space();
    decoder.at += decoder.byte === COMMA ? 1 : 0;
    decoder.space();
  }
  decoder.at++;
  return items;
}

function readObject(decoder: Decoder): Properties {
  const members: Properties = {};
  decoder.at++;
  decoder.space();
  while (decoder.byte !== MAP_END) {
    const key = readKey(decoder);
    setProperty(members, key, readAny(decoder));
    decoder.space();
    decoder.at += decoder.byte === COMMA ? 1 : 0;
    decoder.space();
  }
  decoder.at++;
  return members;
}

function readWord(decoder: Decoder): boolean | null {
  const isNull = decoder.is("null");
  const value = decoder.is("true");
  decoder.at += isNull || value ? 4 : 5;
  return isNull ? null : value;
}

function readAny(decoder: Decoder): unknown {
  decoder.space();
  switch (decoder.byte) {
    case MAP:
      return readObject(decoder);
    case LIST:
      return readItems(decoder);
    case QUOTE:
      return decoder.text();
    case 0x74:
    case 0x66:
    case 0x6e:
      return readWord(decoder);
    default: {
      const start = decoder.at;
      decoder.at = numberEnd(decoder.bytes, start);
      return numberOf(rawText(decoder.bytes, start, decoder.at));
    }
  }
}

// ---- Written ---------------------------------------------------------------

/** A checked text without its white space. */
function compact(bytes: Uint8Array): string {
  const out: string[] = [];
  let at = space(bytes, 0);
  while (at < bytes.length) {
    const start = at;
    if (bytes[at] === QUOTE) {
      at = textEnd(bytes, at + 1) + 1;
    } else {
      while (at < bytes.length && space(bytes, at) === at) {
        if (bytes[at] === QUOTE) {
          break;
        }
        at++;
      }
    }
    out.push(fromUtf8(bytes.subarray(start, at)));
    at = space(bytes, at);
  }
  return out.join("");
}

/** JSON of a program's own: checked, so that it holds no line break. */
export function writeRaw(encoder: Encoder, json: string): string {
  const bytes = utf8Of(checkText(json));
  let end: number;
  try {
    end = skipValue(bytes, 0, encoder.limits.depth);
  } catch (error) {
    throw error instanceof Fault
      ? new Fault(error.message, 0, "", error.limit)
      : error;
  }
  if (space(bytes, end) !== bytes.length) {
    throw refuse("more than one JSON value");
  }
  return compact(bytes);
}

function plainItems(encoder: Encoder, given: readonly unknown[]): unknown {
  // Array.from: what is not there is null.
  return Array.from(given, (each) => plainAny(encoder, each) ?? null);
}

function plainObject(encoder: Encoder, value: object): unknown {
  const entries = value instanceof Map ? [...value] : Object.entries(value);
  const names = entries.map(([name]) => String(name));
  const members = new Members(value instanceof Map && haveIndexes(names));
  let isSame = isPlainObject(value);
  for (const [i, [, each]] of (entries as [unknown, unknown][]).entries()) {
    const plain = plainAny(encoder, each);
    isSame &&= plain === each;
    if (plain !== undefined) {
      members.add(encoder.text(names[i] ?? ""), plain);
    }
  }
  return isSame ? value : members.plain(encoder);
}

function hasToJson(value: object): value is { toJSON: () => unknown } {
  return "toJSON" in value && typeof value.toJSON === "function";
}

function plainParts(encoder: Encoder, value: object): unknown {
  if (value instanceof RawJson) {
    return encoder.raw(writeRaw(encoder, value.text));
  }
  if (hasToJson(value)) {
    return plainAny(encoder, value.toJSON());
  }
  encoder.enter();
  const plain = Array.isArray(value)
    ? plainItems(encoder, value)
    : plainObject(encoder, value);
  encoder.leave();
  return plain;
}

/** undefined where there is nothing to say. */
function plainAny(encoder: Encoder, value: unknown): unknown {
  switch (typeof value) {
    case "undefined":
    case "boolean":
      return value;
    case "number":
      if (!Number.isFinite(value)) {
        throw refuse("JSON has no NaN and no infinity");
      }
      return value;
    case "bigint":
      return Number.isSafeInteger(Number(value))
        ? Number(value)
        : encoder.raw(String(value));
    case "string":
      return encoder.text(value);
    case "object":
      return value === null ? null : plainParts(encoder, value);
    default:
      throw refuse(`JSON has no ${typeof value}`);
  }
}

export const json: Kind = {
  read(decoder) {
    const start = decoder.at;
    decoder.skip();
    const end = decoder.at;
    if (decoder.rawJson) {
      return new RawJson(rawText(decoder.bytes, start, end));
    }
    decoder.at = start;
    return readAny(decoder);
  },
  take(taker, _type, value) {
    if (taker.rawJson) {
      throw UNSURE;
    }
    taker.pass(value);
    return value;
  },
  plain: (encoder, _type, value) => plainAny(encoder, value) ?? null,
  free: true,
};
