/* rest_tries.test.ts: calls of `rest` by RESTClient: when they are sent again,
 * where to, with which token, and how they end. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import {
  BellError,
  type LogRecord,
  type Metric,
  RESTClient,
  UnauthorizedError,
} from "../src/index.js";
import { Liar, ok, reset, say, sayThen } from "./liar.js";
import {
  byId,
  caught,
  get,
  method,
  quick,
  refusal,
  RestRig,
  spell,
  thing,
} from "./rest_rig.js";

describe("calls of rest", () => {
  const rig = new RestRig();
  const { liar } = rig;
  const open = rig.open.bind(rig);
  const answer = rig.answer.bind(rig);

  before(() => liar.open());
  after(() => {
    rig.close();
  });

  // ---- Further tries --------------------------------------------------------

  const busy = (status: number) => refusal(status, "", "");
  const good = ok('{"id":"x"}');

  test("what is tried again", async () => {
    for (const first of [429, 502, 503, 504]) {
      const { id, path } = answer(busy(first), good);
      await open().invoke(get, { path: { id } });
      assert.equal(liar.count(path), 2, `${first}`);
    }
    for (const only of [400, 401, 404, 408, 425, 500, 501]) {
      const { id, path } = answer(busy(only), good);
      const error = await caught(open().invoke(get, { path: { id } }));
      assert.equal(error.code, only);
      assert.equal(error.temporary, only === 408 || only === 425);
      assert.equal(liar.count(path), 1, `${only}`);
    }
    const broken = answer({ answer: reset }, { answer: reset }, good);
    await open().invoke(get, { path: { id: broken.id } });
    assert.equal(liar.count(broken.path), 3);
  });

  test("what is not idempotent is sent once", async () => {
    const create = method("POST", [byId]);
    for (const lie of [busy(503), { answer: reset }, sayThen("HTTP", reset)]) {
      const { id, path } = answer(lie, good);
      const error = await caught(open().invoke(create, { path: { id } }));
      assert.equal(error.sent, "unknown");
      assert.equal(liar.count(path), 1);
    }
    const named = method("POST", [byId], { idempotent: true });
    const { id, path } = answer(busy(503), good);
    await open().invoke(named, { path: { id } });
    assert.equal(liar.count(path), 2);
  });

  test("how often, by option and by call", async () => {
    for (const [options, retries, want] of [
      [{}, undefined, 4],
      [{ restRetries: 1 }, undefined, 2],
      [{ restRetries: -1 }, undefined, 1],
      [{}, 2, 3],
      [{}, -1, 1],
    ] as const) {
      const { id, path } = answer(busy(503));
      const how = retries === undefined ? {} : { retries };
      const call = open("", options).invoke(get, { path: { id } }, how);
      assert.equal((await caught(call)).code, 503);
      assert.equal(liar.count(path), want);
    }
  });

  test("a budget for all calls", async () => {
    const client = open("", { retryBudget: 25, restRetries: 10 });
    const { id, path } = answer(busy(503));
    await caught(client.invoke(get, { path: { id } }));
    assert.equal(liar.count(path), 3);
    await caught(client.invoke(get, { path: { id } }));
    assert.equal(liar.count(path), 4, "5 are left");
    const fine = answer(good);
    for (let i = 0; i < 5; i++) {
      await client.invoke(get, { path: { id: fine.id } });
    }
    await caught(client.invoke(get, { path: { id } }));
    assert.equal(liar.count(path), 6, "5 came back");
    const free = open("", { retryBudget: -1, restRetries: 12 });
    await caught(free.invoke(get, { path: { id } }));
    assert.equal(liar.count(path), 19);
  });

  test("Retry-After is waited for, or the call ends at once", async () => {
    const later = refusal(503, "Retry-After: 0\r\n", "");
    const { id } = answer(later, good);
    const began = performance.now();
    await open().invoke(get, { path: { id } });
    assert.ok(performance.now() - began >= 99, "100 ms at least");
    for (const said of ["60", new Date(Date.now() + 60_000).toUTCString()]) {
      const head = `Retry-After: ${said}\r\n`;
      const far = answer(refusal(503, head, ""), good);
      const call = open().invoke(
        get,
        { path: { id: far.id } },
        { deadlineMs: 20_000 },
      );
      const error = await caught(call);
      assert.equal(error.code, 503);
      assert.ok((error.http?.retryAfterMs ?? 0) > 50_000);
      assert.equal(liar.count(far.path), 1);
    }
  });

  test("a connection that cannot be made", async () => {
    const closed = await new Liar().open();
    const { url } = closed;
    closed.close();
    const logged: LogRecord[] = [];
    const log = (line: LogRecord) => logged.push(line);
    const error = await caught(
      open("", { log }, url).invoke(method("POST", []), undefined),
    );
    const place = url.slice(7);
    const why = `cannot connect to ${place}: Connection refused`;
    assert.equal(
      spell(error),
      `disconnected 0 no: things.post: it was not sent: ${why}`,
    );
    const tries = logged.filter(({ event }) => event === "lost");
    assert.equal(tries.length, 3, "a POST that was not sent is tried again");
  });

  // ---- Ends -----------------------------------------------------------------

  test("deadlines and cancels say whether it was sent", async () => {
    const { id, path } = answer({});
    const client = open();
    const params = { path: { id } };
    assert.equal(
      spell(await caught(client.invoke(get, params, { deadlineMs: 30 }))),
      "deadline 0 unknown: things.get: no reply within 30 ms",
    );
    const ends = new AbortController();
    const call = client.invoke(get, params, { signal: ends.signal });
    while (liar.count(path) < 2) {
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    ends.abort(new Error("enough"));
    const error = await caught(call);
    assert.equal(spell(error), "cancelled 0 unknown: things.get was cancelled");
    assert.equal((error.cause as Error).message, "enough");
    const early = client.invoke(get, params, { signal: ends.signal });
    assert.equal((await caught(early)).sent, "no");
    const waiting = answer(refusal(503, "Retry-After: 10\r\n", ""));
    const soon = new AbortController();
    const wait = client.invoke(
      get,
      { path: { id: waiting.id } },
      { signal: soon.signal },
    );
    while (liar.count(waiting.path) < 1) {
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    setTimeout(() => {
      soon.abort();
    }, 20);
    assert.equal((await caught(wait)).status, "cancelled");
  });

  test("close() ends calls, and there are none behind it", async () => {
    const { id } = answer({});
    const client = open();
    const call = client.invoke(get, { path: { id } });
    client.close();
    assert.equal(
      spell(await caught(call)),
      "closed 0 no: things.get: the client was closed",
    );
    assert.equal(
      spell(await caught(client.invoke(get, { path: { id } }))),
      "closed 0 no: the client is closed",
    );
  });

  test("limits", async () => {
    const create = method("POST", [{ name: "body", type: thing }]);
    const small = open("", {
      requestBytesMax: 10,
      replyBytesMax: 9,
      callsMax: 1,
    });
    const { id } = answer(good);
    assert.equal(
      spell(await caught(small.invoke(get, { path: { id } }))),
      "limit 0 unknown: the reply is larger than reply_bytes_max",
    );
    assert.equal(
      spell(await caught(small.invoke(create, { body: { id: "xy" } }))),
      "limit 0 no: request_bytes_max (10) is reached: nothing was sent",
    );
    const first = small.invoke(get, { path: { id } });
    assert.equal(
      spell(await caught(small.invoke(get, { path: { id } }))),
      "limit 0 no: calls_max (1) is reached: nothing was sent",
    );
    assert.equal((await caught(first)).status, "limit");
  });

  // ---- Redirects ------------------------------------------------------------

  function moved(status: number, location: string): string {
    return refusal(status, `Location: ${location}\r\n`, "");
  }

  test("307 and 308 are followed, with method and body", async () => {
    const create = method(
      "POST",
      [byId, { name: "body", type: thing }],
      {},
      { bearer: true },
    );
    const there = answer(good);
    for (const status of [307, 308]) {
      const { id } = answer(moved(status, `../things/${there.id}`));
      const client = open("secret", { headers: { "X-Extra": "1" } });
      await client.invoke(create, { path: { id }, body: { id: "b" } });
      const { lines, body, path } = rig.last;
      assert.equal(path, there.path);
      assert.equal(lines[0], `POST ${there.path} HTTP/1.1`);
      assert.equal(body, '{"id":"b"}');
      assert.ok(lines.includes("Authorization: Bearer secret"));
      assert.ok(lines.includes("X-Extra: 1"));
    }
  });

  test("credentials stay with their origin", async () => {
    const other = await new Liar().open();
    other.lies.set("/x?y=1", say(good));
    const { id } = answer(moved(307, `${other.url}/x?y=1`));
    const bearer = method("GET", [byId], {}, { bearer: true });
    const client = open("secret", { headers: { Cookie: "c" } });
    await client.invoke(bearer, { path: { id } });
    const { lines } = other.heard.at(-1) ?? assert.fail();
    assert.deepEqual(lines, [
      "GET /x?y=1 HTTP/1.1",
      `Host: ${other.url.slice(7)}`,
      "User-Agent: bellpull/0.1.0",
      "Accept: application/json",
    ]);
    other.close();
  });

  test("redirects have an end", async () => {
    for (const [options, want] of [
      [{}, 6],
      [{ redirectsMax: 1 }, 2],
      [{ redirectsMax: -1 }, 1],
    ] as const) {
      const around = answer(moved(308, `/things/${rig.next}`));
      const client = open("", options);
      const call = client.invoke(get, { path: { id: around.id } });
      assert.equal((await caught(call)).code, 308);
      assert.equal(liar.count(around.path), want);
    }
  });

  // ---- Tokens ---------------------------------------------------------------

  test("a token is asked for once, and again where it is refused", async () => {
    const bearer = method("GET", [byId], {}, { bearer: true });
    const { id, path } = answer(good, good, good, busy(401), good);
    let asked = 0;
    const client = new RESTClient(liar.url, () => `t${++asked}`, quick);
    const params = { path: { id } };
    await Promise.all([
      client.invoke(bearer, params),
      client.invoke(bearer, params),
    ]);
    await client.invoke(bearer, params);
    assert.equal(asked, 1);
    // Once more with another one.
    await client.invoke(bearer, params);
    assert.equal(asked, 2);
    assert.ok(rig.last.lines.includes("Authorization: Bearer t2"));
    assert.equal(liar.count(path), 5);
    const free = answer(good);
    await client.invoke(get, { path: { id: free.id } });
    const shown = rig.last.lines.filter((line) => /^auth/i.test(line));
    assert.deepEqual(shown, [], "only where the schema says bearer");
    client.close();
  });

  test("a token that is not to be had", async () => {
    const bearer = method("GET", [byId], {}, { bearer: true });
    for (const [token, said, want] of [
      [
        () => Promise.reject(new Error("away")),
        "no token: away",
        "deadline 0 no: things.get: no token came within 40 ms",
      ],
      [
        () => Promise.reject(new UnauthorizedError("who?")),
        "no token: not authorized: who?",
        "terminal 0 no: things.get: it was not sent: no token: not " +
          "authorized: who?",
      ],
      [
        () => "t\r\nX-Evil: 1",
        "no token: the token is not printable ASCII without spaces",
        "deadline 0 no: things.get: no token came within 40 ms",
      ],
    ] as const) {
      const heard: string[] = [];
      const client = new RESTClient(liar.url, token, {
        reconnectMinMs: 5,
        log: ({ level, text }) => {
          if (level === "warn") {
            heard.push(text);
          }
        },
      });
      const params = { path: { id: "a" } };
      const call = client.invoke(bearer, params, { deadlineMs: 40 });
      assert.equal(spell(await caught(call)), want);
      assert.ok(heard.includes(said), heard.join());
      client.close();
    }
  });

  test("a token is asked for again, and one that is set ends the waiting", async () => {
    const bearer = method("GET", [byId], {}, { bearer: true });
    const { id } = answer(good);
    let asked = 0;
    const client = new RESTClient(
      liar.url,
      () => {
        asked++;
        throw new Error("away");
      },
      { reconnectMinMs: 1, reconnectMaxMs: 1 },
    );
    const call = client.invoke(bearer, { path: { id } });
    while (asked < 3) {
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    client.setToken("t9");
    await call;
    assert.ok(rig.last.lines.includes("Authorization: Bearer t9"));
    const before = asked;
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(asked, before, "nobody wants another one");
    client.close();
  });

  test("tokens by role, and when they expire", () => {
    const client = open("t0");
    assert.equal(client.isAuthenticated(), true);
    assert.equal(client.tokenExpires(), null);
    // {"exp":4102444800}
    client.setToken("e30.eyJleHAiOjQxMDI0NDQ4MDB9.c2ln", "admin");
    assert.equal(
      client.tokenExpires("admin")?.toISOString(),
      "2100-01-01T00:00:00.000Z",
    );
    assert.throws(
      () => {
        client.setToken("a b", "admin");
      },
      { message: "the token is not printable ASCII without spaces" },
    );
    assert.equal(client.isAuthenticated("admin"), true);
    client.setToken(null, "admin");
    assert.equal(client.isAuthenticated("admin"), false);
    assert.equal(client.isAuthenticated("nobody"), false);
  });

  test("another server's 401 is not about the token", async () => {
    const other = await new Liar().open();
    other.lies.set("/x", say("HTTP/1.1 401 U\r\nContent-Length: 0\r\n\r\n"));
    const { id } = answer(moved(307, `${other.url}/x`), good);
    const bearer = method("GET", [byId], {}, { bearer: true });
    let asked = 0;
    const client = new RESTClient(liar.url, () => `t${++asked}`, quick);
    const params = { path: { id } };
    assert.equal((await caught(client.invoke(bearer, params))).code, 401);
    await client.invoke(bearer, params);
    assert.equal(asked, 1);
    client.close();
    other.close();
  });

  test("a token from a reply is shown from then on", async () => {
    const login = method("POST", [byId], {}, { sets: { "": "id" } });
    const bearer = method("GET", [byId], {}, { bearer: true });
    const { id } = answer(good);
    const client = open();
    await client.invoke(bearer, { path: { id } });
    assert.ok(!rig.last.lines.some((line) => /^auth/i.test(line)));
    await client.invoke(login, { path: { id } });
    await client.invoke(bearer, { path: { id } });
    assert.ok(rig.last.lines.includes("Authorization: Bearer x"));
  });

  // ---- What is told ---------------------------------------------------------

  test("log and metrics, and never a token", async () => {
    const lines: string[] = [];
    const metrics: Metric[] = [];
    const client = open("secret", {
      log: ({ level, event, text, method: name = "" }) => {
        const words = text.replace(/[\d.]+ ms/, "N ms");
        lines.push(`${level} ${event} ${name}: ${words}`);
      },
      metrics: (metric) => metrics.push(metric),
    });
    const { id } = answer(good, refusal(404, "", ""));
    const bearer = method("GET", [byId], {}, { bearer: true });
    await client.invoke(bearer, { path: { id } });
    await caught(client.invoke(bearer, { path: { id } }));
    client.close();
    await new Promise((resolve) => setTimeout(resolve, 1));
    assert.deepEqual(lines, [
      "debug call things.get: call, 0 bytes of params",
      "debug reply things.get: reply, 10 bytes in N ms",
      "debug call things.get: call, 0 bytes of params",
      "warn error things.get: refused after N ms: HTTP 404",
      "info closed : closed",
    ]);
    assert.deepEqual(
      metrics.map((metric) => [
        metric.kind,
        metric.kind === "end" ? metric.status : "",
      ]),
      [
        ["call", ""],
        ["end", "ok"],
        ["call", ""],
        ["end", "refused"],
      ],
    );
  });

  test("options that can never work", () => {
    const belongs = "it belongs to the request itself";
    for (const [options, want] of [
      [{ connectionsMax: 0 }, "connectionsMax is not above 0"],
      [{ idleMax: -1 }, "idleMax is negative"],
      [{ redirectsMax: -2 }, "redirectsMax is negative (-1 means none)"],
      [{ restRetries: NaN }, "restRetries is negative (-1 means none)"],
      [
        { retryMinMs: 3, retryMaxMs: 2 },
        "retryMinMs is negative or beyond retryMaxMs",
      ],
      [
        { urls: ["http://a", "b"] },
        "urls[1]: the url does not begin with ws://, wss://, http:// or https://; it should look like http://host:8000",
      ],
      [
        { urls: new Array(64).fill("http://a") },
        "urls is no list, or has more than 63",
      ],
      [{ urls: "http://a" as never }, "urls is no list, or has more than 63"],
      [{ urlRestMs: -1 }, "urlRestMs is negative"],
      [{ cacheMs: -1 }, "cacheMs is negative"],
      [{ cacheBytesMax: 0 }, "cacheBytesMax is not above 0"],
      [
        { proxy: "socks://a" },
        "the proxy's url does not begin with http://; it should look like http://[user:password@]host:port",
      ],
      [
        { userAgent: "" },
        "userAgent is not printable ASCII without spaces around it",
      ],
      [{ headers: { Host: "a" } }, `header Host: ${belongs}`],
      [{ headers: { "content-type": "a" } }, `header content-type: ${belongs}`],
      [
        { headers: { "Proxy-Authorization": "a" } },
        `header Proxy-Authorization: ${belongs}`,
      ],
    ] as const) {
      assert.throws(
        () => new RESTClient("http://h", "", options),
        new BellError("invalid", `options: ${want}`, { sent: "no" }),
      );
    }
    for (const [url, want] of [
      ["", "options: url is missing"],
      [
        "ftp://h",
        "the url does not begin with ws://, wss://, http:// or https://; it should look like http://host:8000",
      ],
      [
        "http://h?a",
        "the url has a query (?); it should look like http://host:8000",
      ],
    ] as const) {
      assert.throws(() => new RESTClient(url), { message: want });
    }
  });
});
