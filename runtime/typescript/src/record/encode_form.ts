/* encode_form.ts: values that JSON has no kind for, as texts of a certain form:
 * bytes, times, durations, UUIDs and decimals. */
import type { DecimalType, DurationType, TextType } from "../tables.js";
import { spellBase64 } from "./base64.js";
import { nanosecondsOf, spellDuration, spellUnits } from "./duration.js";
import { refuse, wrongType } from "./encode.js";
import {
  DECIMAL_BYTES_MAX,
  DECIMAL_TOO_LONG,
  isDecimal,
  normalUuid,
} from "./form.js";
import { isDate, readMoment, spellMoment } from "./time.js";

type Form = TextType | DurationType | DecimalType;

function writeBytes(type: Form, value: unknown): string {
  if (!(value instanceof Uint8Array)) {
    throw wrongType(type, value);
  }
  return `"${spellBase64(value)}"`;
}

/** A text that must be there. */
function takeText(type: Form, value: unknown, unset: string): string {
  if (value === undefined || value === "") {
    throw refuse(unset);
  }
  if (typeof value !== "string") {
    throw wrongType(type, value);
  }
  return value;
}

function writeMoment(type: Form, value: unknown): string {
  const text = value instanceof Date ? dateText(value) : value;
  const moment = readMoment(takeText(type, text, "a datetime is not set"));
  if (moment === undefined) {
    throw refuse("a datetime is not RFC 3339");
  }
  return `"${spellMoment(moment, true)}"`;
}

function dateText(value: Date): string {
  if (Number.isNaN(value.getTime())) {
    throw refuse("a datetime is not set");
  }
  return value.toISOString();
}

function writeDate(type: Form, value: unknown): string {
  const text = takeText(type, value, "a date is not set");
  if (!isDate(text)) {
    throw refuse("not a day of the years 0 to 9999");
  }
  return `"${text}"`;
}

function writeDuration(type: DurationType, value: unknown): string {
  if (typeof value !== "number") {
    throw wrongType(type, value);
  }
  const nanoseconds = nanosecondsOf(value);
  if (nanoseconds === undefined) {
    throw refuse("a duration is beyond 64 bits of nanoseconds");
  }
  return type.unit === undefined
    ? `"${spellDuration(nanoseconds)}"`
    : spellUnits(nanoseconds, type.unit);
}

function writeUuid(type: Form, value: unknown): string {
  const text = normalUuid(takeText(type, value, "a uuid is not set"));
  if (text === undefined) {
    throw refuse("a uuid is not 8-4-4-4-12 hex digits");
  }
  return `"${text}"`;
}

function writeDecimal(type: DecimalType, value: unknown): string {
  const text = takeText(type, value, "a decimal is not set");
  if (text.length > DECIMAL_BYTES_MAX) {
    throw refuse(DECIMAL_TOO_LONG);
  }
  if (!isDecimal(text)) {
    throw refuse("a decimal is no number");
  }
  return type.number === true ? text : `"${text}"`;
}

export function writeForm(type: Form, value: unknown): string {
  switch (type.kind) {
    case "bytes":
      return writeBytes(type, value);
    case "datetime":
      return writeMoment(type, value);
    case "date":
      return writeDate(type, value);
    case "duration":
      return writeDuration(type, value);
    case "uuid":
      return writeUuid(type, value);
    case "decimal":
      return writeDecimal(type, value);
  }
}
