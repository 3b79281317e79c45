/* encode_union.ts: unions to JSON: the tag, the shared fields, then the
 * variant: its members, or one member that holds it. */
import { inside } from "../json/fault.js";
import type { Type, UnionType, Variant } from "../tables.js";
import { Unknown } from "../values.js";
import {
  type Encoder,
  refuse,
  writeFields,
  writeValue,
  wrongType,
} from "./encode.js";
import { writeRaw } from "./encode_json.js";
import { getProperty, unionPlanOf } from "./plan.js";

/** What came as it came: its shared fields stand in it. */
function writeUnknown(encoder: Encoder, unknown: Unknown): string {
  if (unknown.raw === "") {
    throw refuse("a union is not set");
  }
  if (!/^[ \t\r\n]*\{/.test(unknown.raw)) {
    throw refuse("a union's raw value is no object");
  }
  return writeRaw(encoder, unknown.raw);
}

function writeContent(
  encoder: Encoder,
  content: string,
  type: Type,
  value: object,
): string {
  try {
    const json = writeValue(encoder, type, getProperty(value, content));
    return `${JSON.stringify(content)}:${json}`;
  } catch (error) {
    throw inside(error, `.${content}`);
  }
}

function writeInner(
  encoder: Encoder,
  type: UnionType,
  variant: Variant,
  value: object,
): string[] {
  if (type.content !== undefined) {
    return [writeContent(encoder, type.content, variant.type, value)];
  }
  return variant.type.kind === "record"
    ? writeFields(encoder, variant.type.fields(), value)
    : [];
}

export function writeUnion(
  encoder: Encoder,
  type: UnionType,
  value: unknown,
): string {
  if (value === undefined) {
    throw refuse("a union is not set");
  }
  if (typeof value !== "object" || value === null) {
    throw wrongType(type, value);
  }
  const tag = getProperty(value, type.tag);
  if (tag instanceof Unknown) {
    return writeUnknown(encoder, tag);
  }
  if (tag === undefined || tag === "") {
    throw refuse("a union is not set");
  }
  const variant =
    typeof tag === "string" ? unionPlanOf(type).variants.get(tag) : undefined;
  if (variant === undefined) {
    throw refuse("not a tag of the union");
  }
  encoder.enter();
  const members = [
    `${JSON.stringify(type.tag)}:${JSON.stringify(variant.name)}`,
    ...writeFields(encoder, type.shared?.() ?? [], value),
    ...writeInner(encoder, type, variant, value),
  ];
  encoder.leave();
  return `{${members.join(",")}}`;
}
