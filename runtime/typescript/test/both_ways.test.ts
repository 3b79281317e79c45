/* both_ways.test.ts: what is read and written the fast way is what the careful
 * way gives, value by value and error by error: by a corpus, and by texts that
 * chance damages. BELLPULL_FUZZ_SECONDS lets chance play longer. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { readText, takeText } from "../src/record/decode.js";
import { writeCarefully, writeFast } from "../src/record/encode.js";
import { UNSURE } from "../src/record/taker.js";
import { BellError } from "../src/errors.js";
import * as kinds from "../src/schema.js";
import type { Field, Type } from "../src/schema.js";
import { RawJson, Unknown } from "../src/values.js";
import { bytes, record, ruled, scalars as t } from "./tables.js";

const state: Type = {
  kind: kinds.enum,
  name: "State",
  values: ["on", "off"],
  closed: true,
};

const point = record("Point", () => [
  { name: "x", type: t.int32 },
  { name: "y", type: t.float32, state: "optional" },
  { name: "1", type: t.json, state: "optional" },
]);

const event: Type = {
  kind: kinds.union,
  name: "Event",
  tag: "type",
  variants: () => [
    { name: "point", type: point },
    { name: "empty", type: record("Empty", () => []) },
  ],
  shared: () => [{ name: "at", type: t.datetime, state: "optional" }],
};

const box: Type = {
  kind: kinds.union,
  name: "Box",
  tag: "kind",
  content: "data",
  variants: () => [
    { name: "point", type: point },
    { name: "empty", type: record("Empty", () => []) },
    { name: "word", type: t.string },
  ],
};

function listOf(item: Type): Type {
  return { kind: kinds.list, name: `${item.name}[]`, item: () => item };
}

function mapOf(item: Type): Type {
  return { kind: kinds.map, name: `map<${item.name}>`, item: () => item };
}

const fields: readonly Field[] = [
  { name: "ok", type: t.bool, fallback: "true", state: "optional" },
  { name: "i", type: t.int32, state: "optional" },
  { name: "u", type: t.uint32, state: "optional" },
  { name: "l", type: t.int64, state: "optional" },
  { name: "big", type: t.big64, state: "either" },
  { name: "n", type: t.natural64, state: "optional" },
  { name: "f", type: t.float32, state: "optional" },
  { name: "d", type: t.float64, state: "nullable" },
  { name: "s", type: ruled(t.string, { maxCount: 9 }), state: "optional" },
  { name: "e", type: state, state: "optional" },
  { name: "j", type: t.json, state: "optional" },
  { name: "b", type: t.bytes, state: "optional" },
  { name: "w", type: t.duration, state: "optional" },
  { name: "ms", type: t.milliseconds, state: "optional" },
  { name: "p", type: t.decimal, state: "optional" },
  { name: "pn", type: t.decimalNumber, state: "optional" },
  { name: "id", type: t.uuid, state: "optional" },
  { name: "__proto__", type: t.int32, state: "optional" },
  { name: "events", type: listOf(event), state: "optional" },
  { name: "boxes", type: mapOf(box), state: "optional" },
  { name: "more", type: mapOf(t.string), state: "optional" },
  { name: "toString", type: t.string, state: "optional" },
];

const loose = record("Loose", () => [
  ...fields,
  { name: "again", type: loose, state: "optional" },
  { name: "strict", type: strict, state: "optional" },
]);
const strict = record("Strict", () => fields, { strict: true });

/** Values of every kind, and the ways in which JSON.parse reads another one. */
const CORPUS = [
  '{"d":null}',
  '{"d":0,"ok":false}',
  '{"d":-0,"i":-0,"l":-0.0,"j":-0}',
  '{"d":1e400,"i":1e2,"l":1.0e1}',
  '{"d":1e-400,"i":1e-400}',
  '{"d":0.30000000000000004,"i":1.5}',
  '{"d":123456789012345678901234567890}',
  '{"d":1,"l":9007199254740991,"big":9007199254740993}',
  '{"d":1,"l":9007199254740992}',
  '{"d":1,"l":9007199254740990.9999,"n":18446744073709551615}',
  '{"d":1,"l":1.00000000000000000001}',
  '{"d":1,"n":-1}',
  '{"d":1,"n":0,"u":4294967295,"i":-2147483648}',
  '{"d":1,"u":4294967296}',
  '{"d":1,"u":-1}',
  '{"d":1,"f":0.1}',
  '{"d":1,"f":1.000000059604644775390625}',
  '{"d":1,"f":1.00000005960464477539062500000001}',
  '{"d":1,"f":3.4028235677973366e38}',
  '{"d":1,"s":"a\\ud83d\\ude00"}',
  '{"d":1,"s":"a\\ud83d"}',
  '{"d":1,"s":"\\uDC00"}',
  '{"d":1,"s":"\\\\ud83d"}',
  '{"d":1,"s":"\\"\\u0022\\\\"}',
  '{"d":1,"s":"longer than it may be"}',
  '{"d":1,"s":"1234567890123456"}',
  '{"d":1,"e":"on"}',
  '{"d":1,"e":"new"}',
  '{"d":1,"i":1,"i":2}',
  '{"d":1,"i":"no","i":2}',
  '{"d":1,"i":2,"i":"no"}',
  '{"d":1,"j":{"a":1,"a":2}}',
  '{"d":1,"j":{"__proto__":{"x":1},"1":2,"0":[]}}',
  '{"d":1,"j":12345678901234567890}',
  '{"d":1,"j":null}',
  '{"d":1,"i":null}',
  '{"d":1,"big":null}',
  '{"d":1,"b":"AAE="}',
  '{"d":1,"b":"AAE"}',
  '{"d":1,"b":"A"}',
  '{"d":1,"w":"PT1.5S","ms":1500}',
  '{"d":1,"ms":0.25}',
  '{"d":1,"ms":1e30}',
  '{"d":1,"p":"1.50","pn":1.50}',
  '{"d":1,"p":"x"}',
  '{"d":1,"id":"00112334-5566-7788-99AA-bbccddeeff00"}',
  '{"d":1,"__proto__":7}',
  '{"d":1,"__proto__":{"polluted":1}}',
  '{"d":1,"toString":"x","constructor":1,"valueOf":[]}',
  '{"d":1,"unknown":[{"a":"b"}],"i":3}',
  '{"d":1,"strict":{"d":1,"unknown":1}}',
  '{"d":1,"strict":{"d":1,"s":"longer than it may be"}}',
  '{"d":1,"again":{"strict":{"d":2},"s":"longer than it may be","d":3}}',
  '{"d":1,"events":[{"type":"point","x":1,"at":"2024-02-29T12:34:56.70Z"}]}',
  '{"d":1,"events":[{"x":1,"type":"point"},{"type":"empty","y":"z"}]}',
  '{"d":1,"events":[{"type":"new","x":1}]}',
  '{"d":1,"events":[{"type":"point","type":"point","x":1}]}',
  '{"d":1,"events":[{"x":1}]}',
  '{"d":1,"events":[{"type":1}]}',
  '{"d":1,"boxes":{"a":{"kind":"point","data":{"x":1,"1":[1]}}}}',
  '{"d":1,"boxes":{"a":{"kind":"empty"},"b":{"data":"c","kind":"word"}}}',
  '{"d":1,"boxes":{"a":{"kind":"word"},"a":{"kind":"empty"}}}',
  '{"d":1,"boxes":{"a":{"kind":"new","data":1}}}',
  '{"d":1,"more":{"b":"","a":"","":""}}',
  '{"d":1,"more":{"b":"","10":"","9":""}}',
  '{"d":1,"more":{"9":""}}',
  '{"d":1,"more":{"a":1}}',
  ' {\t"d" :\n1\r} ',
  '{"d":1}}',
  '{"d":1',
  '{"d":01}',
  '{"d":1,}',
  '\ufeff{"d":1}',
  "",
  "null",
  "[]",
  '"d"',
];

