/* table.ts: which call waits under which number. It knows no clock and no wire.
 * Numbers count up and are never used twice, so a late reply finds nobody. */
import type { Sent, Status } from "../errors.js";
import type { AnyMethod } from "../tables.js";

/** waiting: no line yet, its params are kept; written: in the outbox or on the
 * line; finished: it ended, and nobody was told yet. */
export type Stand = "waiting" | "written" | "finished";

/** A call, as far as the session knows it. */
export interface Slot {
  number: number;
  readonly method: AnyMethod;
  readonly started: number;
  /** Absolute; Infinity: none. */
  readonly deadline: number;
  /** It does not wait for a line. */
  readonly failFast: boolean;
  /** How often it may be sent again. */
  retries: number;
  /** An earlier try may have reached the server. */
  left: boolean;
  stand: Stand;
  /** WRITTEN: counts the line's frames from 1. */
  frame: number;
  /** The encoded params: while they may be needed again. */
  params: string | undefined;
  /** Their bytes. */
  size: number;
  /** The place in the heap of deadlines; -1: in none. */
  place: number;
  /** FINISHED: how. */
  status: Status | "ok";
  sent: Sent;
  was: Stand;
}

const IDS = 2 ** 32;

export function idOf(number: number): number {
  return number % IDS;
}

export class Table {
  readonly #slots = new Map<number, Slot>();
  /** The last number given out. */
  last = 0;
  /** Ended calls that nobody was told of count as well. */
  finished = 0;

  get size(): number {
    return this.#slots.size + this.finished;
  }

  /** A new number; ids in use are passed over, 0, and those that the protocol
   * owns. */
  #next(owns: (id: number) => boolean): number {
    let number = this.last + 1;
    let id = idOf(number);
    while (id === 0 || owns(id) || this.#slots.has(id)) {
      number++;
      id = idOf(number);
    }
    this.last = number;
    return number;
  }

  take(slot: Slot, owns: (id: number) => boolean): void {
    slot.number = this.#next(owns);
    this.#slots.set(idOf(slot.number), slot);
  }

  /** An id that no call has or will have. */
  skip(owns: (id: number) => boolean): number {
    return idOf(this.#next(owns));
  }

  /** By the wire's id. */
  findId(id: number): Slot | undefined {
    return this.#slots.get(id);
  }

  find(number: number): Slot | undefined {
    const slot = this.#slots.get(idOf(number));
    return slot?.number === number ? slot : undefined;
  }

  forget(slot: Slot): void {
    this.#slots.delete(idOf(slot.number));
  }

  /** All of them, in the order of their begin. */
  all(): Slot[] {
    return [...this.#slots.values()];
  }
}
