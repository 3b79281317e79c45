/* union.ts: objects with a tag that says which of some records they are: a
 * member of the object is the tag; the other members are the variant's, or one
 * of them is the variant. */
import { Fault, inside, mismatch, tooDeep } from "../json/fault.js";
import {
  COLON,
  COMMA,
  MAP,
  MAP_END,
  QUOTE,
  rawText,
  space,
  textEnd,
  textOf,
} from "../json/scan.js";
import type { Kind, RecordType, UnionType, Variant } from "../tables.js";
import { Unknown } from "../values.js";
import type { Decoder } from "./decoder.js";
import { type Encoder, Members, refuse, wrongType } from "./encoder.js";
import { writeRaw } from "./free.js";
import {
  addFields,
  type Properties,
  readMembers,
  readValue,
  takeMembers,
} from "./member.js";
import { planOf, type UnionPlan, unionPlanOf } from "./plan.js";
import { getProperty, haveIndexes, setProperty } from "./property.js";
import { isObject } from "./record.js";
import { type Taker, UNSURE } from "./taker.js";

// ---- Read ------------------------------------------------------------------

/** The tag and the content, wherever they stand among the members; -1 where
 * they do not. */
interface Found {
  /** The tag's quote. */
  key: number;
  /** Its value. */
  value: number;
  content: number;
  /** Behind the object, where that was looked for. */
  end: number;
}

/** The tag mostly stands first, spelled without escapes. */
function findFirst(decoder: Decoder, start: number, tag: string): Found | null {
  const { bytes } = decoder;
  const key = space(bytes, start);
  if (bytes[key] !== QUOTE) {
    return null;
  }
  let end = key + 1;
  while (end < bytes.length && bytes[end] !== QUOTE && bytes[end] !== 0x5c) {
    end++;
  }
  const colon = space(bytes, end + 1);
  if (
    bytes[end] !== QUOTE ||
    bytes[colon] !== COLON ||
    rawText(bytes, key + 1, end) !== tag
  ) {
    return null;
  }
  return { key, value: space(bytes, colon + 1), content: -1, end: -1 };
}

function early(bytes: Uint8Array, at: number, words: string): Fault {
  return new Fault(at >= bytes.length ? "the text ends too early" : words, at);
}

/** A key and its colon from `at` on: the key, and the place of the value. */
function passKey(bytes: Uint8Array, at: number): [string, number] {
  if (bytes[at] !== QUOTE) {
    throw early(bytes, at, "a key is missing here");
  }
  const end = textEnd(bytes, at + 1);
  const colon = space(bytes, end + 1);
  if (bytes[colon] !== COLON) {
    throw early(bytes, colon, "a colon is missing after the key");
  }
  return [textOf(bytes, at + 1, end), space(bytes, colon + 1)];
}

function note(
  type: UnionType,
  found: Found,
  key: string,
  place: number,
  value: number,
): void {
  if (key === type.tag) {
    if (found.key >= 0 && found.key !== place) {
      throw inside(new Fault("the union's tag stands twice", place), `.${key}`);
    }
    found.key = place;
    found.value = value;
  } else if (key === type.content) {
    if (found.content >= 0 && found.content !== value) {
      throw inside(
        new Fault("the union's content stands twice", place),
        `.${key}`,
      );
    }
    found.content = value;
  }
}

/** Passes over all members from behind the brace on, checking them. */
function lookFor(
  decoder: Decoder,
  start: number,
  type: UnionType,
  found: Found,
): void {
  const { bytes } = decoder;
  decoder.enter(start);
  let at = start;
  for (let first = true; ; first = false) {
    at = space(bytes, at);
    if (bytes[at] === MAP_END) {
      found.end = at + 1;
      decoder.leave();
      return;
    }
    if (!first) {
      if (bytes[at] !== COMMA) {
        throw early(bytes, at, "expected , or }");
      }
      at = space(bytes, at + 1);
    }
    const [key, value] = passKey(bytes, at);
    note(type, found, key, at, value);
    decoder.at = value;
    decoder.skip();
    at = decoder.at;
  }
}

