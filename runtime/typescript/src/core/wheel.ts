/* wheel.ts: which call's deadline comes next. A heap: where C turns a wheel,
 * timers of JavaScript are too coarse to gain by one. */
import type { Slot } from "./table.js";

/** Of two that are due at once, the one that began first. */
function isBefore(one: Slot, other: Slot): boolean {
  return one.deadline === other.deadline
    ? one.number < other.number
    : one.deadline < other.deadline;
}

export class Wheel {
  readonly #heap: Slot[] = [];

  add(slot: Slot): void {
    if (slot.deadline === Infinity) {
      return;
    }
    slot.place = this.#heap.length;
    this.#heap.push(slot);
    this.#up(slot);
  }

  remove(slot: Slot): void {
    const last = this.#heap.at(-1);
    if (slot.place < 0 || last === undefined) {
      return;
    }
    this.#heap.pop();
    if (last !== slot) {
      this.#put(last, slot.place);
      this.#up(last);
      this.#down(last);
    }
    slot.place = -1;
  }

  /** The earliest deadline; Infinity: none. */
  get next(): number {
    return this.#heap[0]?.deadline ?? Infinity;
  }

  /** The next call whose time is over. */
  due(now: number): Slot | undefined {
    const first = this.#heap[0];
    return first !== undefined && first.deadline <= now ? first : undefined;
  }

  #put(slot: Slot, place: number): void {
    this.#heap[place] = slot;
    slot.place = place;
  }

  #up(slot: Slot): void {
    while (slot.place > 0) {
      const place = slot.place;
      const parent = this.#heap[(place - 1) >> 1];
      if (parent === undefined || !isBefore(slot, parent)) {
        return;
      }
      this.#put(slot, parent.place);
      this.#put(parent, place);
    }
  }

  #down(slot: Slot): void {
    for (;;) {
      const place = slot.place;
      const left = this.#heap[2 * place + 1];
      const right = this.#heap[2 * place + 2];
      const child =
        right !== undefined && left !== undefined && isBefore(right, left)
          ? right
          : left;
      if (child === undefined || !isBefore(child, slot)) {
        return;
      }
      this.#put(slot, child.place);
      this.#put(child, place);
    }
  }
}
