/* url.test.ts: which urls, tokens and options can never work, told when a
 * client is made; and that no error holds a secret. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";

import { writeConnectData } from "../src/client/connect_data.js";
import { BellError, CentrifugoRPCClient } from "../src/index.js";
import { wrongOptions, settle } from "../src/client/options.js";
import { readUrl } from "../src/transport/url.js";

function refused(make: () => unknown): string {
  try {
    make();
  } catch (error) {
    assert.ok(error instanceof BellError, String(error));
    assert.equal(error.status, "invalid");
    assert.equal(error.sent, "no");
    return error.message;
  }
  return assert.fail("it was not refused");
}

const list = new URL(
  "../../../../tests/conformance/urls.list",
  import.meta.url,
);

/** `{x*N}` is N times x; `\n`, `\t`, `\s`, `\b` as in the list. */
function spell(text: string): string {
  return text
    .replaceAll("\\n", "\n")
    .replaceAll("\\t", "\t")
    .replaceAll("\\s", " ")
    .replaceAll("\\b", "\\")
    .replace(/\{x\*(\d+)\}/g, (_, count) => "x".repeat(Number(count)));
}

describe("urls", () => {
  const lines = readFileSync(list, "utf8").split("\n");
  const cases = lines
    .map((line) => /^([^#].*|) (->|!!) (.*)$/.exec(line) ?? [])
    .filter((found) => found.length > 0);

  test("there is a list", () => {
    assert.ok(cases.length >= 50);
  });

  for (const [line = "", text = "", kind = "", want = ""] of cases) {
    const url = spell(text);
    test(line, () => {
      if (kind === "->") {
        assert.equal(readUrl(url).whole, spell(want));
        return;
      }
      const said = refused(() => new CentrifugoRPCClient(url));
      assert.equal(
        said,
        `the url ${want}; it should look like ws://host:8000/path`,
      );
    });
  }

  test("one that is missing", () => {
    const said = refused(() => new CentrifugoRPCClient(""));
    assert.equal(said, "options: url is missing (or set $CENTRIFUGO_URL)");
    const none = undefined as unknown as string;
    assert.match(
      refused(() => new CentrifugoRPCClient(none)),
      /^the url is no text; it should look like/,
    );
  });
});

describe("tokens and options", () => {
  test("a token with a newline is told", () => {
    const said = refused(() => new CentrifugoRPCClient("ws://h", "secret\n"));
    assert.match(said, /the token begins or ends with a space or a newline/);
    assert.ok(!said.includes("secret"));
  });

  test("options that can never work are told", () => {
    const wrong: [object, string][] = [
      [{ mode: "chanel" }, "mode is neither native nor channel"],
      [{ retries: -1 }, "retries is negative"],
      [{ retries: NaN }, "retries is negative"],
      [{ name: "a\ud800" }, "name is not UTF-8"],
      [{ connectDeadlineMs: 0 }, "connectDeadlineMs is not above 0"],
      [{ connectWaitMs: -2 }, "connectWaitMs is negative (-1 means none)"],
      [
        { reconnectMinMs: 2, reconnectMaxMs: 1 },
        "reconnectMinMs is negative or beyond reconnectMaxMs",
      ],
      [{ pingGraceMs: -1 }, "pingGraceMs is negative"],
      ...["http://a\r\nX: 1", " http://a", "http://\u00e9"].map(
        (origin): [object, string] => [
          { origin },
          "origin is not printable ASCII without spaces around it",
        ],
      ),
    ];
    for (const [given, want] of wrong) {
      assert.equal(
        refused(() => new CentrifugoRPCClient("ws://h", "", "", given)),
        `options: ${want}`,
      );
    }
    assert.equal(
      refused(() => new CentrifugoRPCClient("ws://h", "\udc00")),
      "options: the token is not UTF-8",
    );
  });

  test("headers are copied", () => {
    let asked = 0;
    const headers = {
      get "X-Count"() {
        asked++;
        return String(asked);
      },
    };
    const settled = settle({ headers });
    assert.equal(settled.headers?.["X-Count"], "1");
    assert.equal(settled.headers["X-Count"], "1");
  });

  test("what a platform lacks is refused", () => {
    const lacks = ["headers", "origin", "tls"];
    for (const given of [
      { origin: "http://x" },
      { headers: {} },
      { tls: {} },
    ]) {
      const wrong = wrongOptions(settle(given), "", lacks) ?? "";
      assert.match(wrong, /cannot be chosen where the platform opens/);
      assert.equal(wrongOptions(settle(given), "", []), undefined);
    }
  });

  test("origin is given once", () => {
    const given = { origin: "http://a", headers: { ORIGIN: "http://b" } };
    assert.equal(
      refused(() => new CentrifugoRPCClient("ws://h", "", "", given)),
      "options: origin and the header Origin: give one of them",
    );
  });

  test("connect data is written when the client is made", () => {
    const build = { build: 7, at: [1n, undefined, null] };
    const options = settle({ connectData: build });
    assert.deepEqual(writeConnectData(options), [
      '{"build":7,"at":[1,null,null]}',
    ]);
    assert.equal(
      refused(
        () =>
          new CentrifugoRPCClient("ws://h", "", "", {
            connectData: { a: NaN },
          }),
      ),
      "options: the connect data is wrong: JSON has no NaN and no infinity",
    );
  });

  test("limits have C's defaults", () => {
    const settled = settle({});
    assert.equal(settled.callsMax, 1_048_576);
    assert.equal(settled.requestBytesMax, 65_536);
    assert.equal(settled.queueBytesMax, 16 * 2 ** 20);
    assert.equal(settled.messageBytesMax, 64 * 2 ** 20);
    assert.equal(settled.replyBytesMax, 64 * 2 ** 20);
    assert.equal(settled.pingGraceMs, 10_000);
    assert.equal(settled.reconnectMinMs, 500);
    assert.equal(settled.reconnectMaxMs, 20_000);
    assert.equal(settled.connectDeadlineMs, 5000);
    assert.equal(settled.connectWaitMs, 10_000);
    for (const name of ["callsMax", "requestBytesMax", "depthMax"]) {
      const wrong = wrongOptions(settle({ [name]: 0 }), "", []);
      assert.equal(wrong, `${name} is not above 0`);
    }
  });
});
