/* member.ts: the members of objects by a plan: read, taken, and written. It
 * knows no kind of type. */
import { Fault, inside, mismatch, tooMany } from "../json/fault.js";
import { COLON, COMMA, MAP_END, QUOTE } from "../json/scan.js";
import type { ItemType, Type } from "../tables.js";
import { utf8Of } from "../utf8.js";
import { Decoder } from "./decoder.js";
import {
  checkCount,
  checkKey,
  type Encoder,
  isPlainObject,
  Members,
  refuse,
  wrongType,
} from "./encoder.js";
import { limitsOf } from "./limits.js";
import type { Member, Plan } from "./plan.js";
import { getProperty, haveIndexes, setProperty } from "./property.js";
import { type Taker, UNSURE } from "./taker.js";

export type Properties = Record<string, unknown>;

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

export function readValue(decoder: Decoder, type: Type): unknown {
  decoder.space();
  return type.kind.read(decoder, type);
}

// ---- Fields that are absent ------------------------------------------------

/** What a reader sees where the field is absent: fresh each time. */
function fallbackOf(field: Member, json: string, rawJson: boolean): unknown {
  if (field.known !== undefined) {
    return field.known;
  }
  const text = utf8Of(json);
  const value = readValue(new Decoder(text, limitsOf({}), rawJson), field.type);
  if (typeof value !== "object") {
    field.known = value;
  }
  return value;
}

/** False where one is missing that has to be there: `missed` is told. */
function fillAbsent(
  plan: Plan,
  out: Properties,
  rawJson: boolean,
  missed: (field: Member) => unknown,
): void {
  for (const field of plan.fields) {
    if (Object.hasOwn(out, field.name)) {
      continue;
    }
    if (field.fallback !== undefined) {
      const value = fallbackOf(field, field.fallback, rawJson);
      setProperty(out, field.name, value);
    } else if (!field.optional) {
      throw missed(field);
    }
  }
}

// ---- Read ------------------------------------------------------------------

export function readField(decoder: Decoder, field: Member): unknown {
  decoder.space();
  const { nullable, optional, kind } = field;
  if ((!nullable && (!optional || kind.free)) || !decoder.is("null")) {
    return kind.read(decoder, field.type);
  }
  if (!nullable) {
    throw mismatch(decoder.at, field.type.name);
  }
  decoder.at += 4;
  return null;
}

/** Members that no field names, as they are read. */
interface Others {
  readonly type: ItemType;
  readonly entries: Map<string, unknown>;
  /** Of members, equal ones too. */
  count: number;
}

function readOther(
  decoder: Decoder,
  others: Others,
  key: string,
  place: number,
): void {
  if (others.count++ >= decoder.limits.items) {
    throw tooMany(place);
  }
  try {
    others.entries.set(key, readValue(decoder, others.type.item()));
  } catch (error) {
    throw inside(error, `["${key}"]`);
  }
}

/** A key that is not a field's: passes over its value, or keeps it. */
function skipUnknown(
  decoder: Decoder,
  plan: Plan,
  key: string,
  place: number,
  beside: Beside | undefined,
  others: Others | undefined,
): void {
  if (others !== undefined) {
    readOther(decoder, others, key, place);
    return;
  }
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
      throw new Fault("expected , or }", decoder.at);
    }
    decoder.at++;
    decoder.space();
  }
  if (decoder.byte !== QUOTE) {
    throw new Fault("a key is missing here", decoder.at);
  }
  return true;
}

/** A key and its colon. */
export function readKey(decoder: Decoder): string {
  const key = decoder.text();
  decoder.space();
  if (decoder.byte !== COLON) {
    throw new Fault("a colon is missing after the key", decoder.at);
  }
  decoder.at++;
  return key;
}

function standsKey(decoder: Decoder, key: Uint8Array): boolean {
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
  others: Others | undefined,
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
    skipUnknown(decoder, plan, key, place, beside, others);
  }
  return found ?? -1;
}

/** The members of an object from `decoder.at` on, into `out`. */
export function readMembers(
  decoder: Decoder,
  plan: Plan,
  first: boolean,
  out: Properties,
  beside?: Beside,
): void {
  const rules = decoder.rules;
  const others = plan.others && {
    type: plan.others,
    entries: new Map<string, unknown>(),
    count: 0,
  };
  let next = 0;
  decoder.enter(decoder.at);
  decoder.rules = plan.strict;
  while (nextMember(decoder, first)) {
    first = false;
    const place = findField(decoder, plan, next, beside, others);
    const field = plan.fields[place];
    if (field === undefined) {
      continue;
    }
    next = place + 1;
    try {
      setProperty(out, field.name, readField(decoder, field));
    } catch (error) {
      throw inside(error, `.${field.name}`);
    }
  }
  decoder.leave();
  decoder.rules = rules;
  if (others !== undefined && others.count > 0) {
    setProperty(out, "others", others.entries);
  }
  fillAbsent(plan, out, decoder.rawJson, (field) =>
    inside(
      new Fault("a required field is missing", decoder.at),
      `.${field.name}`,
    ),
  );
}

// ---- Taken -----------------------------------------------------------------

export function takeField(
  taker: Taker,
  field: Member,
  value: unknown,
): unknown {
  if (value !== null || (!field.nullable && field.kind.free)) {
    return field.kind.take(taker, field.type, value);
  }
  if (!field.nullable) {
    throw UNSURE;
  }
  return null;
}

