/* damage.test.ts: every prefix of a good reply, and every byte of it made
 * another: a value or a BellError with a place, and never anything else. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { BellError } from "../src/errors.js";
import * as kinds from "../src/schema.js";
import { decode, encode, type Type } from "../src/schema.js";
import { bytes, record, ruled, scalars as t } from "./tables.js";

const point = record("Point", () => [
  { name: "x", type: t.int32 },
  { name: "y", type: t.float32, state: "optional" },
]);

const event: Type = {
  kind: kinds.union,
  name: "Event",
  tag: "type",
  variants: () => [{ name: "point", type: point }],
  shared: () => [{ name: "at", type: t.datetime }],
};

const box: Type = {
  kind: kinds.union,
  name: "Box",
  tag: "kind",
  content: "data",
  variants: () => [{ name: "point", type: point }],
};

const every = record(
  "Every",
  () => [
    { name: "ok", type: t.bool },
    { name: "big", type: t.big64 },
    { name: "word", type: ruled(t.string, { minCount: 1, maxCount: 5 }) },
    { name: "blob", type: t.bytes },
    { name: "wait", type: t.duration },
    { name: "id", type: t.uuid },
    { name: "price", type: t.decimal },
    { name: "rest", type: t.json, state: "either" },
    {
      name: "list",
      type: { kind: kinds.list, name: "Event[]", item: () => event },
    },
    {
      name: "map",
      type: { kind: kinds.map, name: "map<Box>", item: () => box },
    },
  ],
  { strict: true },
);

const TEXT =
  '{"ok":true,"big":-9007199254740993,"word":"a \\u00e9","blob":"AAE=",' +
  '"wait":"PT1.5S","id":"00112334-5566-7788-99aa-bbccddeeff00",' +
  '"price":"-1.50e3","rest":{"a":[1,null]},"list":[{"type":"point",' +
  '"at":"2024-02-29T12:34:56.7Z","x":1,"y":0.5},{"at":"2024-02-29 12:34:56",' +
  '"type":"new"}],"map":{"k":{"data":{"x":2},"kind":"point"}}}';

/** Whether it was a value; what was not is an error as it should be. */
function isRead(text: Uint8Array): boolean {
  let value: unknown;
  try {
    value = decode(every, text);
  } catch (error) {
    assert.ok(error instanceof BellError, String(error));
    assert.match(error.message, /^result.*\(byte \d+\)$/s);
    assert.ok(error.offset <= text.length);
    assert.ok(error.status === "bad_reply" || error.status === "limit");
    return false;
  }
  try {
    encode(every, value);
  } catch (error) {
    assert.ok(error instanceof BellError, String(error));
  }
  return true;
}

test("the whole is read, and no prefix of it", () => {
  const whole = bytes(TEXT);
  assert.ok(isRead(whole));
  for (let size = 0; size < whole.length; size++) {
    assert.equal(isRead(whole.subarray(0, size)), false);
  }
});

test("any byte may be another", () => {
  const whole = bytes(TEXT);
  let read = 0;
  for (let place = 0; place < whole.length; place++) {
    for (const byte of [0, 0x20, 0x22, 0x2c, 0x30, 0x5b, 0x5c, 0x7b, 0xc3]) {
      const damaged = Uint8Array.from(whole);
      damaged[place] = byte;
      read += isRead(damaged) ? 1 : 0;
    }
  }
  assert.ok(read > 0);
});
