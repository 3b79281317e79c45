/* one_of.ts: unions without a tag, whose variants are told apart by the kind of
 * JSON that each is: a text, a number, a bool, a list or an object. What is of
 * no variant's kind is kept as it came. */
import { mismatch } from "../json/fault.js";
import { LIST, MAP, QUOTE, rawText } from "../json/scan.js";
import type { Kind, OneOfType, OneOfVariant } from "../tables.js";
import { Unknown } from "../values.js";
import type { Decoder } from "./decoder.js";
import { type Encoder, refuse, wrongType } from "./encoder.js";
import { writeRaw } from "./free.js";
import { readValue } from "./member.js";
import { type Taker, UNSURE } from "./taker.js";

type JsonKind = OneOfVariant["of"];

function find(
  type: OneOfType,
  kind: JsonKind | undefined,
): OneOfVariant | undefined {
  return type.variants().find((variant) => variant.of === kind);
}

/** Of the value that begins with this byte; undefined: null, or no value. */
function kindOfByte(byte: number | undefined): JsonKind | undefined {
  switch (byte) {
    case QUOTE:
      return "string";
    case LIST:
      return "list";
    case MAP:
      return "object";
    case 0x74: // t
    case 0x66: // f
      return "bool";
    case 0x2d: // -
      return "number";
    default:
      return byte !== undefined && byte >= 0x30 && byte <= 0x39
        ? "number"
        : undefined;
  }
}

/** Of a value in a program; undefined: null, or none that JSON knows. */
function kindOfValue(value: unknown): JsonKind | undefined {
  switch (typeof value) {
    case "string":
      return "string";
    case "number":
    case "bigint":
      return "number";
    case "boolean":
      return "bool";
    case "object":
      if (value === null) {
        return undefined;
      }
      if (value instanceof Uint8Array) {
        return "string"; // of bytes, as base64
      }
      return Array.isArray(value) ? "list" : "object";
    default:
      return undefined;
  }
}

function readOneOf(decoder: Decoder, type: OneOfType): unknown {
  const at = decoder.at;
  const kind = kindOfByte(decoder.byte);
  if (kind === undefined) {
    throw mismatch(at, type.name);
  }
  const variant = find(type, kind);
  if (variant !== undefined) {
    return readValue(decoder, variant.type);
  }
  decoder.skip();
  return new Unknown("", rawText(decoder.bytes, at, decoder.at));
}

function takeOneOf(taker: Taker, type: OneOfType, given: unknown): unknown {
  const variant = find(type, kindOfValue(given));
  if (variant === undefined) {
    throw UNSURE;
  }
  return variant.type.kind.take(taker, variant.type, given);
}

function plainOneOf(
  encoder: Encoder,
  type: OneOfType,
  value: unknown,
): unknown {
  if (value === undefined || (value instanceof Unknown && value.raw === "")) {
    throw refuse("a union is not set");
  }
  if (value instanceof Unknown) {
    return encoder.raw(writeRaw(encoder, value.raw));
  }
  const variant = find(type, kindOfValue(value));
  if (variant === undefined) {
    throw wrongType(type.name, value);
  }
  return variant.type.kind.plain(encoder, variant.type, value);
}

export const oneOf: Kind = {
  read: readOneOf,
  take: takeOneOf,
  plain: plainOneOf,
};