function takeUnknown(
  taker: Taker,
  plan: Plan,
  key: string,
  value: unknown,
  beside: Beside | undefined,
): void {
  if (beside?.isShared === true || beside?.shared?.places.has(key) === true) {
    taker.texts--; // it is counted where it is taken
    return;
  }
  if (plan.strict && key !== beside?.tag) {
    throw UNSURE;
  }
  taker.pass(value);
}

function withoutUnknown(plan: Plan, given: Properties): Properties {
  const out: Properties = {};
  for (const key in given) {
    if (plan.places.has(key)) {
      setProperty(out, key, given[key]);
    }
  }
  return out;
}

/** The same of an object of JSON.parse's, into `into`, or in its own place. */
export function takeMembers(
  taker: Taker,
  plan: Plan,
  given: Properties,
  into?: Properties,
  beside?: Beside,
): Properties {
  const { fields } = plan;
  const rules = taker.rules;
  let next = 0;
  let count = 0;
  let all = 0;
  taker.enter();
  taker.rules = plan.strict;
  for (const key in given) {
    all++;
    let field = fields[next];
    if (field?.name !== key) {
      next = plan.places.get(key) ?? -1;
      field = fields[next];
    }
    next++;
    const value = given[key];
    if (field === undefined) {
      takeUnknown(taker, plan, key, value, beside);
      continue;
    }
    count++;
    const taken = takeField(taker, field, value);
    if (into !== undefined) {
      setProperty(into, key, taken);
    } else if (taken !== value) {
      given[key] = taken;
    }
  }
  taker.texts += all;
  taker.leave();
  taker.rules = rules;
  const out = into ?? (count < all ? withoutUnknown(plan, given) : given);
  if (count < fields.length) {
    fillAbsent(plan, out, taker.rawJson, () => UNSURE);
  }
  return out;
}

// ---- Written ---------------------------------------------------------------

/** undefined where it is left out. */
export function plainField(
  encoder: Encoder,
  field: Member,
  value: unknown,
): unknown {
  const isAbsent =
    value === undefined ? field.optional : value === null && field.nullable;
  return isAbsent ? value : field.kind.plain(encoder, field.type, value);
}

function plainMember(encoder: Encoder, field: Member, value: unknown): unknown {
  try {
    return plainField(encoder, field, value);
  } catch (error) {
    throw inside(error, `.${field.name}`);
  }
}

/** Of a record into members, from the field `next` on. */
export function addFields(
  encoder: Encoder,
  fields: readonly Member[],
  next: number,
  record: object,
  members: Members,
): void {
  for (let i = next; i < fields.length; i++) {
    const field = fields[i];
    if (field === undefined) {
      break;
    }
    const value = getProperty(record, field.name);
    members.add(field.name, plainMember(encoder, field, value));
  }
}

function addOthers(
  encoder: Encoder,
  plan: Plan,
  type: ItemType,
  others: unknown,
  members: Members,
): void {
  if (!(others instanceof Map)) {
    throw wrongType(type.name, others);
  }
  const item = type.item();
  checkCount(encoder, others.size);
  let place = 0;
  for (const [key, value] of others as Map<unknown, unknown>) {
    if (plan.places.has(key as string)) {
      throw refuse(`the member "${String(key)}" is a field`);
    }
    const name = checkKey(encoder, key, place++);
    try {
      members.add(name, item.kind.plain(encoder, item, value));
    } catch (error) {
      throw inside(error, `["${name}"]`);
    }
  }
}

/** The fields, and behind them the members beside them. */
function plainKeeping(
  encoder: Encoder,
  plan: Plan,
  type: ItemType,
  record: object,
): unknown {
  const others = getProperty(record, "others");
  const keys =
    others instanceof Map ? [...(others.keys() as Iterable<unknown>)] : [];
  const members = new Members(plan.hasIndexes || haveIndexes(keys));
  addFields(encoder, plan.fields, 0, record, members);
  if (others !== undefined) {
    try {
      addOthers(encoder, plan, type, others, members);
    } catch (error) {
      throw inside(error, ".others");
    }
  }
  return members.plain(encoder);
}

/** A record whose fields stand in their order is spelled as it is, but for
 * values that are not. */
export function plainMembers(
  encoder: Encoder,
  plan: Plan,
  record: Properties,
): unknown {
  const { fields, others } = plan;
  let next = 0;
  let out = record;
  if (others !== undefined) {
    return plainKeeping(encoder, plan, others, record);
  }
  if (!isPlainObject(record)) {
    return plainRest(encoder, plan, next, record, out);
  }
  for (const key in record) {
    let field = fields[next];
    while (
      field?.optional === true &&
      field.name !== key &&
      record[field.name] === undefined
    ) {
      field = fields[++next];
    }
    if (field?.name !== key) {
      return plainRest(encoder, plan, next, record, out);
    }
    const value = record[key];
    const plain = plainMember(encoder, field, value);
    if (plain !== value) {
      out = out === record ? { ...record } : out;
      out[key] = plain;
    }
    next++;
  }
  for (let i = next; i < fields.length; i++) {
    const field = fields[i];
    if (field === undefined) {
      break;
    }
    if (!field.optional || record[field.name] !== undefined) {
      return plainRest(encoder, plan, next, record, out);
    }
  }
  return out;
}

/** The same where the record has other members, or another order: those before
 * `next` are in `out` already. */
function plainRest(
  encoder: Encoder,
  plan: Plan,
  next: number,
  record: object,
  out: Properties,
): unknown {
  const members = new Members(plan.hasIndexes);
  for (const { name } of plan.fields.slice(0, next)) {
    members.add(name, getProperty(out, name));
  }
  addFields(encoder, plan.fields, next, record, members);
  return members.plain(encoder);
}
