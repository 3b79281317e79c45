/* decoder.ts: a text of JSON that is being read, byte by byte: the place, and
 * what bounds it. It knows no types of a schema. */
import { mismatch, tooDeep } from "../json/fault.js";
import {
  beginsNumber,
  numberEnd,
  rawText,
  skipValue,
  space,
  stands,
  textEnd,
  textOf,
} from "../json/scan.js";
import type { Limits } from "./limits.js";

export class Decoder {
  /** Where reading goes on. */
  at = 0;
  /** Constraints hold here. */
  rules = false;

  constructor(
    readonly bytes: Uint8Array,
    readonly limits: Limits,
    readonly rawJson: boolean,
  ) {}

  /** One level of nesting deeper, until `leave`. */
  enter(at: number): void {
    if (this.limits.depth <= 0) {
      throw tooDeep(at);
    }
    this.limits.depth--;
  }

  leave(): void {
    this.limits.depth++;
  }

  space(): void {
    this.at = space(this.bytes, this.at);
  }

  get byte(): number | undefined {
    return this.bytes[this.at];
  }

  /** Whether these letters stand here. */
  is(word: string): boolean {
    return stands(this.bytes, this.at, word);
  }

  /** A quoted text, whose quote is here. */
  text(): string {
    const start = this.at + 1;
    const end = textEnd(this.bytes, start);
    this.at = end + 1;
    return textOf(this.bytes, start, end);
  }

  /** Passes over any value. */
  skip(): void {
    this.at = skipValue(this.bytes, this.at, this.limits.depth);
  }

  /** A number's text; what begins like none is told by what is wanted. */
  number(wanted: string): string {
    if (!beginsNumber(this.byte)) {
      throw mismatch(this.at, wanted);
    }
    const start = this.at;
    this.at = numberEnd(this.bytes, start);
    return rawText(this.bytes, start, this.at);
  }
}
