/* record.ts: objects with the fields of a table. */
import { mismatch } from "../json/fault.js";
import { MAP } from "../json/scan.js";
import type { Kind, RecordType } from "../tables.js";
import { wrongType } from "./encoder.js";
import {
  plainField,
  plainMembers,
  type Properties,
  readField,
  readMembers,
  takeField,
  takeMembers,
} from "./member.js";
import { type Member, planOf } from "./plan.js";
import { UNSURE } from "./taker.js";

export function isObject(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The one field of what stands for a value that is no record. */
function bareOf(type: RecordType): Member | undefined {
  return type.bare === true ? planOf(type).fields[0] : undefined;
}

/** While `walk` runs, constraints hold where the type says so. */
function under<T>(
  state: { rules: boolean },
  type: RecordType,
  walk: () => T,
): T {
  const rules = state.rules;
  state.rules ||= type.strict ?? false;
  const value = walk();
  state.rules = rules;
  return value;
}

export const record: Kind = {
  read(decoder, type: RecordType) {
    const bare = bareOf(type);
    if (bare !== undefined) {
      return under(decoder, type, () => readField(decoder, bare));
    }
    if (decoder.byte !== MAP) {
      throw mismatch(decoder.at, type.name);
    }
    decoder.at++;
    const out: Properties = {};
    readMembers(decoder, planOf(type), true, out);
    return out;
  },
  take(taker, type: RecordType, value) {
    const bare = bareOf(type);
    if (bare !== undefined) {
      return under(taker, type, () => takeField(taker, bare, value));
    }
    if (!isObject(value) || type.others !== undefined) {
      throw UNSURE; // others are a Map, in the order of the text
    }
    return takeMembers(taker, planOf(type), value);
  },
  plain(encoder, type: RecordType, value) {
    const bare = bareOf(type);
    if (bare !== undefined) {
      return plainField(encoder, bare, value);
    }
    if (!isObject(value)) {
      throw wrongType(type.name, value);
    }
    encoder.enter();
    const plain = plainMembers(encoder, planOf(type), value);
    encoder.leave();
    return plain;
  },
  fields: true,
};
