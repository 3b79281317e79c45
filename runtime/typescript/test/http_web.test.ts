/* http_web.test.ts: exchanges by fetch, as browsers, Bun and Deno have it. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import type { Exchange, Failure, Reply } from "../src/seam/exchange.js";
import { http } from "../src/transport/http_platform_web.js";
import { type Lie, Liar, ok, reset, say } from "./liar.js";
import { wrongRESTOptions, settleREST } from "../src/client/rest_options.js";

const options = {
  ...settleREST({}),
  messageBytesMax: 1000,
};

describe("exchanges by fetch", () => {
  const liar = new Liar();
  const exchanger = http.make(options);

  before(() => liar.open());
  after(() => {
    exchanger.close();
    liar.close();
  });

  function begin(
    path: string,
    lie: Lie,
    replied: (reply: Reply) => void,
    failed: (failure: Failure) => void,
  ): Exchange {
    liar.lies.set(path, lie);
    return exchanger.begin(
      {
        to: { secure: false, authority: liar.url.slice("http://".length) },
        verb: "POST",
        target: path,
        headers: [["X-A", "b"]],
        body: "{}",
      },
      replied,
      failed,
    );
  }

  function play(path: string, lie: Lie): Promise<string> {
    return new Promise((resolve) => {
      begin(
        path,
        lie,
        ({ status, headers, body }) => {
          const said = headers.find(([name]) => name === "x-said")?.[1] ?? "";
          const text = Buffer.from(body).toString();
          resolve(`${status} ${said} ${text}`);
        },
        ({ sent, text }) => {
          resolve(`${sent}: ${text}`);
        },
      );
    });
  }

  test("an answer", async () => {
    const told = await play("/a", say(ok("yes", "X-Said: c\r\n")));
    assert.equal(told, "200 c yes");
    const heard = liar.heard.find(({ path }) => path === "/a");
    assert.equal(heard?.body, "{}");
    assert.ok(heard.lines.some((line) => /^x-a: b$/i.test(line)));
  });

  test("a failed exchange is unknown", async () => {
    assert.equal(
      await play("/b", { answer: reset }),
      "unknown: the exchange failed; the platform does not say why",
    );
  });

  test("a redirect is an answer", async () => {
    const moved = "HTTP/1.1 307 T\r\nLocation: /a\r\nContent-Length: 0\r\n\r\n";
    assert.equal(await play("/c", say(moved)), "307  ");
    assert.equal(liar.count("/c"), 1);
  });

  test("an answer that is too large", async () => {
    assert.equal(
      await play("/d", say(ok("a".repeat(1001)))),
      "unknown: the server's answer is larger than message_bytes_max (1000)",
    );
    assert.equal(
      await play("/d", say(ok("a".repeat(1000)))),
      `200  ${"a".repeat(1000)}`,
    );
  });

  test("a cancelled exchange tells nothing", async () => {
    const never = () => assert.fail("nothing is told");
    const exchange = begin("/e", {}, never, never);
    assert.equal(exchange.sent, "unknown");
    while (liar.count("/e") === 0) {
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    exchange.cancel();
    await new Promise((resolve) => setTimeout(resolve, 10));
  });

  test("options that fetch lacks are refused", () => {
    for (const given of [
      { connectDeadlineMs: 1 },
      { connectionsMax: 1 },
      { idleMax: 1 },
      { idleMs: 1 },
      { headBytesMax: 1 },
      { gzip: true },
      { inflatedBytesMax: 1 },
      { proxy: "http://p" },
      { tls: {} },
      { userAgent: "a" },
    ]) {
      const [name] = Object.keys(given);
      assert.equal(
        wrongRESTOptions(settleREST(given), given, http),
        `${name} cannot be chosen where the platform makes requests`,
      );
    }
    const given = { redirectsMax: 1, tls: undefined };
    assert.equal(
      wrongRESTOptions(settleREST({ redirectsMax: 1 }), given as object, http),
      undefined,
    );
  });
});
