/* codec.test.ts: values to JSON and back by tables: what is written, what is
 * read, and what is refused with which words. */
import assert from "node:assert/strict";
import { test } from "node:test";

import * as kinds from "../src/schema.js";
import { decode, type Field, type Type } from "../src/schema.js";
import { Unknown } from "../src/values.js";
import {
  bytes,
  read,
  record,
  refused,
  ruled,
  scalars as t,
  written,
} from "./tables.js";

const task = record("Task", () => [
  { name: "id", type: t.int64 },
  { name: "title", type: t.string },
  { name: "owner", type: t.string, state: "nullable" },
  { name: "note", type: t.string, state: "either" },
  { name: "parts", type: tasks, state: "optional" },
]);
const tasks: Type = { kind: kinds.list, name: "Task[]", item: () => task };

test("a record is written in declared order, absent fields left out", () => {
  const value = { title: "Ring", id: 2, owner: null, parts: [] };
  assert.equal(
    written(task, value),
    '{"id":2,"title":"Ring","owner":null,"parts":[]}',
  );
  const text = '{"parts":[],"owner":"x","note":null,"title":"a","id":1.0e1}';
  assert.deepEqual(read(task, text), {
    parts: [],
    owner: "x",
    note: null,
    title: "a",
    id: 10,
  });
});

test("what is wrong in a reply has a path and a place", () => {
  const wrong: [string, string][] = [
    [
      '{"id":1,"title":2,"owner":null}',
      "result.title: wanted string, got 2 (byte 16)",
    ],
    [
      '{"id":1,"title":"a"}',
      "result.owner: a required field is missing (byte 20)",
    ],
    ['{"id":1.5}', "result.id: wanted int64, got 1.5 (byte 6)"],
    ['{"id":"1"}', 'result.id: wanted int64, got "1" (byte 6)'],
    ["[]", "result: wanted Task, got a list (byte 0)"],
    ["", "result: wanted Task, got the end of the text (byte 0)"],
    [
      '{"id":1,"title":"a","owner":null}x',
      "result: more text stands behind the value (byte 33)",
    ],
    ['{"id":1 "title":"a"}', "result: expected , or } (byte 8)"],
    ['{"id" 1}', "result: a colon is missing after the key (byte 6)"],
    ["{1:2}", "result: a key is missing here (byte 1)"],
    ['{"title":"\\x"}', "result.title: unknown escape (byte 11)"],
    ['{"title":"\\u12"}', "result.title: \\u needs four hex digits (byte 11)"],
    ['{"title":"a\n"}', "result.title: control character in string (byte 11)"],
    ['{"title":"a', "result.title: string is not closed (byte 11)"],
    ['{"x":[1,]}', "result: no JSON value (byte 8)"],
    ['{"x":01}', "result: a number begins with 0 (byte 6)"],
    ['{"note":7}', "result.note: wanted string, got 7 (byte 8)"],
    ['{"parts":null}', "result.parts: wanted Task[], got null (byte 9)"],
    [
      '{"parts":[{"id":true}]}',
      "result.parts[0].id: wanted int64, got true (byte 16)",
    ],
    ['{"parts":[1]}', "result.parts[0]: wanted Task, got 1 (byte 10)"],
    [
      '{"parts":[{}',
      "result.parts[0].id: a required field is missing (byte 12)",
    ],
    [
      `{"title":${"9".repeat(60)}}`,
      `result.title: wanted string, got ${"9".repeat(40)}... (byte 9)`,
    ],
  ];
  for (const [text, words] of wrong) {
    assert.equal(
      refused(() => read(task, text)),
      `bad_reply: ${words}`,
      text,
    );
  }
  const broken = Uint8Array.of(0x22, 0xff, 0x22);
  assert.match(
    refused(() => decode(t.string, broken)),
    /string is not UTF-8 \(byte 1\)/,
  );
});

