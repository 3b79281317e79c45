/* tables.ts: short words for tables written by hand, and for what they do. */
import assert from "node:assert/strict";

import { BellError } from "../src/errors.js";
import { decode, encode } from "../src/schema.js";
import type { Field, RecordType, Rule, Type } from "../src/schema.js";

export const scalars = {
  bool: { kind: "bool", name: "bool" },
  int32: { kind: "int32", name: "int32" },
  uint32: { kind: "uint32", name: "uint32" },
  int64: { kind: "int64", name: "int64" },
  big64: { kind: "int64", name: "int64", bigint: true },
  natural64: { kind: "uint64", name: "uint64", bigint: true },
  float32: { kind: "float32", name: "float32" },
  float64: { kind: "float64", name: "float64" },
  string: { kind: "string", name: "string" },
  json: { kind: "json", name: "json" },
  bytes: { kind: "bytes", name: "bytes" },
  datetime: { kind: "datetime", name: "datetime" },
  date: { kind: "date", name: "date" },
  uuid: { kind: "uuid", name: "uuid" },
  decimal: { kind: "decimal", name: "decimal" },
  decimalNumber: { kind: "decimal", name: "decimal", number: true },
  duration: { kind: "duration", name: "duration" },
  seconds: { kind: "duration", name: "duration", unit: "seconds" },
  milliseconds: { kind: "duration", name: "duration", unit: "milliseconds" },
} as const satisfies Record<string, Type>;

export function record(
  name: string,
  fields: () => readonly Field[],
  flags: Partial<RecordType> = {},
): RecordType {
  return { kind: "record", name, fields, ...flags };
}

export function ruled(item: Type, rule: Rule): Type {
  return { kind: "ruled", name: item.name, item: () => item, rule };
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
