/* forms.test.ts: values that JSON has no kind for: times, durations, UUIDs,
 * decimals, bytes, and free-form JSON. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { isSure, readUnits, spellUnits } from "../src/record/duration.js";
import { decode } from "../src/schema.js";
import { datetime, RawJson, toDate } from "../src/values.js";
import { bytes, read, refused, scalars as t, written } from "./tables.js";

test("datetimes are normal: UTC, the shortest fraction", () => {
  const pairs: [string, string][] = [
    ["2024-02-29 12:34:56.700", "2024-02-29T12:34:56.7"],
    ["2024-02-29t12:34:56.000Z", "2024-02-29T12:34:56Z"],
    ["2024-01-01T00:30:00+02:00", "2023-12-31T22:30:00Z"],
    ["0000-01-01T00:00:00Z", "0000-01-01T00:00:00Z"],
    ["9999-12-31T23:59:59.999999999999Z", "9999-12-31T23:59:59.999999999Z"],
    ["2016-12-31T23:59:60z", "2017-01-01T00:00:00Z"],
  ];
  for (const [from, to] of pairs) {
    assert.equal(read(t.datetime, JSON.stringify(from)), to);
  }
  for (const wrong of [
    "2023-02-29T00:00:00Z",
    "2024-01-01",
    "2024-01-01T24:00:00Z",
    "0000-01-01T00:00:00+00:01",
    "2024-01-01T00:00:00.Z",
  ]) {
    assert.match(
      refused(() => read(t.datetime, JSON.stringify(wrong))),
      /wanted datetime \(RFC 3339\)/,
    );
  }
  assert.equal(
    written(t.datetime, "2024-02-29T12:34:56.70"),
    '"2024-02-29T12:34:56.7Z"',
  );
  assert.equal(written(t.datetime, new Date(1)), '"1970-01-01T00:00:00.001Z"');
  assert.match(
    refused(() => written(t.datetime, "soon")),
    /a datetime is not RFC 3339/,
  );
  assert.match(
    refused(() => written(t.datetime, undefined)),
    /a datetime is not set/,
  );
  assert.equal(datetime(new Date(0)), "1970-01-01T00:00:00Z");
  assert.equal(toDate(datetime("1969-12-31T23:59:59.5Z")).getTime(), -500);
  assert.throws(() => datetime("x"), RangeError);
});

test("dates, UUIDs, decimals", () => {
  assert.equal(read(t.date, '"2024-02-29"'), "2024-02-29");
  assert.match(
    refused(() => read(t.date, '"2023-02-29"')),
    /wanted date \(YYYY-MM-DD\)/,
  );
  assert.match(
    refused(() => written(t.date, "")),
    /a date is not set/,
  );
  assert.match(
    refused(() => written(t.date, "2023-13-01")),
    /not a day of the years/,
  );
  const uuid = "00112334-5566-7788-99AA-bbccddeeff00";
  assert.equal(read(t.uuid, `"${uuid}"`), uuid.toLowerCase());
  assert.match(
    refused(() => read(t.uuid, '"x"')),
    /wanted uuid/,
  );
  assert.match(
    refused(() => written(t.uuid, "x")),
    /8-4-4-4-12/,
  );
  assert.equal(read(t.decimal, '"-12.50e\\u002b3"'), "-12.50e+3");
  assert.equal(
    read(t.decimalNumber, "12345678901234567890.10"),
    "12345678901234567890.10",
  );
  assert.equal(written(t.decimalNumber, "1.10"), "1.10");
  assert.match(
    refused(() => read(t.decimal, '"1."')),
    /wanted decimal \(a number as text\)/,
  );
  assert.match(
    refused(() => read(t.decimal, `"${"1".repeat(1001)}"`)),
    /a decimal is over 1000 bytes/,
  );
  assert.match(
    refused(() => written(t.decimal, "NaN")),
    /a decimal is no number/,
  );
});

test("durations as numbers are exact to the nanosecond", () => {
  const values = [1n, -1n, 999n, 1000n, (1n << 63n) - 1n, -(1n << 63n)];
  for (let i = 0n, state = 1n; i < 3000n; i++) {
    state = BigInt.asIntN(64, state * 6364136223846793005n + 1442695n);
    values.push(state >> (i % 60n));
  }
  for (const unit of ["seconds", "milliseconds"] as const) {
    for (const value of values) {
      const text = spellUnits(value, unit);
      assert.equal(readUnits(text, unit), value, text);
      assert.equal(String(JSON.parse(text)), String(Number(text)));
    }
  }
  // What JSON.parse gave is taken where no digit that it lost could matter.
  assert.equal(isSure(604_800, "seconds"), true);
  assert.equal(isSure(0.25, "seconds"), true);
  assert.equal(isSure(5e-10, "seconds"), false);
  assert.equal(isSure(9_000_000_000.1, "seconds"), false);
});

test("durations are seconds", () => {
  const pairs: [string, number, string][] = [
    ["-P1W2DT3H4M5.06S", -788645.06, "-PT219H4M5.06S"],
    ["PT0S", 0, "PT0S"],
    ["P1D", 86400, "PT24H"],
    ["PT1,5M", 90, "PT1M30S"],
    ["+PT0.000000001S", 1e-9, "PT0.000000001S"],
  ];
  for (const [from, seconds, to] of pairs) {
    assert.equal(read(t.duration, `"${from}"`), seconds);
    assert.equal(written(t.duration, seconds), `"${to}"`);
  }
  for (const wrong of [
    "",
    "P",
    "PT",
    "P1Y",
    "PT1.5M1S",
    "PT1S1M",
    "1S",
    `PT${"9".repeat(1e5)}S`,
    "PT9223372037S",
  ]) {
    assert.match(
      refused(() => read(t.duration, `"${wrong}"`)),
      /wanted duration/,
    );
  }
  assert.equal(read(t.seconds, "-1.25"), -1.25);
  assert.equal(written(t.seconds, -1.25), "-1.25");
  assert.equal(read(t.milliseconds, "1500"), 1.5);
  assert.equal(written(t.milliseconds, 1.5), "1500");
  assert.match(
    refused(() => read(t.seconds, "1e10")),
    /wanted duration \(a number of seconds\)/,
  );
  assert.match(
    refused(() => written(t.duration, NaN)),
    /beyond 64 bits/,
  );
});

test("bytes are base64", () => {
  assert.deepEqual(
    read(t.bytes, '"++\\/_\\u0041A"'),
    Uint8Array.of(0xfb, 0xef, 0xff, 0),
  );
  assert.equal(written(t.bytes, Uint8Array.of(251, 239, 255, 0)), '"++//AA=="');
  for (let size = 0; size < 8; size++) {
    const value = Uint8Array.from({ length: size }, (_, i) => i * 37);
    assert.deepEqual(read(t.bytes, written(t.bytes, value)), value);
  }
  assert.match(
    refused(() => read(t.bytes, '"A"')),
    /base64 ends with half a byte \(byte 1\)/,
  );
  assert.match(
    refused(() => read(t.bytes, '"AB"')),
    /bits that are not 0 \(byte 2\)/,
  );
  assert.match(
    refused(() => read(t.bytes, '"A\\u0041!A"')),
    /is not base64 \(byte 8\)/,
  );
  assert.match(
    refused(() => read(t.bytes, "1")),
    /wanted bytes \(base64\), got 1/,
  );
});

test("free-form JSON", () => {
  const text = '{"a":[1,2.50,"x",null,true,9007199254740993],"b":{}}';
  assert.deepEqual(read(t.json, text), {
    a: [1, 2.5, "x", null, true, 2n ** 53n + 1n],
    b: {},
  });
  assert.equal(
    written(t.json, {
      a: undefined,
      b: [undefined],
      c: 2n ** 64n,
      d: new Date(0),
      m: new Map([["k", 1]]),
    }),
    '{"b":[null],"c":18446744073709551616,"d":"1970-01-01T00:00:00.000Z","m":{"k":1}}',
  );
  assert.equal(written(t.json, undefined), "null");
  const raw = decode(t.json, bytes(' [1.10, "a b"] '), { rawJson: true });
  assert.deepEqual(raw, new RawJson('[1.10, "a b"]'));
  assert.equal(written(t.json, raw), '[1.10,"a b"]');
  assert.match(
    refused(() => written(t.json, new RawJson("1 2"))),
    /more than one JSON value/,
  );
  assert.match(
    refused(() => written(t.json, new RawJson("{a}"))),
    /a key is missing here/,
  );
  assert.match(
    refused(() => written(t.json, () => 1)),
    /JSON has no function/,
  );
  assert.match(
    refused(() => written(t.json, [NaN])),
    /no NaN/,
  );
});