const LIMITS = { depthMax: 6, itemsMax: 4 };
const OPTIONS = [{}, LIMITS, { rawJson: true }];

/** A value with everything that tells it from others: kinds and order. */
function spell(value: unknown): string {
  if (Object.is(value, -0)) {
    return "-0";
  }
  if (typeof value === "bigint") {
    return `${value}n`;
  }
  if (value instanceof Map) {
    const entries = [...(value as Map<string, unknown>)];
    return `Map(${entries.map(([key, each]) => `${key}=${spell(each)}`).join()})`;
  }
  if (value instanceof Uint8Array) {
    return `Bytes(${value.join()})`;
  }
  if (value instanceof RawJson || value instanceof Unknown) {
    return `${value.constructor.name}(${JSON.stringify(value)})`;
  }
  if (Array.isArray(value)) {
    return `[${value.map(spell).join()}]`;
  }
  if (typeof value === "object" && value !== null) {
    const own = Object.getOwnPropertyNames(value).map((name) => {
      const each = Object.getOwnPropertyDescriptor(value, name)
        ?.value as unknown;
      return `${name}:${spell(each)}`;
    });
    return `{${own.join()}}`;
  }
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}

/** How often the fast way was taken. */
let taken = 0;

function compare(type: Type, text: Uint8Array): unknown {
  let last: unknown;
  for (const options of OPTIONS) {
    let slow: string;
    try {
      last = readText(type, text, options);
      slow = spell(last);
    } catch (error) {
      assert.ok(error instanceof BellError, String(error));
      slow = error.message;
    }
    const fast = takeText(type, text, options);
    if (fast !== UNSURE) {
      taken++;
      assert.equal(spell(fast), slow, new TextDecoder().decode(text));
    }
  }
  return last;
}

