/* decode.ts: JSON to values by the tables: scalars and records. It knows no
 * protocol. */
import { BellError } from "../errors.js";
import { Fault, inside, mismatch, spellPath, tooDeep } from "../json/fault.js";
import { floatOf, integerOf } from "../json/number.js";
import {
  beginsNumber,
  COLON,
  COMMA,
  MAP,
  MAP_END,
  numberEnd,
  passScalar,
  QUOTE,
  rawText,
  skipValue,
  space,
  stands,
  textEnd,
  textOf,
} from "../json/scan.js";
import type { EnumType, Field, RecordType, Type, WideType } from "../tables.js";
import { readForm } from "./decode_form.js";
import { readJson } from "./decode_json.js";
import { readList, readMap } from "./decode_list.js";
import { readUnion } from "./decode_union.js";
import { type CodecOptions, type Limits, limitsOf } from "./limits.js";
import { type Plan, planOf, setProperty } from "./plan.js";
import { wrongBy } from "./rule.js";

const GOT_BYTES = 40;

/** What a record's own members stand among: the members of a union. */
export interface Beside {
  /** The union's discriminator. */
  readonly tag: string;
  /** The place of the tag's key: another one is a second. */
  readonly at: number;
  /** Reading what the variants share: any other key is theirs. */
  readonly isShared: boolean;
  /** What else may stand there. */
  readonly shared: Plan | undefined;
}

export class Decoder {
  /** Where reading goes on. */
  at = 0;
  /** Constraints hold here. */
  rules = false;

  constructor(
    readonly bytes: Uint8Array,
    readonly limits: Limits,
    readonly rawJson: boolean,
  ) {}

  /** One level of nesting deeper, until `leave`. */
  enter(at: number): void {
    if (this.limits.depth <= 0) {
      throw tooDeep(at);
    }
    this.limits.depth--;
  }

  leave(): void {
    this.limits.depth++;
  }

  space(): void {
    this.at = space(this.bytes, this.at);
  }

  get byte(): number | undefined {
    return this.bytes[this.at];
  }

  /** Whether these letters stand here. */
  is(word: string): boolean {
    return stands(this.bytes, this.at, word);
  }

  /** A quoted text, whose quote is here. */
  text(): string {
    const start = this.at + 1;
    const end = textEnd(this.bytes, start);
    this.at = end + 1;
    return textOf(this.bytes, start, end);
  }

  /** Passes over any value; gives its text as it stands. */
  skip(): void {
    this.at = skipValue(this.bytes, this.at, this.limits.depth);
  }

  /** A number's text; what begins like none is told by what is wanted. */
  number(wanted: string): string {
    if (!beginsNumber(this.byte)) {
      throw mismatch(this.at, wanted);
    }
    const start = this.at;
    this.at = numberEnd(this.bytes, start);
    return rawText(this.bytes, start, this.at);
  }
}

// ---- Scalars ---------------------------------------------------------------

function readBool(decoder: Decoder, type: Type): boolean {
  const value = decoder.is("true");
  if (!value && !decoder.is("false")) {
    throw mismatch(decoder.at, type.name);
  }
  decoder.at += value ? 4 : 5;
  return value;
}

const RANGES = {
  int32: [-(2n ** 31n), 2n ** 31n - 1n],
  uint32: [0n, 2n ** 32n - 1n],
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
  uint64: [0n, 2n ** 64n - 1n],
} as const;

function readInteger(
  decoder: Decoder,
  kind: keyof typeof RANGES,
  name: string,
): bigint {
  const at = decoder.at;
  const value = integerOf(decoder.number(name));
  const [lowest, highest] = RANGES[kind];
  if (value === undefined || value < lowest || value > highest) {
    throw mismatch(at, name);
  }
  return value;
}

function readWide(decoder: Decoder, type: WideType): number | bigint {
  const at = decoder.at;
  const value = readInteger(decoder, type.kind, type.name);
  if (type.bigint === true) {
    return value;
  }
  const near = Number(value);
  if (!Number.isSafeInteger(near)) {
    throw mismatch(at, `${type.name} (a number, exact within 2^53; or bigint)`);
  }
  return near;
}

