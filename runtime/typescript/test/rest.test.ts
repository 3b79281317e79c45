/* rest.test.ts: calls of `rest` by RESTClient: how they are written, and what
 * comes of answers. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { RPCError } from "../src/index.js";
import { bool, list as listKind, option } from "../src/schema.js";
import type { Type } from "../src/schema.js";
import { ok, say } from "./liar.js";
import {
  byId,
  caught,
  get,
  method,
  optional,
  part,
  refusal,
  RestRig,
  spell,
  thing,
} from "./rest_rig.js";
import { record, ruled, scalars } from "./tables.js";

const { string, int32, int64, float64, datetime, bytes } = scalars;

function list(item: Type): Type {
  return { kind: listKind, name: "list", item: () => item };
}

describe("calls of rest", () => {
  const rig = new RestRig();
  const { liar } = rig;
  const open = rig.open.bind(rig);
  const answer = rig.answer.bind(rig);

  before(() => liar.open());
  after(() => {
    rig.close();
  });

  // ---- What is written ------------------------------------------------------

  test("the bytes of a request", async () => {
    const create = method(
      "POST",
      [
        byId,
        part("query", optional("dry", { kind: bool, name: "bool" })),
        part("headers", optional("X-Trace", string)),
        { name: "body", type: thing },
      ],
      {},
      { bearer: true },
    );
    const client = open("secret", { headers: { "X-Extra": "1" }, gzip: true });
    liar.lies.set("/things/a%2Fb?dry=true", say(ok('{"id":"x"}')));
    const params = {
      path: { id: "a/b" },
      query: { dry: true },
      headers: { "X-Trace": "t" },
      body: { id: "ü" },
    };
    assert.deepEqual(await client.invoke(create, params), { id: "x" });
    const { lines, body } = rig.last;
    assert.deepEqual(lines, [
      "POST /things/a%2Fb?dry=true HTTP/1.1",
      `Host: ${liar.url.slice(7)}`,
      "User-Agent: bellpull/0.1.0",
      "Accept: application/json",
      "Authorization: Bearer secret",
      "X-Trace: t",
      "X-Extra: 1",
      "Content-Type: application/json",
      "Content-Length: 11",
      "Accept-Encoding: gzip",
    ]);
    assert.equal(Buffer.from(body, "latin1").toString(), '{"id":"ü"}');
  });

  test("the length of a body that is not there", async () => {
    for (const [verb, want] of [
      ["POST", "Content-Length: 0"],
      ["PUT", "Content-Length: 0"],
      ["PATCH", "Content-Length: 0"],
      ["GET", undefined],
      ["DELETE", undefined],
    ] as const) {
      liar.lies.set("/things", say("HTTP/1.1 204 No\r\n\r\n"));
      const { result, ...bare } = method(verb, []);
      assert.ok(result !== undefined);
      assert.equal(await open().invoke(bare, undefined), undefined);
      const { lines } = rig.last;
      const said = lines.find((line) => line.startsWith("Content-"));
      assert.equal(said, want, verb);
      assert.ok(lines.includes("Accept: */*"), verb);
    }
  });

  const search = method("GET", [
    part(
      "query",
      optional("text", string),
      optional("limit", int32),
      optional("big", int64),
      optional("ratio", float64),
      optional("flag", { kind: bool, name: "bool" }),
      optional("at", datetime),
      optional("raw", bytes),
      optional("words", list(string)),
      optional("a b", string),
    ),
  ]);

  async function target(query: unknown): Promise<string> {
    const client = open("", { restRetries: -1 });
    await caught(client.invoke(search, { query }));
    client.close();
    return rig.last.path;
  }

  test("queries", async () => {
    for (const [query, want] of [
      [{}, ""],
      [undefined, ""],
      [{ text: "a b&c=d/é+~!" }, "?text=a%20b%26c%3Dd%2F%C3%A9%2B~%21"],
      [{ text: "" }, "?text="],
      [{ limit: -5, flag: false }, "?limit=-5&flag=false"],
      [{ flag: true, limit: 1 }, "?limit=1&flag=true"],
      [{ big: 9007199254740993n }, "?big=9007199254740993"],
      [{ ratio: 0.5 }, "?ratio=0.5"],
      [{ words: ["b", "a"] }, "?words=b&words=a"],
      [{ words: [] }, ""],
      [{ raw: Uint8Array.of(255, 254) }, "?raw=%2F%2F4%3D"],
      [{ "a b": "c" }, "?a%20b=c"],
    ] as const) {
      assert.equal(await target(query), `/things${want}`);
    }
  });

  test("what cannot be written is not sent", async () => {
    const before = liar.heard.length;
    const marked = method("GET", [part("headers", optional("X-A", string))]);
    const few = ruled(int32, { min: 1, max: 5 });
    const limited = method("GET", [part("query", optional("limit", few))]);
    const create = method("POST", [{ name: "body", type: thing }]);
    const empty = "an empty text cannot be part of a path";
    const ascii = "not printable ASCII without spaces around it";
    for (const [what, params, path, says] of [
      [get, { path: { id: "" } }, "path.id", empty],
      [get, { path: { id: "." } }, "path.id", ". cannot be part of a path"],
      [get, { path: { id: ".." } }, "path.id", ".. cannot be part of a path"],
      [get, { path: { id: "\ud800" } }, "path.id", "the text is not UTF-8"],
      [get, { path: {} }, "path.id", "a required field is missing"],
      [get, undefined, "path.id", "a required field is missing"],
      [marked, { headers: { "X-A": " a" } }, "headers.X-A", ascii],
      [marked, { headers: { "X-A": "a\nb" } }, "headers.X-A", ascii],
      [marked, { headers: { "X-A": "é" } }, "headers.X-A", ascii],
      [
        limited,
        { query: { limit: 6 } },
        "query.limit",
        "6 is more than its max 5",
      ],
      [create, { body: {} }, "body.id", "a required field is missing"],
      [create, {}, "body.id", "a required field is missing"],
    ] as const) {
      const error = await caught(open().invoke(what, params));
      assert.equal(error.status, "invalid");
      assert.equal(error.path, `params.${path}`);
      assert.ok(error.message.startsWith(`params.${path}: `), error.message);
      assert.ok(error.message.includes(says), error.message);
      assert.equal(error.sent, "no");
    }
    assert.equal(liar.heard.length, before);
  });

  test("the url's path is kept", async () => {
    for (const base of ["/base/v1", "/base/v1/", "/base/v1//"]) {
      const client = open("", { restRetries: -1 }, liar.url + base);
      await caught(client.invoke(get, { path: { id: "a" } }));
      assert.equal(rig.last.path, "/base/v1/things/a");
    }
    const client = open("", {}, liar.url.replace("http", "ws"));
    await caught(client.invoke(get, { path: { id: "a" } }));
    assert.equal(rig.last.path, "/things/a");
  });

  // ---- What comes of it -----------------------------------------------------

  test("results", async () => {
    const { id } = answer(ok('{"id":"x","more":1}'));
    const client = open();
    const params = { path: { id } };
    assert.deepEqual(await client.invoke(get, params), { id: "x" });
    const wrong = answer(ok('{"id":7}'));
    assert.equal(
      spell(await caught(client.invoke(get, { path: { id: wrong.id } }))),
      "bad_reply 0 unknown: result.id: wanted string, got 7 (byte 6)",
    );
    const none = answer("HTTP/1.1 204 No\r\n\r\n");
    assert.equal(
      (await caught(client.invoke(get, { path: { id: none.id } }))).status,
      "bad_reply",
    );
    const text = method("GET", [byId], { result: string }, { text: true });
    const plain = answer(ok("# HELP \xc3\xa9\n"));
    assert.equal(
      await client.invoke(text, { path: { id: plain.id } }),
      "# HELP é\n",
    );
    assert.ok(rig.last.lines.includes("Accept: */*"));
    const bad = answer(ok("\xff"));
    assert.equal(
      spell(await caught(client.invoke(text, { path: { id: bad.id } }))),
      "bad_reply 0 unknown: result: string is not UTF-8 (byte 0)",
    );
    const either = method("GET", [byId], {
      result: { kind: option, name: "Thing", item: () => thing },
    });
    const nil = answer(ok("null"));
    assert.equal(await client.invoke(either, { path: { id: nil.id } }), null);
  });

  test("errors say what the body says", async () => {
    const plain = "Content-Type: text/plain; charset=utf-8\r\n";
    for (const [head, body, want] of [
      ["", '{"detail":"d","message":"m"}', "d"],
      ["", '{"detail":"","message":"m","error":"e"}', "m"],
      ["", ' {"detail":[1],"error":"e","title":"t"}', "e"],
      ["", '{"title":"t"}', "t"],
      ["", '["detail"]', "HTTP 418"],
      ["", '{"detail":"d"', "HTTP 418"],
      ["", "<html>", "HTTP 418"],
      [plain, "  first line \r\nsecond", "first line"],
      [plain, "a".repeat(300), "a".repeat(200)],
      [plain, "", "HTTP 418"],
    ] as const) {
      const { id } = answer(refusal(418, head, body));
      const error = await caught(open().invoke(get, { path: { id } }));
      assert.ok(error instanceof RPCError);
      assert.equal(error.message, want, body);
      assert.equal(error.code, 418);
      assert.equal(error.origin, "reply");
      assert.equal(error.temporary, false);
      assert.equal(Buffer.from(error.http?.body ?? []).toString(), body);
    }
  });

  test("errors have what HTTP says, and declared data", async () => {
    const problem = record("Problem", () => [{ name: "detail", type: string }]);
    const declared = method("GET", [byId], {
      errors: [{ code: 409, text: "taken", data: problem }],
    });
    const body =
      '{"type":"about:x","title":"T","status":409,"detail":"D","instance":"/i"}';
    const head = "X-Request-ID: r1\r\nRetry-After: 7\r\nX-A: b\r\n";
    const { id } = answer(refusal(409, head, body));
    const error = await caught(open().invoke(declared, { path: { id } }));
    assert.deepEqual(error.data, { detail: "D" });
    assert.ok(RPCError.holds(error, 409, problem));
    const { headers, body: raw, ...rest } = error.http ?? assert.fail();
    assert.deepEqual(rest, {
      status: 409,
      type: "about:x",
      title: "T",
      detail: "D",
      instance: "/i",
      requestId: "r1",
      retryAfterMs: 7000,
    });
    assert.deepEqual(headers.at(-1), ["X-A", "b"]);
    assert.equal(Buffer.from(raw).toString(), body);
    const away = answer(refusal(302, "Location: /x\r\n", ""));
    const moved = await caught(open().invoke(get, { path: { id: away.id } }));
    assert.equal(moved.code, 302);
  });
});
