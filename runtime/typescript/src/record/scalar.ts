/* scalar.ts: truths, numbers, texts and enums: JSON has a kind for each. */
import { mismatch } from "../json/fault.js";
import { floatOf, integerOf, isMiddle, spellFloat } from "../json/number.js";
import { QUOTE } from "../json/scan.js";
import type { EnumType, Kind, Type, WideType } from "../tables.js";
import type { Decoder } from "./decoder.js";
import { type Encoder, refuse, wrongType } from "./encoder.js";
import { type Taker, UNSURE } from "./taker.js";

// ---- Truths ----------------------------------------------------------------

export const bool: Kind = {
  read(decoder, type) {
    const value = decoder.is("true");
    if (!value && !decoder.is("false")) {
      throw mismatch(decoder.at, type.name);
    }
    decoder.at += value ? 4 : 5;
    return value;
  },
  take(_taker, _type, value) {
    if (typeof value !== "boolean") {
      throw UNSURE;
    }
    return value;
  },
  plain(_encoder, type, value) {
    if (typeof value !== "boolean") {
      throw wrongType(type.name, value);
    }
    return value;
  },
};

// ---- Integers --------------------------------------------------------------

function readInteger(
  decoder: Decoder,
  name: string,
  fits: (value: bigint) => boolean,
): bigint {
  const at = decoder.at;
  const value = integerOf(decoder.number(name));
  if (value === undefined || !fits(value)) {
    throw mismatch(at, name);
  }
  return value;
}

/** Integers of 32 bits: `fits` is whether a number is one. */
function makeSmall(name: string, fits: (value: number) => boolean): Kind {
  return {
    read(decoder, type) {
      const isOne = (value: bigint) => fits(Number(value));
      return Number(readInteger(decoder, type.name, isOne));
    },
    take(_taker, _type, value) {
      if (typeof value !== "number" || !fits(value)) {
        throw UNSURE;
      }
      return value;
    },
    plain(_encoder, type, value) {
      if (typeof value !== "number") {
        throw wrongType(type.name, value);
      }
      if (!fits(value)) {
        throw refuse(`${value} is no ${name}`);
      }
      return value;
    },
  };
}

export const int32 = /* @__PURE__ */ makeSmall(
  "int32",
  (value) => (value | 0) === value,
);
export const uint32 = /* @__PURE__ */ makeSmall(
  "uint32",
  (value) => value >>> 0 === value,
);

/** Integers of 64 bits: `cut` keeps those bits. */
function makeWide(
  name: string,
  least: number,
  cut: (value: bigint) => bigint,
): Kind {
  const isExact = (value: unknown): value is number =>
    Number.isSafeInteger(value) && (value as number) >= least;
  return {
    read(decoder, type: WideType) {
      const at = decoder.at;
      const isOne = (value: bigint) => cut(value) === value;
      const value = readInteger(decoder, type.name, isOne);
      if (type.bigint === true) {
        return value;
      }
      const near = Number(value);
      if (!Number.isSafeInteger(near)) {
        const wanted = `${type.name} (a number, exact within 2^53; or bigint)`;
        throw mismatch(at, wanted);
      }
      return near;
    },
    take(_taker, type: WideType, value) {
      if (!isExact(value)) {
        throw UNSURE;
      }
      return type.bigint === true ? BigInt(value) : value;
    },
    plain(encoder, type: WideType, value) {
      if (typeof value !== "number" && typeof value !== "bigint") {
        throw wrongType(type.name, value);
      }
      const near = Number(value);
      if (isExact(near)) {
        return near;
      }
      if (typeof value === "bigint" && cut(value) === value) {
        return encoder.raw(String(value));
      }
      throw refuse(
        Number.isInteger(value) && !Number.isSafeInteger(value)
          ? `${value} is beyond 2^53, where a number is not exact` +
              (type.bigint === true ? ": give a bigint" : "")
          : `${value} is no ${name}`,
      );
    },
    amount: BigInt,
  };
}

export const int64 = /* @__PURE__ */ makeWide("int64", -Infinity, (value) =>
  BigInt.asIntN(64, value),
);
export const uint64 = /* @__PURE__ */ makeWide("uint64", 0, (value) =>
  BigInt.asUintN(64, value),
);

// ---- Numbers ---------------------------------------------------------------

function finite(value: number, isNarrow: boolean): number {
  if (!Number.isFinite(isNarrow ? Math.fround(value) : value)) {
    throw refuse("JSON has no NaN and no infinity");
  }
  return value;
}

export const float64: Kind = {
  read(decoder, type) {
    const at = decoder.at;
    const value = Number(decoder.number(type.name));
    if (!Number.isFinite(value)) {
      throw mismatch(at, type.name);
    }
    return value;
  },
  take(_taker, _type, value) {
    if (!Number.isFinite(value)) {
      throw UNSURE;
    }
    return value;
  },
  plain(_encoder, type, value) {
    if (typeof value !== "number") {
      throw wrongType(type.name, value);
    }
    return finite(value, false);
  },
};

export const float32: Kind = {
  read(decoder, type) {
    const at = decoder.at;
    const value = floatOf(decoder.number(type.name));
    if (!Number.isFinite(value)) {
      throw mismatch(at, type.name);
    }
    return value;
  },
  take(_taker, _type, value) {
    if (typeof value !== "number" || isMiddle(value)) {
      throw UNSURE;
    }
    const near = Math.fround(value);
    if (!Number.isFinite(near)) {
      throw UNSURE;
    }
    return near;
  },
  plain(_encoder, type, value) {
    if (typeof value !== "number") {
      throw wrongType(type.name, value);
    }
    return Number(spellFloat(finite(value, true)));
  },
  amount: (value) => Math.fround(Number(value)),
  bound: (value) => Math.fround(Number(value)),
  spell: spellFloat,
};

// ---- Texts -----------------------------------------------------------------

function readText(decoder: Decoder, type: Type): string {
  if (decoder.byte !== QUOTE) {
    throw mismatch(decoder.at, type.name);
  }
  return decoder.text();
}

function takeText(taker: Taker, value: unknown): string {
  if (typeof value !== "string") {
    throw UNSURE;
  }
  taker.texts++;
  return value;
}

function plainText(encoder: Encoder, type: Type, value: unknown): string {
  if (typeof value !== "string") {
    throw wrongType(type.name, value);
  }
  return encoder.text(value);
}

export const string: Kind = {
  read: readText,
  take: (taker, _type, value) => takeText(taker, value),
  plain: plainText,
};

/** An empty text is an enum that is not set: it could not be sent again. */
function isOf(type: EnumType, value: string): boolean {
  return type.closed === true ? type.values.includes(value) : value !== "";
}

export const choice: Kind = {
  read(decoder, type: EnumType) {
    const at = decoder.at;
    const value = readText(decoder, type);
    if (!isOf(type, value)) {
      throw mismatch(at, type.name);
    }
    return value;
  },
  take(taker, type: EnumType, value) {
    const text = takeText(taker, value);
    if (!isOf(type, text)) {
      throw UNSURE;
    }
    return text;
  },
  plain(encoder, type: EnumType, value) {
    if (value === undefined || value === "") {
      throw refuse("an enum is not set");
    }
    const text = plainText(encoder, type, value);
    if (!isOf(type, text)) {
      throw refuse("not a value of the enum");
    }
    return text;
  },
};