function readTag(decoder: Decoder, found: Found, type: UnionType): string {
  try {
    decoder.at = found.value;
    if (decoder.byte !== QUOTE) {
      throw mismatch(decoder.at, "string");
    }
    return decoder.text();
  } catch (error) {
    throw inside(error, `.${type.tag}`);
  }
}

function fieldsOf(variant: Variant): RecordType | undefined {
  const { type } = variant;
  return type.kind.fields === true ? (type as RecordType) : undefined;
}

function isEmptyRecord(variant: Variant): boolean {
  const record = fieldsOf(variant);
  return record?.bare !== true && record?.fields().length === 0;
}

function readContent(
  decoder: Decoder,
  at: number,
  content: string,
  found: Found,
  variant: Variant,
): unknown {
  try {
    if (found.content >= 0) {
      decoder.at = found.content;
      decoder.enter(at);
      const value = readValue(decoder, variant.type);
      decoder.leave();
      return value;
    }
    if (!isEmptyRecord(variant)) {
      throw new Fault("the union's content is missing", at);
    }
    return {};
  } catch (error) {
    throw inside(error, `.${content}`);
  }
}

/** What the variants share, from the whole object. */
function readShared(
  decoder: Decoder,
  at: number,
  plan: UnionPlan,
  tag: string,
  found: Found,
  out: Record<string, unknown>,
): void {
  if (plan.shared === undefined) {
    return;
  }
  decoder.at = at + 1;
  readMembers(decoder, plan.shared, true, out, {
    tag,
    at: found.key,
    isShared: true,
    shared: undefined,
  });
}

/** The object's members, whose first is the tag where `first`. */
function readVariant(
  decoder: Decoder,
  start: number,
  first: boolean,
  type: UnionType,
  found: Found,
  variant: Variant,
  out: Record<string, unknown>,
): void {
  const record = fieldsOf(variant);
  if (record === undefined) {
    throw new Fault("a table names an unknown kind", start);
  }
  decoder.at = start;
  readMembers(decoder, planOf(record), first, out, {
    tag: type.tag,
    at: found.key,
    isShared: false,
    shared: unionPlanOf(type).shared,
  });
}

function readUnion(decoder: Decoder, type: UnionType): unknown {
  const at = decoder.at;
  const plan = unionPlanOf(type);
  const out: Record<string, unknown> = {};
  if (decoder.byte !== MAP) {
    throw mismatch(at, type.name);
  }
  if (decoder.limits.depth === 0) {
    throw tooDeep(at);
  }
  const first = findFirst(decoder, at + 1, type.tag);
  const found = first ?? { key: -1, value: -1, content: -1, end: -1 };
  if (first === null || type.content !== undefined) {
    lookFor(decoder, at + 1, type, found);
  }
  if (found.key < 0) {
    const fault = new Fault("the union's tag is missing", at);
    throw inside(fault, `.${type.tag}`);
  }
  const text = readTag(decoder, found, type);
  const behind = decoder.at;
  const variant = plan.variants.get(text);
  if (variant === undefined && found.end < 0) {
    lookFor(decoder, at + 1, type, found);
  }
  setProperty(out, type.tag, text);
  readShared(decoder, at, plan, type.tag, found, out);
  if (variant === undefined) {
    const raw = rawText(decoder.bytes, at, found.end);
    setProperty(out, type.tag, new Unknown(text, raw));
    decoder.at = found.end;
  } else if (type.content === undefined) {
    const start = first === null ? at + 1 : behind;
    readVariant(decoder, start, first === null, type, found, variant, out);
  } else {
    const value = readContent(decoder, at, type.content, found, variant);
    setProperty(out, type.content, value);
    decoder.at = found.end;
  }
  return out;
}

// ---- Taken -----------------------------------------------------------------

