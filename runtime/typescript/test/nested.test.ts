/* nested.test.ts: unions in unions whose tags stand last are read in time that
 * grows with their size alone: what is passed over is passed over once. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { readText } from "../src/record/decode.js";
import { Decoder } from "../src/record/decoder.js";
import { limitsOf } from "../src/record/limits.js";
import * as kinds from "../src/schema.js";
import type { RecordType, UnionType } from "../src/schema.js";
import { bytes, record, scalars } from "./tables.js";

const DEPTH = 50;

const more: RecordType = record("More", () => [
  { name: "next", type: node, state: "optional" },
  { name: "pad", type: scalars.json, state: "optional" },
]);

const node: UnionType = {
  kind: kinds.union,
  name: "Node",
  tag: "t",
  shared: () => [{ name: "seq", type: scalars.int32, state: "optional" }],
  variants: () => [{ name: "m", type: more }],
};

test("a tag may stand last, at each of many levels", () => {
  const pad = '[[1,{"a":[2]}],"x",{},[[3],[4]]]';
  let text = `{"y":${pad},"pad":${pad},"seq":0,"t":"m"}`;
  let want: unknown = { t: "m", pad: JSON.parse(pad) as unknown, seq: 0 };
  for (let seq = 1; seq < DEPTH; seq++) {
    text = `{"y":${pad},"next":${text},"pad":${pad},"seq":${seq},"t":"m"}`;
    want = { t: "m", pad: JSON.parse(pad) as unknown, next: want, seq };
  }
  assert.deepEqual(readText(node, bytes(text), {}), want);
  const wrong = text.replace("[4]", "[!]");
  assert.throws(() => readText(node, bytes(wrong), {}), {
    message: /no JSON value/,
    offset: wrong.indexOf("!"),
  });
});

test("nobody looks a second time into what is large", () => {
  const inner = `[${" ".repeat(200)}7]`;
  const text = bytes(`[${inner},[8]]`);
  const decoder = new Decoder(text, limitsOf({}), false);
  const behind = (at: number) => {
    decoder.at = at;
    decoder.skip();
    return decoder.at;
  };
  assert.equal(behind(0), text.length);
  text[inner.length - 1] = 0x21; // the 7
  text[inner.length + 3] = 0x21; // the 8
  assert.equal(behind(0), text.length);
  assert.equal(behind(1), 1 + inner.length);
  assert.throws(() => behind(2 + inner.length), /no JSON value/);
});
