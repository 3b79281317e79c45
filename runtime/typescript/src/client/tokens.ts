/* tokens.ts: the tokens of a client by their roles: the program sets them and
 * is asked for them, replies bring them, calls show them. It knows no
 * requests. */
import { BellError, UnauthorizedError } from "../errors.js";
import { TIMER_MS_MAX } from "./line.js";
import { expiryOf } from "./expiry.js";
import { type Token, type TokenSource, wrongToken } from "./options.js";

export interface TokensOptions {
  readonly deadlineMs: number;
  /** Between questions that were not answered. */
  readonly reconnectMinMs: number;
  readonly reconnectMaxMs: number;
  /** Ends with the client. */
  readonly signal: AbortSignal;
  /** What a token is has changed. */
  readonly changed: () => void;
  readonly say: (text: string, isTrouble: boolean) => void;
}

interface Held {
  readonly text: string;
  /** In seconds since 1970; 0: it does not say. */
  readonly expires: number;
}

/** The program was asked for the token of a role. */
interface Ask {
  /** Ends the waiting of calls: they look again. */
  readonly wakes: Set<() => void>;
  /** The final error. */
  error: BellError | undefined;
  /** Its answer is not wanted any more. */
  isVoid: boolean;
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

function isPast({ expires }: Held): boolean {
  return expires !== 0 && expires <= Date.now() / 1000;
}

function wordsOf(what: string, error: unknown): string {
  const said = error instanceof Error ? error.message : String(error);
  return said === "" ? what : `${what}: ${said}`;
}

export class Tokens {
  readonly #options: TokensOptions;
  readonly #source: TokenSource | undefined;
  readonly #held = new Map<string, Held>();
  /** Roles for which the program has nothing better. */
  readonly #settled = new Set<string>();
  readonly #asks = new Map<string, Ask>();

  constructor(token: Token, options: TokensOptions) {
    this.#options = options;
    this.#source = typeof token === "function" ? token : undefined;
    if (typeof token === "string") {
      this.#put("", token);
    }
  }

  /** The one that a call shows which names these roles; "": none. `isWanted`:
   * while that is so, the program is asked. Rejects with a BellError. */
  get(
    roles: readonly string[],
    isWanted: () => boolean,
  ): string | Promise<string> {
    return this.#wanted(roles) === undefined
      ? this.#choose(roles)
      : this.#wait(roles, isWanted);
  }

  /** A reply brought it. */
  take(role: string, token: string): void {
    if (wrongBearer(token) === undefined) {
      this.#put(role, token);
      this.#wake(role);
    }
  }

  /** The program's; null or "": none. Throws where it cannot be shown. */
  set(role: string, token: string | null): void {
    const text = token ?? "";
    const wrong = wrongBearer(text);
    if (wrong !== undefined) {
      throw new BellError("invalid", wrong, { sent: "no" });
    }
    this.#put(role, text);
    if (text !== "") {
      this.#wake(role);
    }
  }

  /** The server did not take it; whether there is a way to another one. */
  refused(token: string): boolean {
    if (this.#source === undefined) {
      return false;
    }
    for (const [role, { text }] of this.#held) {
      if (text === token) {
        this.#put(role, "");
      }
    }
    return true;
  }

  clear(roles: readonly string[]): void {
    for (const role of roles) {
      this.#put(role, "");
    }
  }

  isAuthenticated(role: string): boolean {
    const held = this.#held.get(role);
    return held !== undefined && !isPast(held);
  }

  /** In seconds since 1970; 0: there is none, or it does not say. */
  expires(role: string): number {
    return this.#held.get(role)?.expires ?? 0;
  }

  #put(role: string, text: string): void {
    if ((this.#held.get(role)?.text ?? "") === text) {
      this.#settled.delete(role);
      return;
    }
    this.#settled.delete(role);
    this.#held.delete(role);
    if (text !== "") {
      this.#held.set(role, { text, expires: expiryOf(text) });
    }
    this.#options.changed();
  }

