/* http.test.ts: exchanges in Node against a server that lies: what is written
 * once is written once, what is said to be not sent was not, and no answer is
 * taken that can be read in two ways. */
import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { after, before, describe, test } from "node:test";

import type { Failure, Reply } from "../src/seam/exchange.js";
import type { HttpOptions } from "../src/transport/http.js";
import { NodeHttp } from "../src/transport/http_node.js";
import { bytewise, type Lie, Liar, ok, reset, say, sayThen } from "./liar.js";

const options: HttpOptions = {
  connectDeadlineMs: 5000,
  connectionsMax: 100,
  idleMax: 20,
  idleMs: 4000,
  headBytesMax: 4096,
  messageBytesMax: 100_000,
  gzip: false,
};

const BODY = '{"name":"b"}';
const END = (socket: { end(): unknown }) => {
  socket.end();
};
const HEAD = "HTTP/1.1 200 OK\r\n";

interface Told {
  readonly reply?: Reply;
  readonly failure?: Failure;
}

/** Makes a request; what came of it. */
function play(
  http: NodeHttp,
  url: string,
  path: string,
  verb = "POST",
  body: string | undefined = BODY,
): Promise<Told> {
  return new Promise((resolve) => {
    http.begin(
      {
        to: { secure: false, authority: url.slice("http://".length) },
        verb,
        target: path,
        headers: [
          ["Host", "h"],
          ["Content-Length", String(body.length)],
        ],
        body,
      },
      (reply) => {
        resolve({ reply });
      },
      (failure) => {
        resolve({ failure });
      },
    );
  });
}

function spell({ reply, failure }: Told): string {
  return reply === undefined
    ? `${failure?.sent}: ${failure?.text}`
    : `${reply.status}: ${Buffer.from(reply.body).toString()}`;
}

const NO_ANSWER = "unknown: the server ended the connection without an answer";
const CUT = "unknown: the server ended the connection within its answer";
const BROKEN = "unknown: the connection broke: Connection reset by peer";
const NOT_HTTP = "unknown: the server's answer is not HTTP/1.1: ";

/** What the server does with a request, and what is told. */
const faults: readonly [string, Lie, string | readonly string[]][] = [
  ["ended at the head", { atHead: END }, NO_ANSWER],
  ["broken off at the head", { atHead: reset }, BROKEN],
  ["ended after all", { answer: END }, NO_ANSWER],
  ["broken off after all", { answer: reset }, BROKEN],
  ["a part of a status, ended", sayThen("HTTP/1.1 2", END), CUT],
  [
    "a part of a status, broken off",
    sayThen("HTTP/1.1 2", reset),
    [BROKEN, CUT],
  ],
  ["a cut head", sayThen(`${HEAD}Content-`, END), CUT],
  ["100 and the end", sayThen("HTTP/1.1 100 Continue\r\n\r\n", END), CUT],
  ["a cut body", sayThen(`${HEAD}Content-Length: 100\r\n\r\nhalf`, END), CUT],
  [
    "a body broken off",
    sayThen(`${HEAD}Content-Length: 100\r\n\r\nhalf`, reset),
    // What breaks with the last bytes is heard as an end.
    [BROKEN, CUT],
  ],
  [
    "an early answer",
    {
      atHead: (socket) => {
        socket.end(
          "HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n" +
            "Connection: close\r\n\r\nbig",
        );
      },
    },
    "413: big",
  ],
  [
    "100 before the answer",
    say("HTTP/1.1 100 C\r\n\r\n", ok("yes")),
    "200: yes",
  ],
  ["an answer in bytes", bytewise(ok("yes")), "200: yes"],
];