test("64 bits are exact or an error, both ways", () => {
  const top = 2n ** 53n + 1n;
  assert.equal(read(t.big64, String(top)), top);
  assert.equal(read(t.natural64, "18446744073709551615"), 2n ** 64n - 1n);
  assert.equal(read(t.big64, "-9223372036854775808"), -(2n ** 63n));
  assert.equal(written(t.big64, -(2n ** 63n)), "-9223372036854775808");
  assert.equal(written(t.int64, 9007199254740991), "9007199254740991");
  assert.match(
    refused(() => read(t.int64, String(top))),
    /wanted int64 \(a number, exact within 2\^53; or bigint\), got 9007199254740993/,
  );
  assert.match(
    refused(() => read(t.big64, "9223372036854775808")),
    /wanted int64, got 9223372036854775808/,
  );
  assert.match(
    refused(() => written(t.int64, 2 ** 53)),
    /: 9007199254740992 is beyond 2\^53, where a number is not exact$/,
  );
  assert.match(
    refused(() => written(t.big64, 2 ** 53)),
    /where a number is not exact: give a bigint$/,
  );
  assert.match(
    refused(() => written(t.int64, 0.5)),
    /0.5 is no int64/,
  );
  assert.match(
    refused(() => written(t.big64, 2n ** 63n)),
    /is no int64/,
  );
  assert.match(
    refused(() => written(t.natural64, -1n)),
    /is no uint64/,
  );
  assert.match(
    refused(() => written(t.int32, 2 ** 31)),
    /is no int32/,
  );
  assert.match(
    refused(() => written(t.int32, "1")),
    /wanted int32, got a string/,
  );
  assert.equal(read(t.int32, "-0"), 0);
  assert.equal(read(t.uint32, "-0.0e5"), 0);
  assert.match(
    refused(() => read(t.uint32, "-1")),
    /wanted uint32, got -1/,
  );
  assert.match(
    refused(() => read(t.int64, "1e400")),
    /wanted int64, got 1e400/,
  );
});

test("doubles and floats are spelled as ECMAScript does, the shortest", () => {
  const doubles: [number, string][] = [
    [-0, "0"],
    [1e21, "1e+21"],
    [1e-7, "1e-7"],
    [0.1, "0.1"],
    [123456789012345680000, "123456789012345680000"],
    [5e-324, "5e-324"],
  ];
  for (const [value, text] of doubles) {
    assert.equal(written(t.float64, value), text);
  }
  const floats: [number, string][] = [
    [0.1, "0.1"],
    [16777216, "16777216"],
    [3.4028234663852886e38, "3.4028235e+38"],
    [1.401298464324817e-45, "1e-45"],
    [1.17549435e-38, "1.1754944e-38"],
    [9.8607613e-32, "9.8607613e-32"],
    [-2.5, "-2.5"],
  ];
  for (const [value, text] of floats) {
    assert.equal(written(t.float32, value), text);
    assert.equal(read(t.float32, text), Math.fround(value));
  }
  for (const value of [NaN, Infinity]) {
    assert.match(
      refused(() => written(t.float64, value)),
      /no NaN and no infinity/,
    );
  }
  assert.match(
    refused(() => written(t.float32, 1e39)),
    /no infinity/,
  );
  assert.match(
    refused(() => read(t.float64, "1e400")),
    /wanted float64, got 1e400/,
  );
  assert.match(
    refused(() => read(t.float32, "3.5e38")),
    /wanted float32, got 3.5e38/,
  );
  assert.ok(Object.is(read(t.float64, "-0"), -0));
});

test("a float is rounded once, not by way of a double", () => {
  // A hair above the middle of 1 and the next float: a double of it is the
  // middle itself, which would be rounded down.
  const above = "1.000000059604644775390625000000000001";
  const next = 1 + 2 ** -23;
  assert.equal(read(t.float32, above), next);
  assert.equal(read(t.float32, "1.000000059604644775390625"), 1);
  assert.equal(read(t.float32, `-${above}`), -next);
});

