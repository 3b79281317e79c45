/* tables.ts: short words for tables written by hand, and for what they do. */
import assert from "node:assert/strict";

import { BellError } from "../src/errors.js";
import * as kinds from "../src/schema.js";
import { decode, encode } from "../src/schema.js";
import type { Field, RecordType, Rule, Type } from "../src/schema.js";

export const scalars = {
  bool: { kind: kinds.bool, name: "bool" },
  int32: { kind: kinds.int32, name: "int32" },
  uint32: { kind: kinds.uint32, name: "uint32" },
  int64: { kind: kinds.int64, name: "int64" },
  big64: { kind: kinds.int64, name: "int64", bigint: true },
  natural64: { kind: kinds.uint64, name: "uint64", bigint: true },
  float32: { kind: kinds.float32, name: "float32" },
  float64: { kind: kinds.float64, name: "float64" },
  string: { kind: kinds.string, name: "string" },
  json: { kind: kinds.json, name: "json" },
  bytes: { kind: kinds.bytes, name: "bytes" },
  datetime: { kind: kinds.datetime, name: "datetime" },
  date: { kind: kinds.date, name: "date" },
  uuid: { kind: kinds.uuid, name: "uuid" },
  decimal: { kind: kinds.decimal, name: "decimal" },
  decimalNumber: { kind: kinds.decimal, name: "decimal", number: true },
  duration: { kind: kinds.duration, name: "duration" },
  seconds: { kind: kinds.duration, name: "duration", unit: "seconds" },
  milliseconds: {
    kind: kinds.duration,
    name: "duration",
    unit: "milliseconds",
  },
} as const satisfies Record<string, Type>;

export function record(
  name: string,
  fields: () => readonly Field[],
  flags: Partial<RecordType> = {},
): RecordType {
  return { kind: kinds.record, name, fields, ...flags };
}

export function ruled(item: Type, rule: Rule): Type {
  return { kind: kinds.ruled, name: item.name, item: () => item, rule };
}

export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export function written(type: Type, value: unknown): string {
  return new TextDecoder().decode(encode(type, value));
}

export function read(type: Type, text: string): unknown {
  return decode(type, bytes(text));
}

export function refused(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof BellError);
    return `${error.status}: ${error.message}`;
  }
  return assert.fail("it was not refused");
}
