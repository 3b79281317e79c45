/* encode.ts: values to JSON by the tables, as JSON.stringify spells it: no
 * spaces, fields in declared order. It knows no protocol. */
import { BellError } from "../errors.js";
import { Fault, inside, spellPath, TOO_DEEP } from "../json/fault.js";
import { spellDouble, spellFloat } from "../json/number.js";
import type { EnumType, Field, RecordType, Type, WideType } from "../tables.js";
import { writeForm } from "./encode_form.js";
import { writeJson } from "./encode_json.js";
import { writeUnion } from "./encode_union.js";
import { type CodecOptions, type Limits, limitsOf } from "./limits.js";
import { getProperty } from "./plan.js";
import { wrongBy } from "./rule.js";

export class Encoder {
  constructor(readonly limits: Limits) {}

  /** One level of nesting deeper, until `leave`. */
  enter(): void {
    if (this.limits.depth <= 0) {
      throw new Fault(TOO_DEEP, 0, "", true);
    }
    this.limits.depth--;
  }

  leave(): void {
    this.limits.depth++;
  }
}

export function refuse(words: string): Fault {
  return new Fault(words, 0);
}

/** What was given, where its type is wrong. */
function given(value: unknown): string {
  if (value === undefined) {
    return "a required field is missing";
  }
  if (value === null) {
    return "null is no value here";
  }
  return Array.isArray(value) ? "got a list" : `got a ${typeof value}`;
}

/** A value that is not of the type at all. */
export function wrongType(type: Type, value: unknown): Fault {
  return refuse(
    value === undefined || value === null
      ? given(value)
      : `wanted ${type.name}, ${given(value)}`,
  );
}

// ---- Scalars ---------------------------------------------------------------

/** The halves of surrogate pairs that stand alone are no text. */
const LONE =
  /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

export function writeText(text: string): string {
  if (LONE.test(text)) {
    throw refuse("the text is not UTF-8");
  }
  return JSON.stringify(text);
}

const RANGES = {
  int32: [-(2 ** 31), 2 ** 31 - 1],
  uint32: [0, 2 ** 32 - 1],
} as const;

function writeSmall(
  type: Type,
  value: unknown,
  kind: "int32" | "uint32",
): string {
  const [lowest, highest] = RANGES[kind];
  if (typeof value !== "number") {
    throw wrongType(type, value);
  }
  if (!Number.isInteger(value) || value < lowest || value > highest) {
    throw refuse(`${value} is no ${kind}`);
  }
  return spellDouble(value);
}

function writeWide(type: WideType, value: unknown): string {
  if (typeof value === "number") {
    if (!Number.isSafeInteger(value)) {
      const beyond = Number.isInteger(value)
        ? "a number is exact within 2^53 only: give a bigint"
        : `no ${type.kind}`;
      throw refuse(`${value} is ${beyond}`);
    }
  } else if (typeof value !== "bigint") {
    throw wrongType(type, value);
  }
  const whole = BigInt(value);
  const fits =
    type.kind === "int64"
      ? BigInt.asIntN(64, whole) === whole
      : BigInt.asUintN(64, whole) === whole;
  if (!fits) {
    throw refuse(`${String(whole)} is no ${type.kind}`);
  }
  return String(whole);
}

function writeFloat(type: Type, value: unknown): string {
  if (typeof value !== "number") {
    throw wrongType(type, value);
  }
  const isNarrow = type.kind === "float32";
  if (!Number.isFinite(isNarrow ? Math.fround(value) : value)) {
    throw refuse("JSON has no NaN and no infinity");
  }
  return isNarrow ? spellFloat(value) : spellDouble(value);
}

function writeEnum(type: EnumType, value: unknown): string {
  if (value === undefined || value === "") {
    throw refuse("an enum is not set");
  }
  if (typeof value !== "string") {
    throw wrongType(type, value);
  }
  if (type.closed === true && !type.values.includes(value)) {
    throw refuse("not a value of the enum");
  }
  return writeText(value);
}

// ---- Values ----------------------------------------------------------------

/** The value first: what is no text at all is told as such. */
function writeRuled(
  encoder: Encoder,
  type: Extract<Type, { kind: "ruled" }>,
  value: unknown,
): string {
  const item = type.item();
  const json = writeValue(encoder, item, value);
  const wrong = wrongBy(type.rule, item, value);
  if (wrong !== undefined) {
    throw refuse(wrong);
  }
  return json;
}

function writeBool(type: Type, value: unknown): string {
  if (typeof value !== "boolean") {
    throw wrongType(type, value);
  }
  return String(value);
}

function writeString(type: Type, value: unknown): string {
  if (typeof value !== "string") {
    throw wrongType(type, value);
  }
  return writeText(value);
}

