/* line.ts: what carries calls, whatever it is: a connection of our own, or one
 * that a program has already. It knows no types of a schema. */
import type { Completion, Order, Refused, Trouble } from "../core/inside.js";
import type { Ready } from "../seam/protocol.js";

export type { Completion, Order, Refused, Trouble };

export interface Line {
  /** Calls are sent at once. */
  readonly isReady: boolean;
  /** Begins to connect, and goes on trying until it is closed. */
  open(): void;
  /** Begins a call: its number, or why it does not begin. Its one end is told
   * to the watch, never inside of this. */
  send(order: Order): number | Refused;
  /** The call ends as cancelled. */
  cancel(call: number): void;
  /** Every call ends, and the line. */
  close(): void;
}

/** What the owner of a line is told. */
export interface LineWatch {
  /** Gives the work that patterns took. */
  ended(completion: Completion): number;
  connecting(attempt: number): void;
  connected(ready: Ready): void;
  /** `retryMs`: when it is tried again; Infinity: never. */
  lost(trouble: Trouble, retryMs: number): void;
  /** A token is asked for, or was not to be had. */
  token(text: string, isTrouble: boolean): void;
  /** Something that came was refused. */
  refused(text: string): void;
  /** No socket and no timer is left of what was closed. */
  gone(): void;
}

/** The longest that a timer can wait at once. */
export const TIMER_MS_MAX = 2 ** 31 - 1;

/** Monotonic milliseconds. */
export function clock(): number {
  return performance.now();
}
