/* places.ts: each call takes the next server in turn, a further try one that
 * has not had this call. One that failed is passed over for a while, unless all
 * did. It knows no urls. */
import { clock } from "./line.js";

/** With the first one. */
export const PLACES_MAX = 64;

/** Where a call has been. */
export interface Visit {
  place: number;
  readonly been: Set<number>;
}

export class Places {
  readonly #restMs: number;
  /** Until when each rests. */
  readonly #until: number[];
  #turn = 0;

  constructor(count: number, restMs: number) {
    this.#restMs = restMs;
    this.#until = new Array<number>(count).fill(-Infinity);
  }

  /** Where its next try goes. */
  pick(visit: Visit): void {
    const isFirst = visit.been.size === 0;
    const start = isFirst ? this.#turn : visit.place + 1;
    const been = this.areLeft(visit) ? visit.been : new Set<number>();
    const place = this.#find(start, been, clock());
    // Where all of them rest it is as if none did.
    visit.place = place ?? this.#find(start, been, Infinity) ?? 0;
    visit.been.add(visit.place);
    if (isFirst) {
      this.#turn = (visit.place + 1) % this.#until.length;
    }
  }

  /** Whether there is one that has not had the call. */
  areLeft({ been }: Visit): boolean {
    return been.size < this.#until.length;
  }

  /** What a try was worth. */
  heard(place: number, isGood: boolean): void {
    this.#until[place] = isGood ? -Infinity : clock() + this.#restMs;
  }

  #find(start: number, been: Set<number>, now: number): number | undefined {
    const count = this.#until.length;
    for (let i = 0; i < count; i++) {
      const place = (start + i) % count;
      if (!been.has(place) && (this.#until[place] ?? 0) <= now) {
        return place;
      }
    }
    return undefined;
  }
}
