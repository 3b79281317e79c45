/* tables.ts: the types of the tables that generated code passes to the runtime.
 * It declares the interfaces of readers and writers, which import it. */
import type { Decoder } from "./record/decoder.js";
import type { Encoder } from "./record/encoder.js";
import type { Taker } from "./record/taker.js";

/** Increases with every change in the layout or meaning of the tables. */
export type TablesVersion = 6;

/** How values are read and written. Tables refer to each kind separately, so
 * that a bundle contains only those that are used. */
export interface Kind {
  /** Reads a value from the text, byte by byte. */
  read(decoder: Decoder, type: Type): unknown;
  /** Makes the same value from the result of JSON.parse, if that is known to be
   * the same. */
  take(taker: Taker, type: Type, value: unknown): unknown;
  /** Returns what JSON.stringify writes as the value. */
  plain(encoder: Encoder, type: Type, value: unknown): unknown;
  /** null is an ordinary value. */
  readonly free?: true;
  /** A record: its members can stand next to the tag of a union. */
  readonly fields?: true;
  /** Converts a value to the amount that a rule compares. */
  amount?(value: number | bigint): number | bigint;
  /** Rounds the bound of a rule to the precision of the kind. */
  bound?(value: number | bigint): number | bigint;
  spell?(value: number): string;
}

/** The type of a value; see the types below. */
export type Type =
  | ScalarType
  | WideType
  | DurationType
  | DatetimeType
  | DecimalType
  | EnumType
  | RecordType
  | UnionType
  | OneOfType
  | ItemType
  | RuledType;

/** boolean, number, string, Uint8Array, and any JSON. */
export interface ScalarType {
  readonly kind: Kind;
  /** As in the schema, for messages. */
  readonly name: string;
}

/** 64 bits: a `number` if it is exact, else an error; or a `bigint`. */
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

/** `DateTime`: RFC 3339, also where a number of `unit` since 1970 is on the
 * wire. */
export interface DatetimeType {
  readonly kind: Kind;
  readonly name: string;
  readonly unit?: "seconds" | "milliseconds";
}

/** `string` with all digits of a number; on the wire a string or a number. */
export interface DecimalType {
  readonly kind: Kind;
  readonly name: string;
  readonly number?: boolean;
}

/** `string`: one of `values`, or, unless it is closed, any other. */
export interface EnumType {
  readonly kind: Kind;
  readonly name: string;
  readonly values: readonly string[];
  readonly closed?: boolean;
}

/** An object. Tables can refer to each other in circles, so parts are
 * functions. */
export interface RecordType {
  readonly kind: Kind;
  readonly name: string;
  readonly fields: () => readonly Field[];
  /** The map of members beside the fields: the property `others`. */
  readonly others?: () => ItemType;
  /** An unknown key is an error, and so is a field that violates its rule. */
  readonly strict?: boolean;
  /** Used for a value that is not a record: its only field is the value. */
  readonly bare?: boolean;
}

/** An object with a tag that says which of the variants it is. */
export interface UnionType {
  readonly kind: Kind;
  readonly name: string;
  /** The member that holds the tag. */
  readonly tag: string;
  /** The member that holds the variant; without it, the variant is a record
   * whose members are next to the tag. */
  readonly content?: string;
  readonly variants: () => readonly Variant[];
  /** The fields that all variants share. */
  readonly shared?: () => readonly Field[];
}

/** A union without a tag: each variant is another kind of JSON. */
export interface OneOfType {
  readonly kind: Kind;
  readonly name: string;
  readonly variants: () => readonly OneOfVariant[];
}

export interface OneOfVariant {
  readonly name: string;
  readonly of: "bool" | "number" | "string" | "list" | "object";
  readonly type: Type;
}

/** An array, a Map with string keys, or an item that may be null. */
export interface ItemType {
  readonly kind: Kind;
  readonly name: string;
  readonly item: () => Type;
}

/** `item` with constraints. */
export interface RuledType {
  readonly kind: Kind;
  readonly name: string;
  readonly item: () => Type;
  readonly rule: Rule;
}

/** Constraints: checked before sending, and in replies of strict records. */
export interface Rule {
  /** For numbers; bigint for 64 bits and for nanoseconds of durations. */
  readonly min?: number | bigint;
  readonly max?: number | bigint;
  /** Code points of a string, bytes, or items. */
  readonly minCount?: number;
  readonly maxCount?: number;
  readonly pattern?: Pattern;
}

/** A compiled pattern: instructions that a matcher executes in linear time. */
export interface Pattern {
  /** As in the schema, for messages. */
  readonly text: string;
  readonly words: readonly number[];
}

/** Whether a field may be absent (`undefined`), `null`, or either. */
export type State = "required" | "optional" | "nullable" | "either";

export interface Field {
  /** The wire name, which is also the property's. */
  readonly name: string;
  readonly type: Type;
  /** Default: required. */
  readonly state?: State;
  /** The default as JSON: the value that a reader gets if the field is
   * absent. */
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

/** A part of a path: text as it is sent, then a parameter. */
export interface RoutePart {
  /** Percent-encoded; may be "". */
  readonly text: string;
  /** The parameter that follows, by its name in `params.path`. */
  readonly field?: string;
}

/**
 * How a call of `rest` becomes an HTTP request. What it sends besides its path
 * is in the members `path`, `query`, `headers` and `body` of the params.
 */
export interface Route {
  /** "GET" */
  readonly verb: string;
  /** As in the schema, for messages. */
  readonly path: string;
  readonly parts: readonly RoutePart[];
  /** Shows a token. */
  readonly bearer?: boolean;
  /** The reply's body is the result, as it is. */
  readonly text?: boolean;
  /** Whose token is shown, the preferred first; then the default's. */
  readonly roles?: readonly string[];
  /** The members of the result with new tokens, by role; "" is the default. */
  readonly sets?: Readonly<Record<string, string>>;
  /** The roles whose tokens success forgets; "" is one too. */
  readonly clears?: readonly string[];
  /** The header with the client's id. */
  readonly fingerprint?: string;
  /** Called first where the params have `login`, its params. */
  readonly login?: () => AnyMethod;
}

export interface Method<Params, Result> {
  /** The wire name. */
  readonly name: string;
  readonly params?: Type;
  readonly result?: Type;
  readonly errors?: readonly MethodError[];
  /** Milliseconds; -1: none. Default: the client's. */
  readonly deadlineMs?: number;
  readonly idempotent?: boolean;
  /** The call ends when it is passed to the connection: there is no reply. */
  readonly noReply?: boolean;
  /** Of a call of `rest`. */
  readonly route?: Route;
  /** Never set: tells the compiler the types of the params and the result. */
  _?(params: Params): Result;
}

/** A method of `rest`. */
export interface RequestMethod<Params, Result> extends Method<Params, Result> {
  readonly route: Route;
}

/** A method with any params and result. */
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
  /** A hash of the checked schema: 16 hex digits. */
  readonly contract: string;
  /** Of tokens, without the default. */
  readonly roles?: readonly string[];
  readonly methods: readonly AnyMethod[];
  readonly channels: readonly Channel[];
}
