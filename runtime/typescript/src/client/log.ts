/* log.ts: what a client tells a program of itself: log, metrics, changes of its
 * state, and with BELL_DEBUG=1 a timeline on stderr. It is never handed a
 * token. A program's functions run behind whatever is being done, in order;
 * one that throws is reported, and harms nobody. */
import { tame } from "../errors.js";
import type { Level, LogRecord } from "../transport/socket.js";
import type { Metric, Settings, StateChange } from "./options.js";

/** Of a call that a record is about. */
export interface About {
  readonly method: string;
  readonly call: number;
  readonly elapsedMs: number;
}

/** Writes the timeline, where somebody wants it. */
type Debug = ((record: LogRecord) => void) | undefined;

function report(error: unknown): void {
  console.error("bellpull: a function of the program threw:", error);
}

export class Teller {
  readonly #settings: Settings;
  readonly #debug: Debug;
  #queue: (() => void)[] = [];

  constructor(settings: Settings, debug: Debug) {
    this.#settings = settings;
    this.#debug = debug;
  }

  /** Somebody reads lines. */
  get speaks(): boolean {
    return this.#debug !== undefined || this.#settings.log !== undefined;
  }

  get counts(): boolean {
    return this.#settings.metrics !== undefined;
  }

  #later(run: () => void): void {
    this.#queue.push(run);
    if (this.#queue.length === 1) {
      queueMicrotask(() => {
        this.#run();
      });
    }
  }

  #run(): void {
    const queue = this.#queue;
    this.#queue = [];
    for (const run of queue) {
      try {
        run();
      } catch (error) {
        report(error);
      }
    }
  }

  say(level: Level, event: string, text: string, about?: About): void {
    if (!this.speaks) {
      return;
    }
    const record: LogRecord = { level, event, text: tame(text), ...about };
    this.#debug?.(record);
    const { log } = this.#settings;
    if (log !== undefined) {
      this.#later(() => {
        log(record);
      });
    }
  }

  count(metric: Metric): void {
    const { metrics } = this.#settings;
    if (metrics !== undefined) {
      this.#later(() => {
        metrics(metric);
      });
    }
  }

  change(change: StateChange): void {
    const { onStateChange } = this.#settings;
    if (onStateChange !== undefined) {
      this.#later(() => {
        onStateChange(change);
      });
    }
  }
}
