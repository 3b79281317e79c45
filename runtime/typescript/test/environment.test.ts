/* environment.test.ts: what variables of the environment mean in Node, by the
 * list that all languages play, and that clients follow them. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { afterEach, describe, test } from "node:test";

import {
  BellError,
  CentrifugoRPCClient,
  type ClientOptions,
} from "../src/index.js";
import { readEnvironment } from "../src/transport/environment.js";

const list = new URL(
  "../../../../tests/conformance/environment.list",
  import.meta.url,
);

function said(name: string, value: string): string {
  try {
    const read = readEnvironment({ [name]: value });
    const { deadlineMs = 30_000, level, callLevel } = read;
    return `-> ${deadlineMs} ${level} ${callLevel}`;
  } catch (error) {
    return `!! ${(error as Error).message}`;
  }
}

describe("variables of the environment", () => {
  const cases = readFileSync(list, "utf8")
    .split("\n")
    .map((line) => /^([A-Z_]+)=(.*?) ((?:->|!!) .*)$/.exec(line) ?? [])
    .filter((found) => found.length > 0);

  test("there is a list", () => {
    assert.ok(cases.length >= 25);
  });

  for (const [line = "", name = "", value = "", want = ""] of cases) {
    test(line, () => {
      assert.equal(said(name, value.replaceAll("\\s", " ")), want);
    });
  }
});

describe("clients follow them", () => {
  afterEach(() => {
    for (const name of Object.keys(process.env)) {
      if (name.startsWith("CENTRIFUGO_")) {
        Reflect.deleteProperty(process.env, name);
      }
    }
  });

  /** Nobody listens there: the call ends when its time is over. */
  async function call(
    want: string,
    options: ClientOptions,
    url = "ws://127.0.0.1:1",
  ): Promise<Map<string, string>> {
    const heard = new Map<string, string>();
    const rpc = new CentrifugoRPCClient(url, "", "", {
      ...options,
      log: ({ event, level }) => heard.set(event, level),
    });
    const error: unknown = await rpc.call("any").catch((why: unknown) => why);
    rpc.disconnect();
    await rpc.closed();
    assert.ok(error instanceof BellError);
    assert.equal(error.status, "deadline");
    assert.ok(error.message.includes(want), error.message);
    return heard;
  }

  test("levels, and the deadline", async () => {
    const soon = { deadlineMs: 40 };
    let heard = await call("within 40 ms", soon);
    assert.equal(heard.get("call"), "debug");
    assert.equal(heard.get("connecting"), "info");
    process.env.CENTRIFUGO_LOG_LEVEL = "info";
    heard = await call("within 40 ms", soon);
    assert.equal(heard.get("call"), undefined);
    assert.equal(heard.get("connecting"), "info");
    process.env.CENTRIFUGO_LOG_ALL_CALLS = "true";
    process.env.CENTRIFUGO_ACK_TIMEOUT = "1";
    heard = await call("within 1000 ms", {});
    assert.equal(heard.get("call"), "info");
    process.env.CENTRIFUGO_LOG_LEVEL = "warning";
    heard = await call("within 40 ms", soon);
    assert.equal(heard.get("call"), undefined);
    assert.equal(heard.get("connecting"), undefined);
    assert.equal(heard.get("error"), "warn");
  });

  test("the url", async () => {
    process.env.CENTRIFUGO_URL = "ws://127.0.0.1:1/elsewhere";
    await call("connect to 127.0.0.1:", { deadlineMs: 40 }, "");
  });

  test("what cannot be is refused at once", () => {
    process.env.CENTRIFUGO_ACK_TIMEOUT = "secret";
    assert.throws(
      () => new CentrifugoRPCClient("ws://h"),
      (error) => {
        assert.ok(error instanceof BellError);
        assert.equal(error.status, "invalid");
        assert.equal(
          error.message,
          "options: $CENTRIFUGO_ACK_TIMEOUT is not a number of seconds from " +
            "1 to 1000000000",
        );
        return true;
      },
    );
  });
});