test("texts: escapes, code points, lone surrogates", () => {
  assert.equal(
    written(t.string, '\b\t\n\f\r"\\\u0001/é\u2028😀<'),
    '"\\b\\t\\n\\f\\r\\"\\\\\\u0001/é\u2028😀<"',
  );
  assert.equal(read(t.string, '"\\u00e9\\ud83d\\ude00\\/\\n"'), "é😀/\n");
  assert.equal(
    read(t.string, '"\\ud800x\\udc00\\ud800\\u0041"'),
    "\ufffdx\ufffd\ufffdA",
  );
  assert.equal(read(t.string, '"\ufeffa\\u0000"'), "\ufeffa\0");
  assert.match(
    refused(() => written(t.string, "a\ud800")),
    /the text is not UTF-8/,
  );
  assert.match(
    refused(() => written(t.string, "\udc00a")),
    /the text is not UTF-8/,
  );
});

test("hostile names are data", () => {
  const odd = record("Odd", () =>
    ["__proto__", "constructor", "toString", 'a"b\n', "é", ""].map(
      (name): Field => ({ name, type: t.int32 }),
    ),
  );
  const text =
    '{"__proto__":1,"constructor":2,"toString":3,"a\\"b\\n":4,"é":5,"":6}';
  const value = read(odd, text) as object;
  assert.equal(Object.getPrototypeOf(value), Object.prototype);
  assert.deepEqual(Object.values(value), [1, 2, 3, 4, 5, 6]);
  assert.equal(written(odd, value), text);
  assert.match(
    refused(() => written(odd, {})),
    /^invalid: __proto__: a required field/,
  );
  const free = read(t.json, '{"__proto__":{"admin":true}}') as object;
  assert.equal(Object.getPrototypeOf(free), Object.prototype);
  assert.equal(written(t.json, free), '{"__proto__":{"admin":true}}');
});

test("maps keep the first place and the last value", () => {
  const map: Type = {
    kind: kinds.map,
    name: "map<int32>",
    item: () => t.int32,
  };
  const value = read(map, '{"__proto__":1,"b":2,"\\u0062":3,"a":4}');
  assert.deepEqual(
    value,
    new Map([
      ["__proto__", 1],
      ["b", 3],
      ["a", 4],
    ]),
  );
  assert.equal(written(map, value), '{"__proto__":1,"b":3,"a":4}');
  assert.equal(
    refused(() => read(map, '{"a":1,"b":"x"}')),
    'bad_reply: result["b"]: wanted int32, got "x" (byte 11)',
  );
  assert.equal(
    refused(() => written(map, {})),
    "invalid: params: wanted map<int32>, got an object",
  );
  assert.equal(
    refused(() => written(map, new Map([["k", 0.5]]))),
    'invalid: ["k"]: 0.5 is no int32',
  );
});

test("limits: depth and items", () => {
  const deep: Type = { kind: kinds.list, name: "deep", item: () => deep };
  const text = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);
  assert.ok(read(deep, text(64)));
  assert.match(
    refused(() => read(deep, text(65))),
    /^limit: .*nested deeper than depth_max/,
  );
  assert.match(
    refused(() => read(t.json, text(65))),
    /^limit: result: nested deeper/,
  );
  assert.match(
    refused(() => read(t.json, "[".repeat(1e6))),
    /^limit: /,
  );
  const circle: unknown[] = [];
  circle.push(circle);
  assert.match(
    refused(() => written(t.json, circle)),
    /^limit: params: nested deeper/,
  );
  assert.match(
    refused(() => decode(deep, bytes("[[],[],[]]"), { itemsMax: 2 })),
    /^limit: result\[2\]: more than items_max items \(byte 7\)/,
  );
});