function readFloat(decoder: Decoder, type: Type): number {
  const at = decoder.at;
  const text = decoder.number(type.name);
  const value = type.kind === "float32" ? floatOf(text) : Number(text);
  if (!Number.isFinite(value)) {
    throw mismatch(at, type.name);
  }
  return value;
}

function readString(decoder: Decoder, wanted: string): string {
  if (decoder.byte !== QUOTE) {
    throw mismatch(decoder.at, wanted);
  }
  return decoder.text();
}

function readEnum(decoder: Decoder, type: EnumType): string {
  const at = decoder.at;
  const value = readString(decoder, type.name);
  if (type.closed === true && !type.values.includes(value)) {
    throw mismatch(at, type.name);
  }
  return value;
}

// ---- Values ----------------------------------------------------------------

/** The value first: what is none at all is told as such. */
function readRuled(
  decoder: Decoder,
  type: Extract<Type, { kind: "ruled" }>,
): unknown {
  const at = decoder.at;
  const value = readValue(decoder, type.item());
  const wrong = decoder.rules
    ? wrongBy(type.rule, type.item(), value)
    : undefined;
  if (wrong !== undefined) {
    throw new Fault(wrong, at);
  }
  return value;
}

function readOption(decoder: Decoder, item: Type): unknown {
  if (decoder.is("null")) {
    decoder.at += 4;
    return null;
  }
  return readValue(decoder, item);
}

export function readValue(decoder: Decoder, type: Type): unknown {
  decoder.space();
  switch (type.kind) {
    case "bool":
      return readBool(decoder, type);
    case "int32":
    case "uint32":
      return Number(readInteger(decoder, type.kind, type.name));
    case "int64":
    case "uint64":
      return readWide(decoder, type);
    case "float32":
    case "float64":
      return readFloat(decoder, type);
    case "string":
      return readString(decoder, type.name);
    case "json":
      return readJson(decoder);
    case "enum":
      return readEnum(decoder, type);
    case "record":
      return readRecord(decoder, type);
    case "union":
      return readUnion(decoder, type);
    case "list":
      return readList(decoder, type);
    case "map":
      return readMap(decoder, type);
    case "option":
      return readOption(decoder, type.item());
    case "ruled":
      return readRuled(decoder, type);
    default:
      return readForm(decoder, type);
  }
}

// ---- Fields ----------------------------------------------------------------

function readField(decoder: Decoder, field: Field): unknown {
  const state = field.state ?? "required";
  if (state === "required") {
    return readValue(decoder, field.type);
  }
  decoder.space();
  const isFree = field.type.kind === "json" && state === "optional";
  if (isFree || !decoder.is("null")) {
    return readValue(decoder, field.type);
  }
  if (state === "optional") {
    throw mismatch(decoder.at, field.type.name);
  }
  decoder.at += 4;
  return null;
}

// ---- Records ---------------------------------------------------------------

const utf8 = new TextEncoder();

/** What a reader sees where the field is absent: fresh each time. */
function readFallback(decoder: Decoder, field: Field, json: string): unknown {
  const text = utf8.encode(json);
  return readValue(
    new Decoder(text, limitsOf({}), decoder.rawJson),
    field.type,
  );
}

function fillAbsent(
  decoder: Decoder,
  plan: Plan,
  seen: readonly boolean[],
  out: Record<string, unknown>,
): void {
  for (const [place, field] of plan.fields.entries()) {
    if (seen[place] === true) {
      continue;
    }
    const state = field.state ?? "required";
    if (field.fallback !== undefined) {
      setProperty(
        out,
        field.name,
        readFallback(decoder, field, field.fallback),
      );
    } else if (state === "required" || state === "nullable") {
      throw inside(
        new Fault("a required field is missing", decoder.at),
        `.${field.name}`,
      );
    }
  }
}

