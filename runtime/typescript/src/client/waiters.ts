/* waiters.ts: who waits for the client to be connected. */
import { BellError } from "../errors.js";

export interface WaitOptions {
  /** Ends the wait. */
  readonly signal?: AbortSignal;
  /** -1: none. */
  readonly deadlineMs?: number;
}

interface Waiter {
  resolve(): void;
  reject(error: BellError): void;
  forget(): void;
}

export class Waiters {
  readonly #all = new Set<Waiter>();

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
    return new Promise((resolve, reject) => {
      const waiter: Waiter = { resolve, reject, forget: () => undefined };
      const end = (error: BellError) => {
        waiter.forget();
        reject(error);
      };
      const timer =
        deadlineMs < 0
          ? undefined
          : setTimeout(
              () => {
                end(late());
              },
              Math.min(deadlineMs, 2 ** 31 - 1),
            );
      const aborted = () => {
        end(new BellError("cancelled", "connect was cancelled"));
      };
      waiter.forget = () => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", aborted);
        this.#all.delete(waiter);
      };
      this.#all.add(waiter);
      signal?.addEventListener("abort", aborted, { once: true });
    });
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
      waiter.reject(error);
    }
  }
}