/** Answers, and what is said of them. */
const lies: readonly [string, string, string][] = [
  [
    "two lengths",
    "Content-Length: 3\r\nContent-Length: 8\r\n\r\nabcdefgh",
    `${NOT_HTTP}it has two different Content-Lengths`,
  ],
  [
    "a list of lengths",
    "Content-Length: 3, 8\r\n\r\nabcdefgh",
    `${NOT_HTTP}it has a Content-Length that is not a number`,
  ],
  [
    "a negative length",
    "Content-Length: -3\r\n\r\nabc",
    `${NOT_HTTP}it has a Content-Length that is not a number`,
  ],
  [
    "a length with +",
    "Content-Length: +3\r\n\r\nabcdef",
    `${NOT_HTTP}it has a Content-Length that is not a number`,
  ],
  [
    "a length with letters",
    "Content-Length: 3abc\r\n\r\nabcdef",
    `${NOT_HTTP}it has a Content-Length that is not a number`,
  ],
  [
    "a length beyond all",
    "Content-Length: 99999999999999999999\r\n\r\nabc",
    `${NOT_HTTP}it has a Content-Length that is not a number`,
  ],
  [
    "a length and chunks",
    "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n0\r\n\r\n",
    `${NOT_HTTP}it has both Content-Length and Transfer-Encoding`,
  ],
  [
    "chunks and a length",
    "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n5\r\nabcde\r\n0\r\n\r\n",
    `${NOT_HTTP}it has both Content-Length and Transfer-Encoding`,
  ],
  [
    "an unknown encoding",
    "Transfer-Encoding: banana\r\n\r\nabc",
    `${NOT_HTTP}it has a Transfer-Encoding other than chunked`,
  ],
  [
    "gzip and chunks",
    "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    `${NOT_HTTP}it has a Transfer-Encoding other than chunked`,
  ],
  [
    "a huge chunk",
    "Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFFF\r\nabc",
    `${NOT_HTTP}a chunk has no size`,
  ],
  [
    "a chunk without a size",
    "Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n",
    `${NOT_HTTP}a chunk has no size`,
  ],
  [
    "a chunk that is too long",
    "Transfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n0\r\n\r\n",
    `${NOT_HTTP}a chunk is longer than its size`,
  ],
  [
    "a name without a colon",
    "garbage line\r\nContent-Length: 2\r\n\r\nok",
    `${NOT_HTTP}a header line is not a name, a colon and a value`,
  ],
  [
    "a space before a colon",
    "Content-Length : 2\r\n\r\nok",
    `${NOT_HTTP}a header line is not a name, a colon and a value`,
  ],
  [
    "a NUL",
    "X: a\0b\r\nContent-Length: 2\r\n\r\nok",
    `${NOT_HTTP}a line has a control character`,
  ],
  [
    "a folded line",
    "X: a\r\n b\r\nContent-Length: 2\r\n\r\nok",
    `${NOT_HTTP}a line is folded`,
  ],
  [
    "a bare LF",
    "Content-Length: 2\n\nok",
    `${NOT_HTTP}a line does not end with CR LF`,
  ],
  [
    "a body that is encoded",
    "Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\nok",
    `${NOT_HTTP}it has a Content-Encoding that was not asked for`,
  ],
  [
    "a length beyond what is taken",
    "Content-Length: 100001\r\n\r\nab",
    "unknown: the server's answer is larger than message_bytes_max (100000)",
  ],
];

const NO_STATUS = `${NOT_HTTP}the first line is not an HTTP/1 status line`;

/** First lines. */
const statuses: readonly [string, string][] = [
  ["hello, I am not HTTP\n", NO_STATUS],
  ["HTTP/2 200\r\nContent-Length: 2\r\n\r\nok", NO_STATUS],
  ["HTTP/9.9 200 OK\r\nContent-Length: 2\r\n\r\nok", NO_STATUS],
  ["HTTP/1.1 abc OK\r\nContent-Length: 2\r\n\r\nok", NO_STATUS],
  ["HTTP/1.1 000 OK\r\nContent-Length: 2\r\n\r\nok", NO_STATUS],
  ["HTTP/1.1 2000 OK\r\nContent-Length: 2\r\n\r\nok", NO_STATUS],
  [
    "HTTP/1.1 200 OK\nContent-Length: 2\n\nok",
    `${NOT_HTTP}a line does not end with CR LF`,
  ],
  [
    "HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\nxyz",
    `${NOT_HTTP}it has the status 101, which was not asked for`,
  ],
  [
    "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    `${NOT_HTTP}it has a Transfer-Encoding, which HTTP/1.0 does not know`,
  ],
];

