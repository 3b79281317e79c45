/* log.ts: what a client tells a program of itself: log, metrics, changes of its
 * state, and with BELL_DEBUG=1 a timeline on stderr. It is never handed a
 * token. A program's functions run behind whatever is being done, in order;
 * one that throws, or rejects, is reported, and harms nobody. */
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
  #queue: (() => unknown)[] = [];

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

  #later<What>(tell: ((what: What) => unknown) | undefined, what: What): void {
    if (tell === undefined) {
      return;
    }
    this.#queue.push(() => tell(what));
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
        const said = run();
        if (said instanceof Promise) {
          said.catch(report);
        }
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
    this.#later(this.#settings.log, record);
  }

  count(metric: Metric): void {
    this.#later(this.#settings.metrics, metric);
  }

  change(change: StateChange): void {
    this.#later(this.#settings.onStateChange, change);
  }
}
