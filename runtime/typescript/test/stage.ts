/* stage.ts: what a transcript of tests/conformance plays on: a session and its
 * protocol, without a socket and with a clock that the transcript turns. */
import type { Completion, SessionOptions } from "../src/core/inside.js";
import * as core from "../src/core/session.js";
import { Centrifugo } from "../src/protocol/centrifugo.js";
import { Channel } from "../src/protocol/channel.js";
import type { AnyMethod } from "../src/tables.js";

/** Origins are numbered there as in C. */
const ORIGINS = ["", "local", "reply", "close", "backend", "codec"];
const BROKEN = 0xff;

function spell(bytes: Uint8Array | undefined): string {
  return bytes === undefined ? "-" : new TextDecoder().decode(bytes);
}

/** `\n` stands for a newline, `\?` for a byte that is in no UTF-8. */
function bytesOf(text: string): Uint8Array {
  const parts = text.replaceAll("\\n", "\n").split("\\?");
  const pieces = parts.map((part) => [...new TextEncoder().encode(part)]);
  const bytes = pieces.flatMap((piece, index) =>
    index === 0 ? piece : [BROKEN, ...piece],
  );
  return Uint8Array.from(bytes);
}

export class Stage {
  readonly #limits = new Map([
    ["request", 65_536],
    ["queue", 2 ** 20],
    ["calls", 1000],
    ["renews", 0],
    ["channel", 0],
  ]);
  readonly #protocol = new Centrifugo("TOKEN", "bellpull");
  #made: core.Session | undefined;
  #random = 0n;
  #now = 0;
  #up = false;
  #held = false;
  #stuck = false;
  #dropped: number | undefined;
  #due = false;
  #taken = 0;
  readonly #numbers = new Map<string, number>();
  readonly #names = new Map<number, string>();
  readonly #sent: string[] = [];
  readonly #ended: string[] = [];
  /** What came otherwise. */
  readonly wrong: string[] = [];

  get #session(): core.Session {
    const limit = (name: string) => this.#limits.get(name) ?? 0;
    const options: SessionOptions = {
      protocol: limit("channel") === 0 ? this.#protocol : this.#inChannel(),
      random: (span) => Number(this.#random % BigInt(span + 1)),
      reconnectMinMs: 500,
      reconnectMaxMs: 20_000,
      connectDeadlineMs: 5000,
      pingGraceMs: 10_000,
      callsMax: limit("calls"),
      requestBytesMax: limit("request"),
      queueBytesMax: limit("queue"),
      renews: limit("renews") !== 0,
    };
    return (this.#made ??= core.open(options, 0));
  }

  get #timely(): core.Session {
    return core.at(this.#session, this.#now);
  }

  #inChannel(): Channel {
    return new Channel({
      inner: this.#protocol,
      requestChannel: "rpc.requests",
      replyChannel: "user#42",
      responderUser: undefined,
    });
  }

  #want(want: string, got: string): void {
    if (want !== got) {
      this.wrong.push(`want: ${want}\n  got:  ${got}`);
    }
  }

  play(line: string): void {
    const [, verb = "", rest = ""] = /^(\S+) ?(.*)$/.exec(line) ?? [];
    if (verb === "limit") {
      const [name = "", value] = rest.split(" ");
      this.#limits.set(name, Number(value));
      return;
    }
    const run = this.#verbs[verb];
    if (run === undefined) {
      this.wrong.push(`no verb of README.md: ${verb}`);
      return;
    }
    run(rest);
    this.#settle();
  }

  close(): void {
    this.#want("no token is due", this.#due ? "one is" : "no token is due");
    this.#want("no more frames", this.#sent.join(" | ") || "no more frames");
    this.#want("no call ended", this.#ended.join(" | ") || "no call ended");
  }

  // ---- What a client does at the end of each turn ---------------------------

  #settle(): void {
    this.#collect();
    const news = core.takeNews(this.#session);
    this.#due ||= news?.tokenDue ?? false;
    if (news?.drop !== undefined) {
      this.#dropped = news.drop;
      this.#up = false;
      this.#taken = 0;
    }
    if (this.#held || !this.#up) {
      return;
    }
    for (const frame of core.takeFrames(this.#session, Infinity)) {
      this.#sent.push(frame.replaceAll("\n", "\\n"));
      this.#taken++;
    }
    if (!this.#stuck) {
      core.written(this.#session, this.#taken);
    }
  }

  #collect(): void {
    let ended = core.next(this.#session);
    while (ended !== undefined) {
      this.#note(ended);
      ended = core.next(this.#session);
    }
  }

  #note(ended: Completion): void {
    const name = this.#names.get(ended.call) ?? "?";
    if (ended.status === "ok") {
      this.#ended.push(`${name} ok ${spell(ended.payload)}`);
      return;
    }
    const { origin, code, temporary, text } = ended.error;
    const passing = temporary ? " temporary" : "";
    const sent = ended.sent === "no" ? "unsent" : "sent";
    const from = ORIGINS.indexOf(origin);
    this.#ended.push(
      `${name} ${ended.status} ${from} ${code}${passing} ${sent}`,
    );
    this.#want(
      "an error with words",
      text === "" ? "none" : "an error with words",
    );
  }

  // ---- Lines ----------------------------------------------------------------

  /** `X METHOD PARAMS`, then the options: what became of it. */
  #begin(line: string): string {
    const [name = "", wire = "", params = "", ...options] = line.split(" ");
    const method: AnyMethod = { name: wire };
    const deadline = /deadline=(\d+)/.exec(line)?.[1];
    const text = params.startsWith("x")
      ? `"${"x".repeat(Number(params.slice(1)))}"`
      : params;
    const begun = core.submit(this.#timely, {
      method,
      params: text,
      began: this.#now,
      deadline:
        deadline === undefined ? Infinity : this.#now + Number(deadline),
      failFast: options.includes("fast"),
      retries: 0,
    });
    if (typeof begun !== "number") {
      return begun.status;
    }
    this.#numbers.set(name, begun);
    this.#names.set(begun, name);
    return "ok";
  }

  #refused(line: string): void {
    const want = line.split(" ")[3] ?? "";
    this.#want(want, this.#begin(line));
  }

  #open(): void {
    if (!core.wantsLine(this.#session, this.#now)) {
      this.wrong.push("a line is wanted, but none is");
      return;
    }
    core.opening(this.#timely);
    this.#up = true;
    this.#taken = 0;
    core.opened(this.#timely);
  }

  #end(code: number, text: string): void {
    this.#up = false;
    this.#held = false;
    this.#stuck = false;
    core.lost(this.#timely, { code, text });
    this.#taken = 0;
  }

  #wanted(line: string): void {
    const at = Number(line);
    const exact =
      core.wantsLine(this.#session, at) &&
      !core.wantsLine(this.#session, at - 1);
    this.#want(line, exact ? line : "at another time");
  }

  #next(queue: string[], want: string, none: string): void {
    this.#want(want, queue.shift() ?? none);
  }

  readonly #verbs: Readonly<
    Record<string, ((line: string) => void) | undefined>
  > = {
    at: (line) => {
      this.#now = Number(line);
      core.tick(this.#timely);
    },
    next: (line) => {
      this.#session.table.last = Number(line) - 1;
    },
    random: (line) => {
      this.#random = BigInt(line);
    },
    call: (line) => {
      this.#want("ok", this.#begin(line));
    },
    refused: (line) => {
      this.#refused(line);
    },
    cancel: (line) => {
      core.cancel(this.#session, this.#numbers.get(line) ?? 0);
    },
    open: () => {
      this.#open();
    },
    frame: (line) => {
      core.feed(this.#timely, bytesOf(line));
      this.#collect();
    },
    lost: (line) => {
      this.#end(0, line);
    },
    close: (line) => {
      const [, code, reason = ""] = /^(\d+) ?(.*)$/.exec(line) ?? [];
      this.#end(Number(code), reason);
    },
    hold: () => {
      this.#held = true;
    },
    release: () => {
      this.#held = false;
    },
    stuck: () => {
      this.#stuck = true;
    },
    unstuck: () => {
      this.#stuck = false;
    },
    shut: () => {
      core.shut(this.#session);
    },
    sent: (line) => {
      this.#next(this.#sent, line, "no frame left");
    },
    quiet: () => {
      this.#want("no more frames", this.#sent.join(" | ") || "no more frames");
    },
    done: (line) => {
      this.#next(this.#ended, line, "no call ended");
    },
    none: () => {
      this.#want("no call ended", this.#ended.join(" | ") || "no call ended");
    },
    state: (line) => {
      this.#want(line, this.#session.state);
    },
    wanted: (line) => {
      this.#wanted(line);
    },
    dropped: (line) => {
      this.#want(line || "0", String(this.#dropped ?? "the line stays"));
      this.#dropped = undefined;
    },
    ignored: (line) => {
      this.#want(line, String(this.#session.ignored));
    },
    due: () => {
      this.#want("a token is due", this.#due ? "a token is due" : "none is");
      this.#due = false;
    },
    renew: (line) => {
      this.#protocol.token = line;
      core.tokenTaken(this.#session);
      core.renew(this.#timely);
    },
    spent: () => {
      this.#want("true", String(core.isTokenSpent(this.#session, this.#now)));
    },
    fresh: () => {
      this.#want("false", String(core.isTokenSpent(this.#session, this.#now)));
    },
  };
}