export function writeValue(
  encoder: Encoder,
  type: Type,
  value: unknown,
): string {
  switch (type.kind) {
    case "bool":
      return writeBool(type, value);
    case "int32":
    case "uint32":
      return writeSmall(type, value, type.kind);
    case "int64":
    case "uint64":
      return writeWide(type, value);
    case "float32":
    case "float64":
      return writeFloat(type, value);
    case "string":
      return writeString(type, value);
    case "json":
      return writeJson(encoder, value) ?? "null";
    case "enum":
      return writeEnum(type, value);
    case "record":
      return writeRecord(encoder, type, value);
    case "union":
      return writeUnion(encoder, type, value);
    case "list":
      return writeList(encoder, type, type.item(), value);
    case "map":
      return writeMap(encoder, type, type.item(), value);
    case "option":
      return value === null ? "null" : writeValue(encoder, type.item(), value);
    case "ruled":
      return writeRuled(encoder, type, value);
    default:
      return writeForm(type, value);
  }
}

// ---- Values of many parts --------------------------------------------------

/** Whether a field that says so is left out, or null. */
function isAbsent(field: Field, value: unknown): boolean {
  const state = field.state ?? "required";
  return value === undefined && (state === "optional" || state === "either");
}

function isNull(field: Field, value: unknown): boolean {
  const state = field.state ?? "required";
  return value === null && (state === "nullable" || state === "either");
}

/** `"key":value` each, of those that are there. */
export function writeFields(
  encoder: Encoder,
  fields: readonly Field[],
  record: object,
): string[] {
  const members: string[] = [];
  for (const field of fields) {
    const value = getProperty(record, field.name);
    if (isAbsent(field, value)) {
      continue;
    }
    try {
      const json = isNull(field, value)
        ? "null"
        : writeValue(encoder, field.type, value);
      members.push(`${JSON.stringify(field.name)}:${json}`);
    } catch (error) {
      throw inside(error, `.${field.name}`);
    }
  }
  return members;
}

function isRecord(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function writeBare(encoder: Encoder, type: RecordType, value: unknown): string {
  const field = type.fields()[0];
  if (field === undefined || isNull(field, value) || isAbsent(field, value)) {
    return "null";
  }
  return writeValue(encoder, field.type, value);
}

function writeRecord(
  encoder: Encoder,
  type: RecordType,
  value: unknown,
): string {
  if (type.bare === true) {
    return writeBare(encoder, type, value);
  }
  if (!isRecord(value)) {
    throw wrongType(type, value);
  }
  encoder.enter();
  const members = writeFields(encoder, type.fields(), value);
  encoder.leave();
  return `{${members.join(",")}}`;
}

function checkCount(encoder: Encoder, count: number): void {
  if (count > encoder.limits.items) {
    throw new Fault("more than items_max items", 0, "", true);
  }
}

function writeList(
  encoder: Encoder,
  type: Type,
  item: Type,
  value: unknown,
): string {
  if (!Array.isArray(value)) {
    throw wrongType(type, value);
  }
  checkCount(encoder, value.length);
  encoder.enter();
  const items: string[] = [];
  for (const each of value as unknown[]) {
    try {
      items.push(writeValue(encoder, item, each));
    } catch (error) {
      throw inside(error, `[${items.length}]`);
    }
  }
  encoder.leave();
  return `[${items.join(",")}]`;
}

function writeKey(key: unknown, place: number): string {
  try {
    if (typeof key !== "string") {
      throw refuse("a key is no text");
    }
    return writeText(key);
  } catch (error) {
    throw inside(error, `[${place}]`);
  }
}

function writeMap(
  encoder: Encoder,
  type: Type,
  item: Type,
  value: unknown,
): string {
  if (!(value instanceof Map)) {
    throw wrongType(type, value);
  }
  checkCount(encoder, value.size);
  encoder.enter();
  const entries: string[] = [];
  for (const [key, each] of value as Map<unknown, unknown>) {
    const spelled = writeKey(key, entries.length);
    try {
      entries.push(`${spelled}:${writeValue(encoder, item, each)}`);
    } catch (error) {
      throw inside(error, `["${String(key)}"]`);
    }
  }
  encoder.leave();
  return `{${entries.join(",")}}`;
}

// ---- The whole -------------------------------------------------------------

const utf8 = new TextEncoder();

function report(fault: Fault): BellError {
  const spelled = spellPath(fault, "");
  const path = spelled === "" ? "params" : spelled;
  return new BellError(
    fault.limit ? "limit" : "invalid",
    `${path}: ${fault.message}`,
    { origin: "codec", path, sent: "no" },
  );
}

/** The value as JSON. One that may not be sent (not UTF-8, NaN, a required
 * field that is missing, a broken constraint, ...) is a BellError with status
 * "invalid" (or "limit") and a path. */
export function encodeText(
  type: Type,
  value: unknown,
  options: CodecOptions = {},
): string {
  try {
    return writeValue(new Encoder(limitsOf(options)), type, value);
  } catch (error) {
    throw error instanceof Fault ? report(error) : error;
  }
}

/** The same as bytes. */
export function encode(
  type: Type,
  value: unknown,
  options: CodecOptions = {},
): Uint8Array {
  return utf8.encode(encodeText(type, value, options));
}
