/* url.test.ts: which urls, tokens and options can never work, told when a
 * client is made; and that no error holds a secret. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";

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

const LIKE = "; it should look like ws://host:8000/connection/websocket";

describe("urls", () => {
  const good = [
    ["ws://h", "ws://h/connection/websocket"],
    ["WSS://h:443?a=b", "wss://h:443/connection/websocket?a=b"],
    ["http://h:8000", "ws://h:8000/connection/websocket"],
    ["HTTPS://h/x/y?q=%20", "wss://h/x/y?q=%20"],
    ["ws://h/", "ws://h/"],
    ["ws://[::1]:8000/x", "ws://[::1]:8000/x"],
  ] as const;
  for (const [given, dialed] of good) {
    test(`${given} is dialed as ${dialed}`, () => {
      assert.equal(readUrl(given).whole, dialed);
    });
  }

  const bad = [
    ["", "does not begin with ws:// or wss://"],
    ["ftp://h", "does not begin with ws:// or wss://"],
    ["h:8000", "does not begin with ws:// or wss://"],
    ["ws://", "has no host"],
    ["ws://[]:1", "has no host"],
    ["ws://[::1", "has a [ without a ]"],
    ["ws://h:0", "has a port that is not 1 to 65535"],
    ["ws://h:65536", "has a port that is not 1 to 65535"],
    ["ws://h:x", "has a port that is not 1 to 65535"],
    ["ws://user:secret@h", "has a user in it (give a token instead)"],
    ["ws://h/#secret", "has a fragment (#)"],
    ["ws://h/secret\n", "begins or ends with a space or a newline: trim it"],
    [" ws://h", "begins or ends with a space or a newline: trim it"],
    ["ws://h/%zz", "has a % without two hex digits (write it as %25)"],
    [`ws://${"h".repeat(254)}`, "has a host longer than 253 bytes"],
    [`ws://h/${"x".repeat(2048)}`, "is longer than 2048 bytes"],
  ] as const;
  for (const [given, why] of bad) {
    test(`${JSON.stringify(given.slice(0, 30))} ${why}`, () => {
      const said = refused(() => new CentrifugoRPCClient(given));
      assert.equal(said, `the url ${why}${LIKE}`);
      assert.ok(!said.includes("secret"));
    });
  }
});

describe("tokens and options", () => {
  test("a token with a newline is told", () => {
    const said = refused(() => new CentrifugoRPCClient("ws://h", "secret\n"));
    assert.match(said, /the token begins or ends with a space or a newline/);
    assert.ok(!said.includes("secret"));
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
