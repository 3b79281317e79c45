/* forms.ts: values that JSON has no kind for, as texts of a certain form:
 * bytes, times, durations, UUIDs and decimals. */
import { Fault, mismatch } from "../json/fault.js";
import { QUOTE } from "../json/scan.js";
import type {
  DatetimeType,
  DecimalType,
  DurationType,
  Kind,
  Type,
} from "../tables.js";
import { byteSize } from "../utf8.js";
import { readBase64, spellBase64 } from "./base64.js";
import type { Decoder } from "./decoder.js";
import {
  nanosecondsOf,
  isSure,
  readDuration,
  readUnits,
  readUnix,
  secondsOf,
  spellDuration,
  spellUnits,
} from "./duration.js";
import { type Encoder, refuse, wrongType } from "./encoder.js";
import {
  DECIMAL_BYTES_MAX,
  DECIMAL_TOO_LONG,
  isDecimal,
  normalUuid,
} from "./form.js";
import { type Taker, UNSURE } from "./taker.js";
import {
  isDate,
  nanosecondsSince,
  normalMoment,
  readMoment,
  spellMoment,
} from "./time.js";

/** A quoted text as `read` takes it; undefined is none. */
function readText<T>(
  decoder: Decoder,
  wanted: string,
  read: (text: string) => T | undefined,
): T {
  const at = decoder.at;
  if (decoder.byte !== QUOTE) {
    throw mismatch(at, wanted);
  }
  const value = read(decoder.text());
  if (value === undefined) {
    throw mismatch(at, wanted);
  }
  return value;
}

function takeText<T>(
  taker: Taker,
  given: unknown,
  read: (text: string) => T | undefined,
): T {
  const value = typeof given === "string" ? read(given) : undefined;
  if (value === undefined) {
    throw UNSURE;
  }
  taker.texts++;
  return value;
}

/** A text that must be there. */
function givenText(type: Type, value: unknown, unset: string): string {
  if (value === undefined || value === "") {
    throw refuse(unset);
  }
  if (typeof value !== "string") {
    throw wrongType(type.name, value);
  }
  return value;
}

/** Kinds whose values are texts in a normal form, alike here and there. */
function makeText(
  wanted: string,
  read: (text: string) => string | undefined,
  plain: (type: Type, value: unknown) => string,
): Kind {
  return {
    read: (decoder) => readText(decoder, wanted, read),
    take: (taker, _type, value) => takeText(taker, value, read),
    plain: (_encoder, type, value) => plain(type, value),
  };
}

// ---- Bytes -----------------------------------------------------------------

/** Where the letter of a text stands in the JSON, from behind its quote on;
 * what stands before it is ASCII. */
function placeOf(bytes: Uint8Array, at: number, index: number): number {
  for (; index > 0; index--) {
    const isEscape = bytes[at] === 0x5c;
    const isLong = isEscape && bytes[at + 1] === 0x75;
    at += isLong ? 6 : isEscape ? 2 : 1;
  }
  return at;
}

export const bytes: Kind = {
  read(decoder) {
    const start = decoder.at + 1;
    const read = readText(decoder, "bytes (base64)", readBase64);
    if (read instanceof Uint8Array) {
      return read;
    }
    throw new Fault(read.words, placeOf(decoder.bytes, start, read.place));
  },
  take: (taker, _type, value) =>
    takeText(taker, value, (text) => {
      const read = readBase64(text);
      return read instanceof Uint8Array ? read : undefined;
    }),
  plain(_encoder, type, value) {
    if (!(value instanceof Uint8Array)) {
      throw wrongType(type.name, value);
    }
    return spellBase64(value);
  },
};

// ---- Times -----------------------------------------------------------------

function dateText(value: Date): string {
  if (Number.isNaN(value.getTime())) {
    throw refuse("a datetime is not set");
  }
  return value.toISOString();
}

