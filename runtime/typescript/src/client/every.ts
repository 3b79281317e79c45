/* every.ts: calls at intervals, such as heartbeats. It knows no client. */
import { BellError } from "../errors.js";

/** Timers of JavaScript wait no longer. */
const WAIT_MAX = 2 ** 31 - 1;

/**
 * Makes a call as soon as the program returns to its loop, and then at every
 * interval, until the returned function is called. While a call is under way,
 * beats are left out; beats that were missed are not made up for. `onError`
 * hears how calls failed; the calls go on. The returned function ends the call
 * that is under way by its signal, of which `onError` hears nothing more.
 *
 * @example
 * const stop = every(
 *   30_000,
 *   (signal) => api.agentsHeartbeat(params, { signal }),
 *   (error) => console.error(error),
 * );
 * @throws BellError if the interval is not positive.
 */
export function every(
  intervalMs: number,
  call: (signal: AbortSignal) => Promise<unknown>,
  onError?: (error: unknown) => void,
): () => void {
  if (!(intervalMs > 0)) {
    throw new BellError("invalid", "every: the interval must be positive", {
      sent: "no",
    });
  }
  const { signal, stop } = stopper();
  let due = performance.now();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const wait = (): void => {
    const left = Math.min(Math.max(due - performance.now(), 0), WAIT_MAX);
    timer = setTimeout(beat, left);
  };
  const beat = (): void => {
    const now = performance.now();
    if (now < due) {
      wait(); // it rang early, or the wait was too long for one timer
      return;
    }
    void makeCall(signal, call, onError).finally(() => {
      const late = performance.now() - due;
      due += intervalMs * (1 + Math.floor(late / intervalMs));
      if (!signal.aborted) {
        wait();
      }
    });
  };
  wait();
  return () => {
    clearTimeout(timer);
    stop();
  };
}

function stopper(): { signal: AbortSignal; stop: () => void } {
  const controller = new AbortController();
  return {
    signal: controller.signal,
    stop: () => {
      controller.abort();
    },
  };
}

async function makeCall(
  signal: AbortSignal,
  call: (signal: AbortSignal) => Promise<unknown>,
  onError: ((error: unknown) => void) | undefined,
): Promise<void> {
  try {
    await call(signal);
  } catch (error) {
    if (!signal.aborted) {
      onError?.(error);
    }
  }
}
