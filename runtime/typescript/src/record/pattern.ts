/* pattern.ts: does a text hold a match of a compiled pattern? All ways are
 * followed at once, a code point at a time: each instruction is looked at no
 * more than once for each. It trusts no word to be in bounds. */
import type { Pattern } from "../tables.js";
import type { Work } from "./limits.js";

/** Instructions, and how many words each takes. */
const MATCH = 0;
const POINT = 1;
const ANY = 2;
const CLASS = 3;
const JUMP = 4;
const FORK = 5;
const BEGIN = 6;
const END = 7;
const EDGE = 8;
const INSIDE = 9;

/** What a code point costs beside the instructions that are entered, and how
 * many words of the pattern cost one more. All languages count alike. */
const POINT_WORK = 8;
const WORK_WORDS = 64;

const WORDS_MAX = 8192;
const NO_POINT = -1;

function isWord(point: number): boolean {
  return point !== NO_POINT && /[0-9A-Za-z_]/.test(String.fromCodePoint(point));
}

class Search {
  /** Instructions that wait for the next code point. */
  #ready = new Set<number>();
  readonly #seen = new Set<number>();
  readonly #words: readonly number[];
  readonly #work: Work;
  /** The code points around this place of the text. */
  before = NO_POINT;
  behind = NO_POINT;
  matched = false;

  constructor(words: readonly number[], work: Work) {
    this.#words = words;
    this.#work = work;
  }

  #word(at: number): number {
    return this.#words[at] ?? -1;
  }

  /** Whether an instruction that takes no code point lets the way go on. */
  #passes(step: number): boolean {
    switch (step) {
      case BEGIN:
        return this.before === NO_POINT;
      case END:
        return this.behind === NO_POINT;
      default:
        return (
          (isWord(this.before) !== isWord(this.behind)) === (step === EDGE)
        );
    }
  }

  /** Follows all ways from `at` up to where they need a code point. */
  enter(start: number, waiting = this.#ready): void {
    const ways = [start];
    for (let at = ways.pop(); at !== undefined; at = ways.pop()) {
      if (at >= this.#words.length || at < 0 || this.#seen.has(at)) {
        continue;
      }
      this.#seen.add(at);
      this.#work.left--;
      const step = this.#word(at);
      if (step === MATCH) {
        this.matched = true;
      } else if (step === POINT || step === ANY || step === CLASS) {
        waiting.add(at);
      } else if (step === JUMP) {
        ways.push(this.#word(at + 1));
      } else if (step === FORK) {
        ways.push(this.#word(at + 2), this.#word(at + 1));
      } else if (step >= BEGIN && step <= INSIDE && this.#passes(step)) {
        ways.push(at + 1);
      }
    }
  }

  #isInClass(at: number, point: number): boolean {
    let low = 0;
    let high = this.#word(at + 1);
    while (low < high) {
      const middle = (low + high) >> 1;
      if (point < this.#word(at + 2 + 2 * middle)) {
        high = middle;
      } else if (point > this.#word(at + 3 + 2 * middle)) {
        low = middle + 1;
      } else {
        return true;
      }
    }
    return false;
  }

  /** Where the way goes on once it took the code point; -1 where it ends. */
  #take(at: number, point: number): number {
    const step = this.#word(at);
    if (step === ANY) {
      return at + 1;
    }
    if (step === POINT) {
      return this.#word(at + 1) === point ? at + 2 : -1;
    }
    const ranges = this.#word(at + 1);
    const whole = ranges >= 0 && at + 2 + 2 * ranges <= this.#words.length;
    return whole && this.#isInClass(at, point) ? at + 2 + 2 * ranges : -1;
  }

  /** All ways that wait take the code point `before`. False where all end. */
  advance(): boolean {
    const coming = new Set<number>();
    this.#seen.clear();
    for (const at of this.#ready) {
      const next = this.#take(at, this.before);
      if (next >= 0) {
        this.enter(next, coming);
      }
    }
    this.#ready = coming;
    return coming.size > 0 || this.matched;
  }
}

/** True where some part of the text matches. Work in proportion to the text
 * times the pattern; where there is too much of it: false. Where the words make
 * no sense: false. */
export function isFound(pattern: Pattern, text: string, work: Work): boolean {
  if (pattern.words.length === 0 || pattern.words.length > WORDS_MAX) {
    return false;
  }
  const search = new Search(pattern.words, work);
  const cost = POINT_WORK + Math.floor(pattern.words.length / WORK_WORDS);
  const anchored = pattern.words[0] === BEGIN;
  const points = text[Symbol.iterator]();
  for (;;) {
    const next = points.next();
    search.behind =
      next.done === true ? NO_POINT : (next.value.codePointAt(0) ?? NO_POINT);
    const begins = search.before === NO_POINT;
    const goesOn = begins || search.advance();
    work.left -= cost;
    if (work.left < 0 || (!goesOn && anchored)) {
      return false;
    }
    if (begins || !anchored) {
      search.enter(0);
    }
    if (search.matched || search.behind === NO_POINT) {
      return search.matched;
    }
    search.before = search.behind;
  }
}