export const datetime: Kind = {
  read(decoder, { unit }: DatetimeType) {
    if (unit === undefined) {
      return readText(decoder, "datetime (RFC 3339)", normalMoment);
    }
    const at = decoder.at;
    const wanted = `datetime (a number of unix ${unit})`;
    const moment = readUnix(decoder.number(wanted), unit);
    if (moment === undefined) {
      throw mismatch(at, wanted);
    }
    return spellMoment(moment, true);
  },
  take(taker, { unit }: DatetimeType, given) {
    if (unit !== undefined) {
      throw UNSURE; // its digits are gone
    }
    return takeText(taker, given, normalMoment);
  },
  plain(encoder, type: DatetimeType, value) {
    const text = value instanceof Date ? dateText(value) : value;
    const moment = readMoment(givenText(type, text, "a datetime is not set"));
    if (moment === undefined) {
      throw refuse("a datetime is not RFC 3339");
    }
    return type.unit === undefined
      ? spellMoment(moment, true)
      : plainNumber(encoder, spellUnits(nanosecondsSince(moment), type.unit));
  },
};

export const date = /* @__PURE__ */ makeText(
  "date (YYYY-MM-DD)",
  (text) => (isDate(text) ? text : undefined),
  (type, value) => {
    const text = givenText(type, value, "a date is not set");
    if (!isDate(text)) {
      throw refuse("not a day of the years 0 to 9999");
    }
    return text;
  },
);

export const uuid = /* @__PURE__ */ makeText(
  "uuid (8-4-4-4-12 hex digits)",
  normalUuid,
  (type, value) => {
    const text = normalUuid(givenText(type, value, "a uuid is not set"));
    if (text === undefined) {
      throw refuse("a uuid is not 8-4-4-4-12 hex digits");
    }
    return text;
  },
);

export const duration: Kind = {
  read(decoder, { unit }: DurationType) {
    if (unit === undefined) {
      const wanted =
        "duration (ISO 8601, weeks to seconds, 64 bits of nanoseconds)";
      return secondsOf(readText(decoder, wanted, readDuration));
    }
    const at = decoder.at;
    const wanted = `duration (a number of ${unit})`;
    const value = readUnits(decoder.number(wanted), unit);
    if (value === undefined) {
      throw mismatch(at, wanted);
    }
    return secondsOf(value);
  },
  take(taker, { unit }: DurationType, given) {
    if (unit === undefined) {
      return secondsOf(takeText(taker, given, readDuration));
    }
    const value =
      typeof given === "number" && Number.isFinite(given) && isSure(given, unit)
        ? readUnits(String(given), unit)
        : undefined;
    if (value === undefined) {
      throw UNSURE;
    }
    return secondsOf(value);
  },
  plain(encoder, type: DurationType, value) {
    if (typeof value !== "number") {
      throw wrongType(type.name, value);
    }
    const nanoseconds = nanosecondsOf(value);
    if (nanoseconds === undefined) {
      throw refuse("a duration is beyond 64 bits of nanoseconds");
    }
    return type.unit === undefined
      ? spellDuration(nanoseconds)
      : plainNumber(encoder, spellUnits(nanoseconds, type.unit));
  },
  amount: (value) => nanosecondsOf(Number(value)) ?? 0n,
};

// ---- Decimals --------------------------------------------------------------

/** A number's text, as it is where JSON.stringify would spell another one. */
function plainNumber(encoder: Encoder, text: string): unknown {
  const near = Number(text);
  return JSON.stringify(near) === text ? near : encoder.raw(text);
}

function isShort(text: string): boolean {
  return byteSize(text) <= DECIMAL_BYTES_MAX;
}

export const decimal: Kind = {
  read(decoder, type: DecimalType) {
    const at = decoder.at;
    const wanted =
      type.number === true
        ? "decimal (a number)"
        : "decimal (a number as text)";
    const text =
      type.number === true
        ? decoder.number(wanted)
        : readText(decoder, wanted, (each) => each);
    if (!isShort(text)) {
      throw new Fault(DECIMAL_TOO_LONG, at);
    }
    if (!isDecimal(text)) {
      throw mismatch(at, wanted);
    }
    return text;
  },
  take(taker, type: DecimalType, given) {
    if (type.number === true) {
      throw UNSURE; // its digits are gone
    }
    return takeText(taker, given, (text) =>
      isShort(text) && isDecimal(text) ? text : undefined,
    );
  },
  plain(encoder, type: DecimalType, value) {
    const text = givenText(type, value, "a decimal is not set");
    if (text.length > DECIMAL_BYTES_MAX) {
      throw refuse(DECIMAL_TOO_LONG);
    }
    if (!isDecimal(text)) {
      throw refuse("a decimal is no number");
    }
    return type.number === true ? plainNumber(encoder, text) : text;
  },
};