test("enums are open unless they are closed", () => {
  const open: Type = { kind: kinds.enum, name: "E", values: ["a", "b"] };
  const closed: Type = { ...open, closed: true };
  assert.equal(read(open, '"new"'), "new");
  assert.equal(written(open, "new"), '"new"');
  assert.equal(
    refused(() => read(closed, '"c"')),
    'bad_reply: result: wanted E, got "c" (byte 0)',
  );
  assert.match(
    refused(() => written(closed, "c")),
    /not a value of the enum/,
  );
  assert.match(
    refused(() => written(open, undefined)),
    /an enum is not set/,
  );
});

const made = record("Made", () => [{ name: "id", type: t.int32 }]);
const event: Type = {
  kind: kinds.union,
  name: "Event",
  tag: "type",
  variants: () => [
    { name: "made", type: made },
    { name: "gone", type: record("Gone", () => []) },
  ],
  shared: () => [{ name: "at", type: t.int32 }],
};

test("unions: tags anywhere, shared fields, unknown variants kept", () => {
  const known = { type: "made", at: 1, id: 2 };
  assert.equal(written(event, known), '{"type":"made","at":1,"id":2}');
  assert.deepEqual(read(event, '{"type":"made","at":1,"id":2}'), known);
  assert.deepEqual(read(event, '{"id":2,"\\u0074ype":"made","at":1}'), known);
  const text = '{"at":3,"x":[1, 2],"type":"new"}';
  const unknown = read(event, text) as { type: Unknown; at: number };
  assert.deepEqual(unknown, { type: new Unknown("new", text), at: 3 });
  assert.equal(written(event, unknown), '{"at":3,"x":[1,2],"type":"new"}');
  const wrong: [string, string][] = [
    ["{}", "result.type: the union's tag is missing (byte 0)"],
    ['{"type":1}', "result.type: wanted string, got 1 (byte 8)"],
    [
      '{"type":"made","at":1,"id":2,"type":"made"}',
      "result.type: the union's tag stands twice (byte 29)",
    ],
    [
      '{"at":1,"type":"gone","type":"made"}',
      "result.type: the union's tag stands twice (byte 22)",
    ],
    [
      '{"type":"made","id":1}',
      "result.at: a required field is missing (byte 22)",
    ],
    ['{"type":"new"', "result: the text ends too early (byte 13)"],
    ["7", "result: wanted Event, got 7 (byte 0)"],
  ];
  for (const [each, words] of wrong) {
    assert.equal(
      refused(() => read(event, each)),
      `bad_reply: ${words}`,
    );
  }
  assert.match(
    refused(() => written(event, undefined)),
    /a union is not set/,
  );
  assert.match(
    refused(() => written(event, { type: "x", at: 1 })),
    /not a tag of the union/,
  );
  assert.match(
    refused(() => written(event, { type: new Unknown("x", "[]") })),
    /raw value is no object/,
  );
});

test("unions with a content", () => {
  const box: Type = {
    kind: kinds.union,
    name: "Box",
    tag: "k",
    content: "data",
    variants: () => [
      { name: "n", type: t.int32 },
      { name: "e", type: record("Empty", () => []) },
    ],
  };
  assert.deepEqual(read(box, '{"data":7,"k":"n"}'), { k: "n", data: 7 });
  assert.deepEqual(read(box, '{"k":"e"}'), { k: "e", data: {} });
  assert.equal(written(box, { k: "n", data: 7 }), '{"k":"n","data":7}');
  assert.match(
    refused(() => read(box, '{"k":"n"}')),
    /result.data: the union's content is missing \(byte 0\)/,
  );
  assert.match(
    refused(() => read(box, '{"k":"n","data":1,"data":2}')),
    /result.data: the union's content stands twice/,
  );
  assert.match(
    refused(() => read(box, '{"k":"n","data":"x"}')),
    /result.data: wanted int32/,
  );
  assert.match(
    refused(() => written(box, { k: "n" })),
    /^invalid: data: a required field/,
  );
});

