/* tables.ts: the tables that generated code hands to the runtime. It knows of
 * readers and writers only what they look like: they stand on it. */
import type { Decoder } from "./record/decoder.js";
import type { Encoder } from "./record/encoder.js";
import type { Taker } from "./record/taker.js";

/** Counts up with every change of a table's layout or meaning. */
export type TablesVersion = 3;

/** How values are read and written. A table names its kinds one by one, so that
 * a bundle holds those that are used. */
export interface Kind {
  /** Reads a value from the text, byte by byte. */
  read(decoder: Decoder, type: Type): unknown;
  /** The same value, made of what JSON.parse gave, where that is sure. */
  take(taker: Taker, type: Type, value: unknown): unknown;
  /** What JSON.stringify spells as the value. */
  plain(encoder: Encoder, type: Type, value: unknown): unknown;
  /** null is a value like others. */
  readonly free?: true;
  /** Fields, which may stand among those of a union. */
  readonly fields?: true;
  /** What a rule compares. */
  amount?(value: number | bigint): number | bigint;
  /** A rule's bound, as values of the kind are. */
  bound?(value: number | bigint): number | bigint;
  spell?(value: number): string;
}

/** What a value is; see the types below. */
export type Type =
  | ScalarType
  | WideType
  | DurationType
  | DecimalType
  | EnumType
  | RecordType
  | UnionType
  | ItemType
  | RuledType;

/** boolean, number, string, Uint8Array, DateTime, and any JSON. */
export interface ScalarType {
  readonly kind: Kind;
  /** As the schema spells it, for messages. */
  readonly name: string;
}

/** 64 bits: `number` where it is exact, else an error; or `bigint`. */
export interface WideType {
  readonly kind: Kind;
  readonly name: string;
  readonly bigint?: boolean;
}

/** `number` of seconds; ISO 8601 on the wire, or a number of `unit`. */
export interface DurationType {
  readonly kind: Kind;
  readonly name: string;
  readonly unit?: "seconds" | "milliseconds";
}

/** `string` of a number, digits kept; on the wire a text, or a number. */
export interface DecimalType {
  readonly kind: Kind;
  readonly name: string;
  readonly number?: boolean;
}

/** `string`: one of `values`, or where it is not closed any other. */
export interface EnumType {
  readonly kind: Kind;
  readonly name: string;
  readonly values: readonly string[];
  readonly closed?: boolean;
}

/** An object. Tables name each other in circles, so parts are functions. */
export interface RecordType {
  readonly kind: Kind;
  readonly name: string;
  readonly fields: () => readonly Field[];
  /** An unknown key is an error, and so are fields that break their rules. */
  readonly strict?: boolean;
  /** Stands for a value that is no record: its one field is the value. */
  readonly bare?: boolean;
}

/** An object with a tag that says which of the variants it is. */
export interface UnionType {
  readonly kind: Kind;
  readonly name: string;
  /** The member that holds the tag. */
  readonly tag: string;
  /** The member that holds the variant; without it the variant's own members
   * stand beside the tag, and it is a record. */
  readonly content?: string;
  readonly variants: () => readonly Variant[];
  /** What all variants share. */
  readonly shared?: () => readonly Field[];
}

/** An array, a Map by texts, or an item that may be null. */
export interface ItemType {
  readonly kind: Kind;
  readonly name: string;
  readonly item: () => Type;
}

/** `item` under constraints. */
export interface RuledType {
  readonly kind: Kind;
  readonly name: string;
  readonly item: () => Type;
  readonly rule: Rule;
}

/** Kept before sending, and in replies of strict records. */
export interface Rule {
  /** Of numbers; bigint for 64 bits and for nanoseconds of durations. */
  readonly min?: number | bigint;
  readonly max?: number | bigint;
  /** Code points of a text, bytes of bytes, items. */
  readonly minCount?: number;
  readonly maxCount?: number;
  readonly pattern?: Pattern;
}

/** A pattern compiled: instructions that a matcher walks in linear time. */
export interface Pattern {
  /** As the schema spells it, for messages. */
  readonly text: string;
  readonly words: readonly number[];
}

/** How a field says that it is not there: `undefined`, `null`, or either. */
export type State = "required" | "optional" | "nullable" | "either";

export interface Field {
  /** The wire name, which is the property's. */
  readonly name: string;
  readonly type: Type;
  /** required where it is left out. */
  readonly state?: State;
  /** The default as JSON: what a reader sees where the field is absent. */
  readonly fallback?: string;
}

export interface Variant {
  /** The tag's text. */
  readonly name: string;
  readonly type: Type;
}

/** A declared error of a method. */
export interface MethodError {
  readonly code: number;
  readonly text: string;
  readonly data?: Type;
}

export interface Method<Params, Result> {
  /** The wire name. */
  readonly name: string;
  readonly params?: Type;
  readonly result?: Type;
  readonly errors?: readonly MethodError[];
  /** Milliseconds; -1: none. The client's default where it is left out. */
  readonly deadlineMs?: number;
  readonly idempotent?: boolean;
  /** Done when it is handed to the connection: nothing comes back. */
  readonly noReply?: boolean;
  /** Never there: what the method takes and gives, for the compiler. */
  _?(params: Params): Result;
}

/** A method of whatever params and result. */
export type AnyMethod = Method<unknown, unknown>;

export interface Channel {
  readonly name: string;
  /** "tasks:{user_id}" */
  readonly pattern: string;
  readonly event: Type;
  readonly recover?: boolean;
}

export interface Service {
  readonly tables: TablesVersion;
  readonly name: string;
  readonly version: string;
  /** A hash of the checked model: 16 hex digits. */
  readonly contract: string;
  readonly methods: readonly AnyMethod[];
  readonly channels: readonly Channel[];
}