  /** The first that has not expired, else the first, else the default. */
  #choose(roles: readonly string[]): string {
    const own = roles.flatMap((role) => this.#held.get(role) ?? []);
    const held = own.find((each) => !isPast(each)) ?? own[0];
    return (held ?? this.#held.get(""))?.text ?? "";
  }

  /** The role that the program is to be asked for; undefined: none. */
  #wanted(roles: readonly string[]): string | undefined {
    const role = roles[0] ?? "";
    const has =
      this.#source === undefined ||
      this.#settled.has(role) ||
      this.#held.has("") ||
      roles.some((each) => this.isAuthenticated(each));
    return has ? undefined : role;
  }

  // ---- The program is asked -------------------------------------------------

  async #wait(
    roles: readonly string[],
    isWanted: () => boolean,
  ): Promise<string> {
    for (;;) {
      const role = this.#wanted(roles);
      const source = this.#source;
      if (role === undefined || source === undefined || !isWanted()) {
        return this.#choose(roles);
      }
      let ask = this.#asks.get(role);
      if (ask === undefined) {
        ask = { wakes: new Set(), error: undefined, isVoid: false };
        this.#asks.set(role, ask);
        void this.#ask(role, source, ask);
      }
      const { wakes } = ask;
      await new Promise<void>((resolve) => wakes.add(resolve));
      if (ask.error !== undefined) {
        throw ask.error;
      }
    }
  }

  /** Calls that wait look again; what the program was asked for this role is
   * not wanted any more. */
  #wake(role: string): void {
    const own = this.#asks.get(role);
    if (own !== undefined) {
      own.isVoid = true;
      this.#asks.delete(role);
      this.#end(own);
    }
    for (const ask of this.#asks.values()) {
      this.#end(ask);
    }
  }

  #end({ wakes }: Ask): void {
    for (const wake of wakes) {
      wake();
    }
    wakes.clear();
  }

  /** One question, and a wait behind one that was not answered. */
  async #ask(role: string, source: TokenSource, ask: Ask): Promise<void> {
    const { say } = this.#options;
    let failed = 0;
    while (!ask.isVoid && !this.#options.signal.aborted) {
      say("asking for a token", false);
      try {
        const token = await this.#question(role, source);
        if (this.#asks.get(role) === ask) {
          this.#answered(role, token);
        }
        break;
      } catch (error) {
        if (error instanceof UnauthorizedError) {
          const text = wordsOf("no token: not authorized", error);
          const details = { sent: "no", cause: error } as const;
          ask.error = new BellError("terminal", text, details);
          say(text, true);
          break;
        }
        say(wordsOf("no token", error), true);
        await this.#pause(failed++, ask);
        // Nobody may want it any more: who does asks anew.
        this.#end(ask);
        await Promise.resolve();
        if (ask.wakes.size === 0) {
          break;
        }
      }
    }
    if (this.#asks.get(role) === ask) {
      this.#asks.delete(role);
    }
    this.#end(ask);
  }

  #answered(role: string, token: string): void {
    this.#put(role, token);
    if (!this.isAuthenticated(role)) {
      this.#settled.add(role);
    }
  }

  async #question(role: string, source: TokenSource): Promise<string> {
    const { deadlineMs, signal } = this.#options;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(new Error("none came within connect_deadline_ms"));
      }, deadlineMs);
    });
    try {
      // The program's function runs outside of any state change.
      const asked = Promise.resolve().then(() => source({ signal, role }));
      const token = await Promise.race([asked, late]);
      const wrong = wrongBearer(token);
      if (wrong !== undefined) {
        throw new Error(wrong);
      }
      return token;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Longer each time, in part at random. */
  #pause(failed: number, ask: Ask): Promise<void> {
    const { reconnectMinMs, reconnectMaxMs, signal } = this.#options;
    const span = Math.min(reconnectMaxMs, reconnectMinMs * 2 ** failed);
    const ms = (span / 2) * (1 + Math.random());
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, Math.min(ms, TIMER_MS_MAX));
      signal.addEventListener(
        "abort",
        () => {
          clearTimeout(timer);
          ask.isVoid = true;
          resolve();
        },
        { once: true },
      );
    });
  }
}