/** Writes both ways, and reads what was written. */
function write(type: Type, value: unknown): void {
  for (const options of [{}, LIMITS]) {
    let careful: string;
    try {
      careful = writeCarefully(type, value, options);
    } catch (error) {
      assert.ok(error instanceof BellError, String(error));
      careful = error.message;
    }
    const fast = writeFast(type, value, options);
    if (fast !== undefined) {
      taken++;
      assert.equal(fast, careful);
    }
  }
}

test("the corpus is read and written alike both ways", () => {
  taken = 0;
  for (const text of CORPUS) {
    for (const type of [loose, strict, t.json, listOf(loose)]) {
      write(type, compare(type, bytes(text)));
    }
  }
  assert.ok(taken > CORPUS.length, `${taken} were taken`);
});

test("long texts are read alike, wherever their escapes stand", () => {
  const escapes = [
    '\\"',
    "\\\\",
    "\\u00e9",
    "\\ud83d\\ude00",
    "\\ud800",
    "é",
    '"',
  ];
  taken = 0;
  for (let length = 240; length < 262; length++) {
    for (const escape of escapes) {
      for (const rest of ["", "z", escape, "z".repeat(300) + escape]) {
        const text = "x".repeat(length) + escape + rest;
        compare(t.string, bytes(`"${text}"`));
        compare(t.string, bytes(`"${text}`));
        compare(listOf(t.string), bytes(`["${text}","${rest}"]`));
      }
    }
  }
  assert.ok(taken > 1000, `${taken} were taken`);
});

test("bytes that are no UTF-8 are never taken", () => {
  const broken = bytes('{"d":1,"s":"a?"}');
  for (const byte of [0x80, 0xc0, 0xed, 0xff]) {
    broken[broken.indexOf(0x3f)] = byte;
    assert.equal(takeText(loose, broken, {}), UNSURE);
    broken[broken.indexOf(byte)] = 0x3f;
  }
});

