/* call.ts: one call from its begin to its one end. It knows no connection. */
import type { AnyMethod } from "../tables.js";
import type { CallOptions, Settings } from "./options.js";

const DEADLINE_DEFAULT_MS = 30_000;
/** The longest that a timer can wait at once. */
const TIMER_MS_MAX = 2 ** 31 - 1;

/** waiting: for a connection; sent: for its reply; over: it has ended. */
export type Stand = "waiting" | "sent" | "over";

export class Call {
  stand: Stand = "waiting";
  /** How often it was sent: a late answer must not end a later try. */
  tries = 0;
  readonly began = performance.now();
  readonly deadlineMs: number;
  retries: number;
  readonly failFast: boolean;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #forget: (() => void) | undefined;

  constructor(
    readonly number: number,
    readonly method: AnyMethod,
    readonly params: Uint8Array,
    options: CallOptions,
    settings: Settings,
    readonly resolve: (value: unknown) => void,
    readonly reject: (error: Error) => void,
  ) {
    const said = [options, settings, method].map((each) => each.deadlineMs);
    const mayRepeat = method.idempotent ?? false;
    this.deadlineMs = said.find(Boolean) ?? DEADLINE_DEFAULT_MS;
    this.retries = mayRepeat ? (options.retries ?? settings.retries) : 0;
    this.failFast = options.failFast ?? settings.failFast;
  }

  get elapsedMs(): number {
    return performance.now() - this.began;
  }

  /** Calls `late` once the deadline has passed. */
  #arm(late: () => void): void {
    const left = this.deadlineMs - this.elapsedMs;
    const wait = Math.min(Math.max(left, 0), TIMER_MS_MAX);
    this.#timer = setTimeout(() => {
      if (this.elapsedMs >= this.deadlineMs) {
        late();
      } else {
        this.#arm(late);
      }
    }, Math.ceil(wait));
  }

  watch(
    signal: AbortSignal | undefined,
    late: () => void,
    aborted: () => void,
  ): void {
    if (this.deadlineMs > 0) {
      this.#arm(late);
    }
    if (signal !== undefined) {
      signal.addEventListener("abort", aborted, { once: true });
      this.#forget = () => {
        signal.removeEventListener("abort", aborted);
      };
    }
  }

  /** True the first time: what follows is the call's one end. */
  finish(): boolean {
    if (this.stand === "over") {
      return false;
    }
    this.stand = "over";
    clearTimeout(this.#timer);
    this.#forget?.();
    return true;
  }
}
