/* decoder.ts: a text of JSON that is being read, byte by byte: the place, and
 * what bounds it. It knows no types of a schema. */
import { mismatch, tooDeep } from "../json/fault.js";
import {
  beginsNumber,
  type Ends,
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
  readonly #ends: Ends = new Map();

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

  /** Passes over any value here. In unions one is passed over that is read
   * later, by level for level of unions in unions: where those in it end is
   * noted, so that there is no second time. */
  skip(): void {
    this.space();
    const { at, bytes, limits } = this;
    this.at =
      this.#ends.get(at) ?? skipValue(bytes, at, limits.depth, this.#ends);
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