/** Numbers that seem to come by chance, the same in each run. */
function chance(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const PIECES = [
  ...Array.from('{}[]":,0123456789.-+eE \\'),
  "null",
  "true",
  "1e5",
  "-0",
  '"d":1,',
  '"type":"point",',
  '"kind":"word",',
  '"__proto__":1,',
  "\\ud800",
  "\\u0041",
  "9007199254740993",
  "0.1234567890123456",
  "\ud83d\ude00",
];

/** A text, one to four pieces of it cut out, put in or put twice. */
function damage(text: string, below: (limit: number) => number): string {
  let out = text;
  for (let i = below(4); i >= 0; i--) {
    const at = below(out.length + 1);
    const end = at + below(6);
    const piece =
      below(3) === 0
        ? out.slice(at, at + below(20))
        : (PIECES[below(PIECES.length)] ?? "");
    out = out.slice(0, at) + piece + out.slice(below(2) === 0 ? at : end);
  }
  return out;
}

test("texts that chance damages are read alike both ways", () => {
  const seconds = Number(process.env.BELLPULL_FUZZ_SECONDS ?? 0);
  const until = performance.now() + seconds * 1000;
  const below = chance(seconds === 0 ? 1 : Date.now());
  taken = 0;
  let count = 0;
  do {
    for (let i = 0; i < 3000; i++) {
      const text = damage(CORPUS[below(CORPUS.length)] ?? "", below);
      const type = [loose, strict, t.json][below(3)] ?? loose;
      write(type, compare(type, bytes(text)));
      count++;
    }
  } while (performance.now() < until);
  assert.ok(taken > count / 10, `${taken} of ${count} were taken`);
});

test("values that programs make are written alike both ways", () => {
  class Own {
    readonly d = 1;
    readonly i = 2;
    get s(): string {
      return ["of", "the", "class"].join(" ");
    }
  }
  const hidden = { d: 1 };
  Object.defineProperty(hidden, "i", { value: 5, enumerable: false });
  const values: unknown[] = [
    { d: 1, i: 2 },
    { i: 2, d: 1 },
    { d: 1, extra: "x", i: 2 },
    { d: null, big: null, i: undefined },
    { d: NaN },
    { i: 1 },
    { d: 1, s: "\ud800" },
    { d: 1, s: "\\ud800" },
    { d: 1, s: "\ud8000" },
    { d: 1, more: new Map([["\ud800", "x"]]) },
    {
      d: 1,
      more: new Map([
        ["b", "\ud800"],
        ["1", "c"],
      ]),
    },
    {
      d: 1,
      more: new Map([
        ["b", "x"],
        ["1", "y"],
      ]),
    },
    { d: 1, big: 2n ** 60n, j: [2n ** 70n, new RawJson(" [1, 2] ")] },
    { d: 1, j: { toJSON: () => ({ a: new Date(0) }) } },
    { d: 1, j: [undefined, () => 1] },
    { d: 1, j: Object.assign([1], { toJSON: () => "x" }) },
    // What is not there is null.
    // eslint-disable-next-line no-sparse-arrays
    { d: 1, j: [1, , 2] },
    { d: 1, pn: "1.50", f: 0.1, ms: 0.25, w: 1.5 },
    { d: 1, events: [{ type: "point", x: 1, 1: { b: 1, 0: 2 } }] },
    { d: 1, events: [{ type: new Unknown("new", '{"type":"new"}') }] },
    { d: 1, events: Object.assign([], { toJSON: () => 1 }) },
    { d: 1, boxes: new Map([["a", { kind: "point", data: { x: 1 } }]]) },
    Object.create({ d: 1 }),
    new Own(),
    hidden,
    Object.assign(Object.create(null) as object, { d: 1 }),
    Object.assign(new Number(5), { d: 1 }),
    JSON.parse('{"d":1,"__proto__":3}'),
  ];
  taken = 0;
  for (const value of values) {
    write(loose, value);
    write(t.json, value);
  }
  assert.ok(taken > values.length, `${taken} were taken`);
});

test("what is spelled does not depend on how a value is made", () => {
  const of = (value: unknown): string => writeCarefully(loose, value, {});
  const hidden = { d: 1 };
  Object.defineProperty(hidden, "i", { value: 5, enumerable: false });
  assert.equal(of(hidden), '{"i":5,"d":1}');
  assert.equal(of({ extra: 1, d: 1, i: 2 }), '{"i":2,"d":1}');
  assert.equal(of({ toJSON: () => 7, d: 1 }), '{"d":1}');
  assert.equal(of(Object.assign(new Number(5), { d: 1 })), '{"d":1}');
  assert.throws(() => of(Object.create({ d: 1 })), /d: a required field/);
  assert.equal(
    // eslint-disable-next-line no-sparse-arrays
    of({ d: 1, j: [1, , undefined, { a: undefined }] }),
    '{"d":1,"j":[1,null,null,{}]}',
  );
  const more = new Map([
    ["b", "x"],
    ["1", "y"],
  ]);
  assert.equal(of({ d: 1, more }), '{"d":1,"more":{"b":"x","1":"y"}}');
  assert.equal(
    writeCarefully(point, { x: 1, y: 2, 1: { b: 3 } }, {}),
    '{"x":1,"y":2,"1":{"b":3}}',
  );
  assert.equal(of({ d: 1, big: 2n ** 60n }), `{"big":${2n ** 60n},"d":1}`);
});