/** The one member that is the variant, among others that nobody knows. */
function takeContent(
  taker: Taker,
  type: UnionType,
  content: string,
  variant: Variant,
  given: Properties,
): unknown {
  const { shared } = unionPlanOf(type);
  const inner = variant.type;
  let value: unknown = isEmptyRecord(variant) ? {} : undefined;
  taker.enter();
  for (const key in given) {
    if (key === content) {
      taker.texts++;
      value = inner.kind.take(taker, inner, given[key]);
    } else if (shared?.places.has(key) !== true) {
      taker.texts++;
      taker.pass(given[key]);
    }
  }
  taker.leave();
  if (value === undefined) {
    throw UNSURE;
  }
  return value;
}

function takeUnion(taker: Taker, type: UnionType, given: unknown): unknown {
  const { tag, content } = type;
  const plan = unionPlanOf(type);
  const text = isObject(given) ? getProperty(given, tag) : undefined;
  const variant =
    typeof text === "string" ? plan.variants.get(text) : undefined;
  const record = variant && fieldsOf(variant);
  if (variant === undefined || (content === undefined && !record)) {
    throw UNSURE;
  }
  const members = given as Properties;
  const out: Properties = {};
  setProperty(out, tag, text);
  if (plan.shared !== undefined) {
    const beside = { tag, at: 0, isShared: true, shared: undefined };
    takeMembers(taker, plan.shared, members, out, beside);
  }
  if (content !== undefined) {
    const value = takeContent(taker, type, content, variant, members);
    setProperty(out, content, value);
  } else if (record !== undefined) {
    const beside = { tag, at: 0, isShared: false, shared: plan.shared };
    takeMembers(taker, planOf(record), members, out, beside);
  }
  return out;
}

// ---- Written ---------------------------------------------------------------

/** What came as it came: its shared fields stand in it. */
function plainUnknown(encoder: Encoder, unknown: Unknown): unknown {
  if (unknown.raw === "") {
    throw refuse("a union is not set");
  }
  if (!/^[ \t\r\n]*\{/.test(unknown.raw)) {
    throw refuse("a union's raw value is no object");
  }
  return encoder.raw(writeRaw(encoder, unknown.raw));
}

function addContent(
  encoder: Encoder,
  content: string,
  variant: Variant,
  value: object,
  members: Members,
): void {
  const { type } = variant;
  try {
    const given = getProperty(value, content);
    members.add(content, type.kind.plain(encoder, type, given));
  } catch (error) {
    throw inside(error, `.${content}`);
  }
}

function findVariant(type: UnionType, tag: unknown): Variant {
  if (tag === undefined || tag === "") {
    throw refuse("a union is not set");
  }
  const variant =
    typeof tag === "string" ? unionPlanOf(type).variants.get(tag) : undefined;
  if (variant === undefined) {
    throw refuse("not a tag of the union");
  }
  return variant;
}

function plainUnion(
  encoder: Encoder,
  type: UnionType,
  value: unknown,
): unknown {
  if (value === undefined) {
    throw refuse("a union is not set");
  }
  if (typeof value !== "object" || value === null) {
    throw wrongType(type.name, value);
  }
  const tag = getProperty(value, type.tag);
  if (tag instanceof Unknown) {
    return plainUnknown(encoder, tag);
  }
  const variant = findVariant(type, tag);
  const { shared } = unionPlanOf(type);
  const record = fieldsOf(variant);
  const own = type.content === undefined ? record && planOf(record) : undefined;
  const members = new Members(
    haveIndexes([type.tag, type.content]) ||
      shared?.hasIndexes === true ||
      own?.hasIndexes === true,
  );
  encoder.enter();
  members.add(type.tag, variant.name);
  addFields(encoder, shared?.fields ?? [], 0, value, members);
  addFields(encoder, own?.fields ?? [], 0, value, members);
  if (type.content !== undefined) {
    addContent(encoder, type.content, variant, value, members);
  }
  encoder.leave();
  return members.plain(encoder);
}

export const union: Kind = {
  read: readUnion,
  take: takeUnion,
  plain: plainUnion,
};
