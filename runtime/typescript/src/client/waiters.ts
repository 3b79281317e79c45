/* waiters.ts: who waits for the client to be connected. */
import { BellError } from "../errors.js";
import { clock, TIMER_MS_MAX } from "./line.js";

export interface WaitOptions {
  /** Ends the wait, not the client. */
  readonly signal?: AbortSignal;
  /** -1: none. */
  readonly deadlineMs?: number;
}

export function connectCancelled(cause: unknown): BellError {
  const details = { sent: "no", cause } as const;
  return new BellError("cancelled", "connect was cancelled", details);
}

interface Waiter {
  resolve(): void;
  reject(error: BellError): void;
  /** Its rejection may have no listener: the program itself ended it. */
  quiet(): void;
  forget(): void;
}

export class Waiters {
  readonly #all = new Set<Waiter>();
  readonly #soon: (run: () => void) => void;

  /** `soon` runs something behind one round of reading: a program that was
   * busy is not late by that alone. */
  constructor(soon: (run: () => void) => void) {
    this.#soon = soon;
  }

  get size(): number {
    return this.#all.size;
  }

  /** Resolves with resolveAll(), rejects with rejectAll(), the signal, or after
   * the deadline with what `late` gives. */
  wait(
    signal: AbortSignal | undefined,
    deadlineMs: number,
    late: () => BellError,
  ): Promise<void> {
    const promise = new Promise<void>((resolve, reject) => {
      const quiet = () => {
        promise.catch(() => undefined);
      };
      const waiter: Waiter = {
        resolve,
        reject,
        quiet,
        forget: () => undefined,
      };
      const end = (error: BellError) => {
        waiter.forget();
        reject(error);
      };
      const until = deadlineMs < 0 ? Infinity : clock() + deadlineMs;
      let timer: ReturnType<typeof setTimeout> | undefined;
      const arm = () => {
        const left = Math.max(Math.ceil(until - clock()), 0);
        timer = setTimeout(ring, Math.min(left, TIMER_MS_MAX));
      };
      const ring = () => {
        this.#soon(() => {
          if (this.#all.has(waiter)) {
            if (clock() < until) {
              arm();
            } else {
              end(late());
            }
          }
        });
      };
      if (until !== Infinity) {
        arm();
      }
      const aborted = () => {
        end(connectCancelled(signal?.reason));
      };
      waiter.forget = () => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", aborted);
        this.#all.delete(waiter);
      };
      this.#all.add(waiter);
      signal?.addEventListener("abort", aborted, { once: true });
    });
    return promise;
  }

  resolveAll(): void {
    for (const waiter of [...this.#all]) {
      waiter.forget();
      waiter.resolve();
    }
  }

  rejectAll(error: BellError): void {
    for (const waiter of [...this.#all]) {
      waiter.forget();
      if (error.status === "closed") {
        waiter.quiet();
      }
      waiter.reject(error);
    }
  }
}
