/* signals.ts: which calls end with a signal: one listener for each signal,
 * however many calls it has. */

type Aborted = (reason: unknown) => void;

interface Watched {
  readonly ends: Set<Aborted>;
  forget(): void;
}

const all = new WeakMap<AbortSignal, Watched>();

function watch(signal: AbortSignal): Watched {
  const ends = new Set<Aborted>();
  const aborted = () => {
    all.delete(signal);
    for (const end of [...ends]) {
      end(signal.reason);
    }
  };
  const forget = () => {
    all.delete(signal);
    signal.removeEventListener("abort", aborted);
  };
  const watched = { ends, forget };
  signal.addEventListener("abort", aborted, { once: true });
  all.set(signal, watched);
  return watched;
}

/** `end` is called when the signal is aborted. */
export function follow(signal: AbortSignal, end: Aborted): void {
  (all.get(signal) ?? watch(signal)).ends.add(end);
}

export function unfollow(signal: AbortSignal, end: Aborted): void {
  const watched = all.get(signal);
  watched?.ends.delete(end);
  if (watched?.ends.size === 0) {
    watched.forget();
  }
}
