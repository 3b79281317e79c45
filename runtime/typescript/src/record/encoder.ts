/* encoder.ts: values that are being written. The kinds give what JSON.stringify
 * spells as they want it; what it cannot spell stands aside as text, and a
 * mark in its place. It knows no types of a schema. */
import { Fault, inside, TOO_DEEP, tooMany } from "../json/fault.js";
import { isText } from "../utf8.js";
import type { Limits } from "./limits.js";
import { setProperty } from "./property.js";

/** Thrown where texts have to be looked at one by one. */
export const CAREFUL = new Error("to be written carefully");

/** Half of a surrogate pair, which no text that is written has. */
const MARK = "\ud800";
const MARKED = /"\\ud800(\d+)"/g;

export function refuse(words: string): Fault {
  return new Fault(words, 0);
}

export function checkText(text: string): string {
  if (!isText(text)) {
    throw refuse("the text is not UTF-8");
  }
  return text;
}

export class Encoder {
  /** What JSON.stringify cannot spell. */
  readonly #raws: string[] = [];

  constructor(
    readonly limits: Limits,
    /** Every text is checked; else the whole is, which finds no place. */
    readonly careful: boolean,
  ) {}

  /** One level of nesting deeper, until `leave`. */
  enter(): void {
    if (this.limits.depth <= 0) {
      throw new Fault(TOO_DEEP, 0, "", true);
    }
    this.limits.depth--;
  }

  leave(): void {
    this.limits.depth++;
  }

  text(text: string): string {
    return this.careful ? checkText(text) : text;
  }

  /** Stands for JSON that is there already. */
  raw(json: string): string {
    if (!this.careful) {
      throw CAREFUL;
    }
    return `${MARK}${this.#raws.push(json) - 1}`;
  }

  spell(plain: unknown): string {
    // undefined is nothing: a result that is no record may be that.
    const json = (JSON.stringify(plain) as string | undefined) ?? "null";
    return this.#raws.length === 0
      ? json
      : json.replace(MARKED, (_, index: string) => this.#raws[+index] ?? "");
  }
}

export function checkCount(encoder: Encoder, count: number): void {
  if (count > encoder.limits.items) {
    throw tooMany(0);
  }
}

/** Of an entry of a Map, by its place there. */
export function checkKey(
  encoder: Encoder,
  key: unknown,
  place: number,
): string {
  try {
    if (typeof key !== "string") {
      throw refuse("a key is no text");
    }
    return encoder.careful ? checkText(key) : key;
  } catch (error) {
    throw inside(error, `[${place}]`);
  }
}

/** Whether JSON.stringify finds nothing in it but its own members. */
export function isPlainObject(value: object): boolean {
  return Object.getPrototypeOf(value) === Object.prototype;
}

/** The members of an object in the order that they are added: objects put those
 * whose names are numbers first. */
export class Members {
  readonly #object: Record<string, unknown> = {};
  readonly #entries: [string, unknown][] | undefined;

  constructor(hasIndexes: boolean) {
    this.#entries = hasIndexes ? [] : undefined;
  }

  add(name: string, plain: unknown): void {
    if (plain === undefined) {
      return;
    }
    if (this.#entries === undefined) {
      setProperty(this.#object, name, plain);
    } else {
      this.#entries.push([name, plain]);
    }
  }

  plain(encoder: Encoder): unknown {
    if (this.#entries === undefined) {
      return this.#object;
    }
    const members = this.#entries.map(
      ([name, plain]) => `${JSON.stringify(name)}:${encoder.spell(plain)}`,
    );
    return encoder.raw(`{${members.join(",")}}`);
  }
}

/** What was given, where its type is wrong. */
function given(value: unknown): string {
  if (value === undefined) {
    return "a required field is missing";
  }
  if (value === null) {
    return "null is no value here";
  }
  if (Array.isArray(value)) {
    return "got a list";
  }
  return `got a${typeof value === "object" ? "n" : ""} ${typeof value}`;
}

/** A value that is not of the type at all. */
export function wrongType(wanted: string, value: unknown): Fault {
  return refuse(
    value === undefined || value === null
      ? given(value)
      : `wanted ${wanted}, ${given(value)}`,
  );
}
