/* renewal.ts: tokens that the program is asked for: before a line is dialed, as
 * a server cuts off who dials first and then looks for a token, and before the
 * token of a line that is up runs out. */
import * as core from "../core/session.js";
import { UnauthorizedError } from "../errors.js";
import type { Centrifugo } from "../protocol/centrifugo.js";
import { clock } from "./line.js";
import { type TokenSource, wrongToken } from "./options.js";

export interface RenewalOptions {
  /** undefined: the client has one token for all. */
  readonly source: TokenSource | undefined;
  readonly session: core.Session;
  readonly greeter: Centrifugo;
  readonly deadlineMs: number;
  /** Ends with the client. */
  readonly signal: AbortSignal;
  readonly say: (text: string, isTrouble: boolean) => void;
  /** Something has changed. */
  readonly wake: () => void;
}

/** A program may throw anything: "" has no words of its own. */
function wordsOf(error: unknown): string {
  try {
    return String(error instanceof Error ? error.message : error);
  } catch {
    return "";
  }
}

export class Renewal {
  readonly #options: RenewalOptions;
  /** needed: to be asked for before the next line; asked: until #until. */
  #stand: "needed" | "asked" | "done" = "needed";
  /** The last one's number. */
  #request = 0;
  #until = 0;

  constructor(options: RenewalOptions) {
    this.#options = options;
  }

  get #now(): core.Session {
    return core.at(this.#options.session, clock());
  }

  get #isReady(): boolean {
    return this.#options.session.state === "ready";
  }

  #refuse(final: boolean, reason: string): void {
    const { say } = this.#options;
    this.#stand = "needed";
    if (this.#isReady && !final) {
      // It lives on while the server lets it.
      core.renewLater(this.#now);
      say(reason, true);
    } else {
      core.refused(this.#now, final, reason);
    }
  }

  #nothingCame(): void {
    const { deadlineMs } = this.#options;
    this.#refuse(false, `no token came within ${deadlineMs} ms`);
  }

  #ask(source: TokenSource): void {
    const { session, deadlineMs, signal, say } = this.#options;
    const request = ++this.#request;
    this.#stand = "asked";
    this.#until = clock() + deadlineMs;
    core.hold(session, this.#until);
    core.renewAt(session, this.#until);
    say("asking for a token", false);
    // The program's function runs outside of any state change.
    Promise.resolve()
      .then(() => source({ signal, role: "" }))
      .then(
        (token) => {
          this.#answer(request, token);
        },
        (error: unknown) => {
          this.#failed(request, error);
        },
      );
  }

  /** True where a line may be dialed; else a token is asked for, or the session
   * waits for another reason. */
  ready(): boolean {
    const { source, session } = this.#options;
    if (this.outlived) {
      this.#stand = "needed";
    }
    if (source === undefined || this.#stand === "done") {
      return true;
    }
    if (this.#stand === "needed") {
      this.#ask(source);
    } else if (clock() >= this.#until) {
      this.#nothingCame();
    } else {
      core.hold(session, this.#until);
    }
    return false;
  }

  /** The time of the token that would be shown has passed: since the line
   * before, or while this one was opened. */
  get outlived(): boolean {
    const { session, source } = this.#options;
    return (
      source !== undefined &&
      this.#stand === "done" &&
      core.isTokenSpent(session, clock())
    );
  }

  /** The server wants a new token with the next line. A program that was asked
   * already has an answer on its way. */
  spent(): void {
    if (this.#stand !== "asked") {
      this.#stand = "needed";
    }
  }

  /** Connected, and the token's time runs out, or that of the program that was
   * asked for another one. */
  due(): void {
    const { session, source } = this.#options;
    if (source === undefined || !this.#isReady) {
      return; // the next line asks
    }
    if (this.#stand !== "asked") {
      this.#ask(source);
    } else if (clock() >= this.#until) {
      this.#nothingCame();
    } else {
      core.renewAt(session, this.#until); // the server called it early
    }
  }

  /** One that comes late is taken all the same: to ask again and again would
   * never be answered in time. */
  #answer(request: number, token: unknown): void {
    const { session, greeter, signal, wake } = this.#options;
    if (signal.aborted || this.#stand === "done") {
      return;
    }
    const wrong = wrongToken(token);
    if (wrong !== undefined) {
      this.#fail(request, false, `no token: ${wrong}`);
      return;
    }
    greeter.token = token as string;
    this.#stand = "done";
    core.tokenTaken(session);
    core.kick(this.#now);
    // There is no way to tell the server "none": it ends the line in time.
    core.renewAt(session, Infinity);
    if (token !== "") {
      core.renew(this.#now);
    }
    wake();
  }

  #failed(request: number, error: unknown): void {
    const said = wordsOf(error);
    const final = error instanceof UnauthorizedError;
    const what = final ? "no token: not authorized" : "no token";
    this.#fail(request, final, said === "" ? what : `${what}: ${said}`);
  }

  #fail(request: number, final: boolean, reason: string): void {
    const { signal, wake } = this.#options;
    const isLast = this.#stand === "asked" && request === this.#request;
    if (!signal.aborted && isLast) {
      this.#refuse(final, reason);
      wake();
    }
  }
}