/** What never ends, and where it is cut off. */
const floods: readonly [string, string, string, string][] = [
  [
    "heads",
    HEAD,
    `X-A: ${"a".repeat(100)}\r\n`,
    "unknown: the head of the server's answer is larger than head_bytes_max (4096)",
  ],
  [
    "one line",
    `${HEAD}X: `,
    "a".repeat(1000),
    "unknown: the head of the server's answer is larger than head_bytes_max (4096)",
  ],
  [
    "1xx",
    "",
    "HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n",
    `${NOT_HTTP}it has more than 8 heads with a status below 200`,
  ],
  [
    "a body",
    `${HEAD}Content-Type: x\r\n\r\n`,
    "b".repeat(60_000),
    "unknown: the server's answer is larger than message_bytes_max (100000)",
  ],
  [
    "chunks",
    `${HEAD}Transfer-Encoding: chunked\r\n\r\n`,
    `8000\r\n${"b".repeat(32_768)}\r\n`,
    "unknown: the server's answer is larger than message_bytes_max (100000)",
  ],
  [
    "an extension of a chunk",
    `${HEAD}Transfer-Encoding: chunked\r\n\r\n5;`,
    "e".repeat(10_000),
    `${NOT_HTTP}a line between or behind its chunks is too long`,
  ],
  [
    "trailers",
    `${HEAD}Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n`,
    `X-T: ${"t".repeat(1000)}\r\n`,
    `${NOT_HTTP}the headers behind its chunks are too long`,
  ],
];