/** A key that is not a field's: passes over its value. */
function skipUnknown(
  decoder: Decoder,
  plan: Plan,
  key: string,
  place: number,
  beside: Beside | undefined,
): void {
  const isTag = beside?.tag === key;
  if (isTag && place !== beside.at) {
    throw inside(new Fault("the union's tag stands twice", place), `.${key}`);
  }
  const isRight =
    beside !== undefined &&
    (beside.isShared || beside.shared?.places.has(key) === true);
  if (!isTag && plan.strict && !isRight) {
    throw inside(new Fault("an unknown field", place), `.${key}`);
  }
  decoder.skip();
}

/** To the next key's quote; false behind the brace. */
function nextMember(decoder: Decoder, first: boolean): boolean {
  decoder.space();
  if (decoder.byte === MAP_END) {
    decoder.at++;
    return false;
  }
  if (!first) {
    if (decoder.byte !== COMMA) {
      throw new Fault("a map wants , or }", decoder.at);
    }
    decoder.at++;
    decoder.space();
  }
  if (decoder.byte !== QUOTE) {
    throw new Fault("a map wants a key here", decoder.at);
  }
  return true;
}

/** A key and its colon. */
export function readKey(decoder: Decoder): string {
  const key = decoder.text();
  decoder.space();
  if (decoder.byte !== COLON) {
    throw new Fault("a key wants a colon", decoder.at);
  }
  decoder.at++;
  return key;
}

function standsKey(decoder: Decoder, key: Uint8Array | undefined): boolean {
  if (key === undefined) {
    return false;
  }
  for (let i = 0; i < key.length; i++) {
    if (decoder.bytes[decoder.at + i] !== key[i]) {
      return false;
    }
  }
  return true;
}

/** At a key: which field it names; -1 where none, and its value is passed
 * over. `next` is the field that stands here if all keep the order. */
function findField(
  decoder: Decoder,
  plan: Plan,
  next: number,
  beside: Beside | undefined,
): number {
  const place = decoder.at;
  const likely = plan.keys[next];
  if (likely !== undefined && standsKey(decoder, likely)) {
    decoder.at += likely.length;
    return next;
  }
  const key = readKey(decoder);
  const found = plan.places.get(key);
  if (found === undefined) {
    skipUnknown(decoder, plan, key, place, beside);
  }
  return found ?? -1;
}

/** The members of an object from `decoder.at` on, into `out`. */
export function readMembers(
  decoder: Decoder,
  plan: Plan,
  first: boolean,
  out: Record<string, unknown>,
  beside?: Beside,
): void {
  const rules = decoder.rules;
  const seen: boolean[] = [];
  let next = 0;
  decoder.enter(decoder.at);
  decoder.rules = plan.strict;
  while (nextMember(decoder, first)) {
    first = false;
    const place = findField(decoder, plan, next, beside);
    const field = plan.fields[place];
    if (field === undefined) {
      continue;
    }
    seen[place] = true;
    next = place + 1;
    try {
      setProperty(out, field.name, readField(decoder, field));
    } catch (error) {
      throw inside(error, `.${field.name}`);
    }
  }
  decoder.leave();
  decoder.rules = rules;
  fillAbsent(decoder, plan, seen, out);
}

function readBare(decoder: Decoder, type: RecordType): unknown {
  const rules = decoder.rules;
  const field = type.fields()[0];
  decoder.rules ||= type.strict ?? false;
  const value = field && readField(decoder, field);
  decoder.rules = rules;
  return value;
}

function readRecord(decoder: Decoder, type: RecordType): unknown {
  if (type.bare === true) {
    return readBare(decoder, type);
  }
  if (decoder.byte !== MAP) {
    throw mismatch(decoder.at, type.name);
  }
  decoder.at++;
  const out: Record<string, unknown> = {};
  readMembers(decoder, planOf(type), true, out);
  return out;
}

// ---- The whole -------------------------------------------------------------

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

/** Reads exactly one value of the type. A text that does not fit is a BellError
 * with status "bad_reply" (or "limit"), a path and an offset. */
export function decode(
  type: Type,
  bytes: Uint8Array,
  options: CodecOptions = {},
): unknown {
  const decoder = new Decoder(
    bytes,
    limitsOf(options),
    options.rawJson ?? false,
  );
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
  }
}
