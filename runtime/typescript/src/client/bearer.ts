/* bearer.ts: the token that requests show: the program's, one that it is asked
 * for, or one that a reply brought. It knows no requests. */
import { BellError, UnauthorizedError } from "../errors.js";
import { type Token, type TokenSource, wrongToken } from "./options.js";

export interface BearerOptions {
  readonly deadlineMs: number;
  /** Ends with the client. */
  readonly signal: AbortSignal;
  readonly say: (text: string, isTrouble: boolean) => void;
}

/** Why it cannot be shown; undefined if it can. */
export function wrongBearer(token: unknown): string | undefined {
  return (
    wrongToken(token) ??
    (/^[!-~]*$/.test(token as string)
      ? undefined
      : "the token is not printable ASCII without spaces")
  );
}

function failure(error: unknown): BellError {
  const final = error instanceof UnauthorizedError;
  const said = error instanceof Error ? error.message : String(error);
  const what = final ? "no token: not authorized" : "no token";
  const text = said === "" ? what : `${what}: ${said}`;
  const status = final ? "terminal" : "disconnected";
  return new BellError(status, text, { sent: "no", cause: error });
}

export class Bearer {
  readonly #options: BearerOptions;
  readonly #source: TokenSource | undefined;
  /** undefined: the program is to be asked. */
  #token: string | undefined;
  #asked: Promise<string> | undefined;

  constructor(token: Token, options: BearerOptions) {
    this.#options = options;
    this.#source = typeof token === "function" ? token : undefined;
    this.#token = typeof token === "function" ? undefined : token;
  }

  /** "": none. All calls that wait get the same answer. Rejects with a
   * BellError. */
  get(): string | Promise<string> {
    if (this.#token !== undefined || this.#source === undefined) {
      return this.#token ?? "";
    }
    this.#asked ??= this.#ask(this.#source).finally(() => {
      this.#asked = undefined;
    });
    return this.#asked;
  }

  /** A reply brought it. */
  take(token: string): void {
    if (wrongBearer(token) === undefined) {
      this.#token = token;
    }
  }

  /** The server did not take it: the program is asked for another one. */
  refused(token: string): void {
    if (this.#source !== undefined && this.#token === token) {
      this.#token = undefined;
    }
  }

  async #ask(source: TokenSource): Promise<string> {
    const { deadlineMs, signal, say } = this.#options;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(new Error("none came within connect_deadline_ms"));
      }, deadlineMs);
    });
    say("asking for a token", false);
    try {
      // The program's function runs outside of any state change.
      const asked = Promise.resolve().then(() => source({ signal }));
      const token = await Promise.race([asked, late]);
      const wrong = wrongBearer(token);
      if (wrong !== undefined) {
        throw new Error(wrong);
      }
      this.#token = token;
      return token;
    } catch (error) {
      const failed = failure(error);
      say(failed.message, true);
      throw failed;
    } finally {
      clearTimeout(timer);
    }
  }
}