describe("exchanges in Node", () => {
  const liar = new Liar();
  const http = new NodeHttp(options);
  let paths = 0;

  before(() => liar.open());
  after(() => {
    http.close();
    liar.close();
  });

  /** A path of its own, with that lie. */
  function lie(what: Lie): string {
    const path = `/${++paths}`;
    liar.lies.set(path, what);
    return path;
  }

  for (const [name, what, want] of faults) {
    for (const kept of [false, true]) {
      test(`${name}, ${kept ? "kept" : "new"} line`, async () => {
        const own = new NodeHttp(options);
        const path = lie(what);
        if (kept) {
          await play(own, liar.url, "/warm");
        }
        const connections = liar.sockets.length;
        const told = spell(await play(own, liar.url, path));
        assert.equal(liar.count(path), 1, "one copy went out");
        assert.equal(liar.sockets.length - connections, kept ? 0 : 1);
        assert.ok([want].flat().includes(told), told);
        own.close();
      });
    }
  }

  test("answers that can be read in two ways", async () => {
    for (const [name, bytes, want] of lies) {
      const path = lie(say(HEAD + bytes));
      assert.equal(spell(await play(http, liar.url, path)), want, name);
      assert.equal(liar.count(path), 1, name);
    }
  });

  test("what is no answer", async () => {
    for (const [bytes, want] of statuses) {
      const path = lie(say(bytes));
      assert.equal(spell(await play(http, liar.url, path)), want, bytes);
    }
  });

  test("the same byte by byte", async () => {
    for (const [bytes, want] of statuses) {
      const path = lie(bytewise(bytes));
      assert.equal(spell(await play(http, liar.url, path)), want, bytes);
    }
  });

  for (const [name, begin, more, want] of floods) {
    test(`endless: ${name}`, async () => {
      const path = lie({
        answer: (socket) => {
          socket.write(begin);
          const pour = () => {
            while (!socket.destroyed && socket.write(more)) {
              // until it is full
            }
          };
          socket.on("drain", pour);
          pour();
        },
      });
      assert.equal(spell(await play(http, liar.url, path)), want);
    });
  }

  const kept: readonly [string, string, boolean][] = [
    ["a whole answer", ok("yes"), true],
    ["204", "HTTP/1.1 204 No\r\n\r\n", true],
    [
      "chunks",
      `${HEAD}Transfer-Encoding: chunked\r\n\r\n3\r\nyes\r\n0\r\n\r\n`,
      true,
    ],
    [
      "the same length twice",
      `${HEAD}Content-Length: 3\r\nContent-Length: 3\r\n\r\nyes`,
      true,
    ],
    ["404", "HTTP/1.1 404 No\r\nContent-Length: 2\r\n\r\nno", true],
    ["500", "HTTP/1.1 500 No\r\nContent-Length: 2\r\n\r\nno", false],
    ["Connection: close", ok("yes", "Connection: close\r\n"), false],
    ["HTTP/1.0", "HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\nyes", false],
    [
      "HTTP/1.0 that says keep-alive",
      "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 3\r\n\r\nyes",
      false,
    ],
    ["bytes behind it", ok("yes") + "more", false],
    ["another answer behind it", ok("yes") + ok("evil"), false],
    [
      "a part of one behind chunks",
      `${HEAD}Transfer-Encoding: chunked\r\n\r\n3\r\nyes\r\n0\r\n\r\nHTTP/1.1 2`,
      false,
    ],
    [
      "a body of 204",
      "HTTP/1.1 204 No\r\nContent-Length: 5\r\n\r\nabcde",
      false,
    ],
    ["Keep-Alive: timeout=1", ok("yes", "Keep-Alive: timeout=1\r\n"), false],
    ["Keep-Alive: timeout=30", ok("yes", "Keep-Alive: timeout=30\r\n"), true],
  ];

  for (const [name, bytes, isKept] of kept) {
    test(`a line is ${isKept ? "" : "not "}kept: ${name}`, async () => {
      const own = new NodeHttp(options);
      const path = lie(say(bytes));
      const connections = liar.sockets.length;
      const first = spell(await play(own, liar.url, path));
      const next = spell(await play(own, liar.url, "/next"));
      own.close();
      assert.equal(next, "200: {}", first);
      assert.equal(liar.sockets.length - connections, isKept ? 1 : 2, first);
    });
  }

  test("the end of the connection ends a body", async () => {
    const path = lie(sayThen(`${HEAD}\r\nabc`, END));
    assert.equal(spell(await play(http, liar.url, path)), "200: abc");
  });

  test("a body that was broken off is not whole", async () => {
    const later = lie(sayThen(`${HEAD}\r\nabc`, reset));
    assert.equal(spell(await play(http, liar.url, later)), BROKEN);
    const atOnce = lie({
      answer: (socket) => {
        socket.write(`${HEAD}\r\nabc`, () => {
          reset(socket);
        });
      },
    });
    for (let i = 0; i < 10; i++) {
      assert.equal(spell(await play(http, liar.url, atOnce)), BROKEN);
    }
  });

  test("a stale line is replaced, and nothing went over it", async () => {
    for (const end of [END, reset, say(ok("evil")).answer]) {
      const own = new NodeHttp(options);
      await play(own, liar.url, "/warm");
      const socket = liar.sockets.at(-1);
      assert.ok(socket !== undefined && end !== undefined);
      end(socket, {
        connection: 0,
        lines: [],
        path: "",
        body: "",
        whole: true,
      });
      // Nothing lets the client look before its next request.
      const until = performance.now() + 20;
      while (performance.now() < until) {
        // busy
      }
      const path = lie(say(ok("yes")));
      assert.equal(spell(await play(own, liar.url, path)), "200: yes");
      assert.equal(liar.count(path), 1);
      own.close();
    }
  });

  test("what is certainly not sent", async () => {
    const closed = await new Liar().open();
    const { url } = closed;
    closed.close();
    const authority = url.slice("http://".length);
    assert.equal(
      spell(await play(http, url, "/")),
      `no: cannot connect to ${authority}: Connection refused`,
    );
    const unknown = await play(http, "http://no.such.invalid", "/");
    assert.equal(unknown.failure?.sent, "no");
    const silent = await new Liar().open();
    const secret = new NodeHttp({ ...options, connectDeadlineMs: 50 });
    const late = await new Promise<Failure>((resolve) => {
      secret.begin(
        {
          to: { secure: true, authority: silent.url.slice(7) },
          verb: "GET",
          target: "/",
          headers: [],
          body: undefined,
        },
        () => undefined,
        resolve,
      );
    });
    assert.equal(late.sent, "no");
    secret.close();
    silent.close();
  });

  test("as many connections as are allowed", async () => {
    const own = new NodeHttp({ ...options, connectionsMax: 2, idleMax: 1 });
    const path = lie({
      answer: (socket) => {
        setTimeout(() => socket.write(ok()), 5);
      },
    });
    const connections = liar.sockets.length;
    const all = Array.from({ length: 8 }, () => play(own, liar.url, path));
    for (const told of await Promise.all(all)) {
      assert.equal(spell(told), "200: {}");
    }
    assert.equal(liar.sockets.length - connections, 2);
    await play(own, liar.url, path);
    assert.equal(liar.sockets.length - connections, 2, "one of them was kept");
    own.close();
  });

  test("a line that was idle too long is not used", async () => {
    const own = new NodeHttp({ ...options, idleMs: 20 });
    await play(own, liar.url, "/warm");
    const connections = liar.sockets.length;
    await new Promise((resolve) => setTimeout(resolve, 60));
    await play(own, liar.url, "/warm");
    assert.equal(liar.sockets.length - connections, 1);
    own.close();
  });

  test("a call that is cancelled leaves nobody its line", async () => {
    const own = new NodeHttp({ ...options, connectionsMax: 1 });
    const path = lie({});
    const { authority } = { authority: liar.url.slice(7) };
    const sending = own.begin(
      {
        to: { secure: false, authority },
        verb: "GET",
        target: path,
        headers: [],
        body: undefined,
      },
      () => assert.fail("it has no answer"),
      () => assert.fail("its end is not told"),
    );
    assert.equal(sending.sent, "no");
    while (liar.count(path) === 0) {
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    assert.equal(sending.sent, "unknown");
    sending.cancel();
    assert.equal(spell(await play(own, liar.url, "/warm")), "200: {}");
    own.close();
  });

  test("gzip, where it is asked for, and no more than is allowed", async () => {
    const own = new NodeHttp({
      ...options,
      gzip: true,
      inflatedBytesMax: 1000,
    });
    const packed = (size: number) => {
      const body = gzipSync("a".repeat(size));
      const head = `${HEAD}Content-Encoding: gzip\r\nContent-Length: ${body.length}\r\n\r\n`;
      return lie(say(head, body));
    };
    assert.equal(
      spell(await play(own, liar.url, packed(1000))),
      `200: ${"a".repeat(1000)}`,
    );
    assert.equal(
      spell(await play(own, liar.url, packed(90_000))),
      "unknown: the server's answer inflates to more than inflated_bytes_max (1000)",
    );
    const twice = lie(
      say(`${HEAD}Content-Encoding: gzip, gzip\r\nContent-Length: 2\r\n\r\nok`),
    );
    assert.equal(
      spell(await play(own, liar.url, twice)),
      `${NOT_HTTP}it has a Content-Encoding that was not asked for`,
    );
    own.close();
  });

  test("the bytes of a request", async () => {
    const path = lie(say(ok()));
    await play(http, liar.url, path);
    const heard = liar.heard.find((each) => each.path === path);
    assert.deepEqual(heard?.lines, [
      `POST ${path} HTTP/1.1`,
      "Host: h",
      `Content-Length: ${BODY.length}`,
    ]);
    assert.equal(heard.body, BODY);
  });
});