test("strict records refuse what they do not know, and hold their rules", () => {
  const short = ruled(t.string, { maxCount: 2 });
  const strict = record("S", () => [{ name: "a", type: short }], {
    strict: true,
  });
  const loose = record("L", () => [{ name: "a", type: short }]);
  assert.equal(
    refused(() => read(strict, '{"a":"x","b":1}')),
    "bad_reply: result.b: an unknown field (byte 9)",
  );
  assert.equal(
    refused(() => read(strict, '{"a":"xyz"}')),
    "bad_reply: result.a: 3 code points, max_length is 2 (byte 5)",
  );
  assert.deepEqual(read(loose, '{"a":"xyz","b":1}'), { a: "xyz" });
  assert.equal(
    refused(() => written(loose, { a: "😀😀😀" })),
    "invalid: a: 3 code points, max_length is 2",
  );
  assert.equal(written(loose, { a: "😀😀" }), '{"a":"😀😀"}');
});

test("rules of numbers, bytes, lists", () => {
  const age = ruled(t.int32, { min: 1, max: 150 });
  assert.match(
    refused(() => written(age, 0)),
    /0 is less than its min 1/,
  );
  assert.match(
    refused(() => written(age, 151)),
    /151 is more than its max 150/,
  );
  const tenth = ruled(t.float32, { max: 0.1 });
  assert.equal(written(tenth, 0.1), "0.1");
  const wide = ruled(t.big64, { min: 2n ** 60n });
  assert.match(
    refused(() => written(wide, 1n)),
    /1 is less than its min 1152921504606846976/,
  );
  const wait = ruled(t.duration, { max: 1_000_000_000n });
  assert.match(
    refused(() => written(wait, 1.5)),
    /1500000000 is more than its max 1000000000/,
  );
  const blob = ruled(t.bytes, { minCount: 2 });
  assert.match(
    refused(() => written(blob, Uint8Array.of(1))),
    /1 byte, min_length is 2/,
  );
  const list: Type = { kind: kinds.list, name: "int32[]", item: () => t.int32 };
  const few = ruled(list, { maxCount: 1 });
  assert.match(
    refused(() => written(few, [1, 2])),
    /2 items, max_items is 1/,
  );
});

test("defaults are what a reader sees, fresh each time", () => {
  const type = record("D", () => [
    { name: "n", type: t.int32, state: "optional", fallback: "20" },
    { name: "list", type: tasks, state: "optional", fallback: "[]" },
    { name: "x", type: t.int32, state: "optional" },
  ]);
  const first = read(type, "{}") as { n: number; list: unknown[] };
  assert.equal(first.n, 20);
  first.list.push(1);
  assert.deepEqual(read(type, "{}"), { n: 20, list: [] });
});

test("bare results are the value itself", () => {
  const bare = record("ListResult", () => [{ name: "value", type: tasks }], {
    bare: true,
  });
  assert.deepEqual(read(bare, "[]"), []);
  assert.match(
    refused(() => read(bare, "null")),
    /result: wanted Task\[\], got null/,
  );
  const maybe = record(
    "R",
    () => [{ name: "value", type: t.int32, state: "nullable" }],
    { bare: true },
  );
  assert.equal(read(maybe, "null"), null);
  assert.equal(written(maybe, null), "null");
});

test("long paths keep their end", () => {
  const names = ["a".repeat(60), "é".repeat(40), "c"];
  let type: Type = t.int32;
  for (const name of [...names].reverse()) {
    const inner = type;
    type = record("R", () => [{ name, type: inner }]);
  }
  const text = `{"${names[0] ?? ""}":{"${names[1] ?? ""}":{"c":"x"}}}`;
  const said = refused(() => read(type, text));
  const path = said.slice("bad_reply: ".length, said.indexOf(": wanted"));
  assert.equal(
    path,
    `...${"a".repeat(40)}.${"é".repeat(40)}.c`.replace(
      /^\.\.\.a*/,
      `...${"a".repeat(41)}`,
    ),
  );
  assert.ok(bytes(path).length <= 127);
});
