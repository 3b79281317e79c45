/* pattern.test.ts: compiled patterns against texts. The words are those that
 * the generator makes. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { isFound } from "../src/record/pattern.js";

/** ^[a-z]+$ */
const lower = [6, 3, 1, 97, 122, 5, 1, 8, 7, 0];
/** ^(a*)*$: what makes matchers that go back run for ever. */
const stars = [6, 5, 4, 13, 5, 7, 11, 1, 97, 4, 4, 4, 1, 7, 0];

function found(words: readonly number[], text: string): boolean {
  return isFound({ text: "", words }, text, { left: Infinity });
}

/** The work that is left of 1000. */
function left(words: readonly number[], text: string): number {
  const work = { left: 1000 };
  isFound({ text: "", words }, text, work);
  return work.left;
}

test("work is counted as in C and Go", () => {
  assert.equal(left(lower, "abc"), 956);
  assert.equal(left(lower, "aB"), 971);
  assert.equal(left(stars, "aaa"), 943);
  assert.equal(left([8, 1, 97, 8, 0], "b a."), 958);
  assert.equal(left(stars, "a".repeat(99)), -8);
});

test("a class, a loop, both ends", () => {
  assert.equal(found(lower, "abc"), true);
  for (const text of ["", "aB", "1a", "a\n"]) {
    assert.equal(found(lower, text), false);
  }
});

test("a match may stand anywhere; points are code points", () => {
  assert.equal(found([1, 0x1f600, 0], "ab😀"), true);
  assert.equal(found([1, 0x1f600, 0], "ab"), false);
  assert.equal(found([6, 2, 7, 0], "😀"), true);
  assert.equal(found([8, 1, 97, 8, 0], "b a."), true);
  assert.equal(found([8, 1, 97, 8, 0], "ba"), false);
  assert.equal(found([9, 1, 97, 0], "ba"), true);
});

test("steps are in proportion to the text", () => {
  assert.equal(found(stars, `${"a".repeat(20000)}b`), false);
  assert.equal(found(stars, "a".repeat(20000)), true);
});

test("words that make no sense match nothing and do not hang", () => {
  for (const words of [
    [],
    [4],
    [4, 0],
    [5, 0, 0],
    [3, 99, 1],
    [77],
    [1],
    [4, -1],
  ]) {
    assert.equal(found(words, "abc"), false);
  }
});
