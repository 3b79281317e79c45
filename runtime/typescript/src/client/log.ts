/* log.ts: what a client tells a program of itself: log, metrics, changes of its
 * state, and with BELL_DEBUG=1 a timeline on stderr. It is never handed a
 * token. A program's functions run behind whatever is being done, in order;
 * one that throws, or rejects, is reported, and harms nobody. */
import { type BellError, tame } from "../errors.js";
import type { Level, LogRecord } from "../transport/socket.js";
import type { Metric, StateChange } from "./options.js";

/** Of a call that a record is about. */
export interface About {
  readonly method: string;
  readonly call: number;
  readonly elapsedMs: number;
}

/** The program's functions. */
export interface Listeners {
  readonly log?: ((record: LogRecord) => void) | undefined;
  readonly metrics?: ((metric: Metric) => void) | undefined;
  readonly onStateChange?: ((change: StateChange) => void) | undefined;
}

/** Writes the timeline, where somebody wants it. */
type Debug = ((record: LogRecord) => void) | undefined;

function report(error: unknown): void {
  console.error("bellpull: a function of the program threw:", error);
}

export class Teller {
  readonly #settings: Listeners;
  readonly #debug: Debug;
  #queue: (() => unknown)[] = [];

  constructor(settings: Listeners, debug: Debug) {
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

  /** A call begins, with so many bytes of params. */
  begun(about: About, bytes: number, how: string): void {
    const { method } = about;
    this.count({ kind: "call", method, bytes });
    this.say("debug", "call", `call, ${bytes} bytes of params${how}`, about);
  }

  /** A call ended, with so many bytes of a reply. */
  ended(about: About, bytes: number, error: BellError | undefined): void {
    const { method, elapsedMs } = about;
    const { status = "ok", code = 0 } = error ?? {};
    const ms = `${elapsedMs.toFixed(3)} ms`;
    this.count({ kind: "end", method, status, code, elapsedMs, bytes });
    if (error === undefined) {
      this.say("debug", "reply", `reply, ${bytes} bytes in ${ms}`, about);
    } else {
      const text = `${status} after ${ms}: ${error.message}`;
      this.say("warn", "error", text, about);
    }
  }
}
