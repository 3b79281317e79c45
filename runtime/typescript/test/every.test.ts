/* every.test.ts: calls at intervals, with clocks that tests move. */
import assert from "node:assert/strict";
import { describe, mock, test } from "node:test";

import { BellError, every } from "../src/index.js";

/** Counts what `every` does; time is moved by `pass`. */
class Rhythm {
  beats = 0;
  takes = 0;
  fails = false;
  readonly failed: unknown[] = [];
  #now = 0;

  constructor() {
    mock.timers.enable({ apis: ["setTimeout"] });
    mock.method(performance, "now", () => this.#now);
  }

  [Symbol.dispose](): void {
    mock.timers.reset();
    mock.restoreAll();
  }

  readonly call = async (signal: AbortSignal): Promise<void> => {
    this.beats++;
    if (this.takes > 0) {
      await new Promise<void>((done, fail) => {
        setTimeout(done, this.takes);
        signal.addEventListener("abort", () => {
          fail(new Error("aborted"));
        });
      });
    }
    if (this.fails) {
      throw new Error("no");
    }
  };

  readonly hear = (error: unknown): void => {
    this.failed.push(error);
  };

  async pass(ms: number): Promise<void> {
    for (let i = 0; i <= ms; i += 50) {
      if (i > 0) {
        this.#now += 50;
      }
      mock.timers.tick(i > 0 ? 50 : 0);
      await new Promise(setImmediate);
    }
  }
}

void describe("calls at intervals", () => {
  void test("the rhythm, errors, and the end", async () => {
    using it = new Rhythm();
    const stop = every(1000, it.call, it.hear);
    assert.equal(it.beats, 0);
    await it.pass(0);
    assert.equal(it.beats, 1);
    await it.pass(950);
    assert.equal(it.beats, 1);
    await it.pass(50);
    assert.equal(it.beats, 2);
    await it.pass(10_000);
    assert.equal(it.beats, 12);
    it.fails = true;
    await it.pass(1000);
    assert.equal(it.beats, 13);
    assert.equal(it.failed.length, 1);
    stop();
    stop();
    await it.pass(10_000);
    assert.equal(it.beats, 13);
  });

  void test("no call is started while one is under way", async () => {
    using it = new Rhythm();
    it.takes = 2500;
    const stop = every(1000, it.call, it.hear);
    await it.pass(2900);
    assert.equal(it.beats, 1);
    it.takes = 0;
    await it.pass(100);
    assert.equal(it.beats, 2);
    await it.pass(1000);
    assert.equal(it.beats, 3);
    stop();
  });

  void test("the call under way ends with it, and nobody hears", async () => {
    using it = new Rhythm();
    it.takes = 3_600_000;
    const stop = every(1000, it.call, it.hear);
    await it.pass(100);
    stop();
    await it.pass(5000);
    assert.equal(it.beats, 1);
    assert.deepEqual(it.failed, []);
  });

  void test("longer than a timer can wait", async () => {
    using it = new Rhythm();
    const stop = every(2 ** 40, it.call);
    await it.pass(5000);
    assert.equal(it.beats, 1);
    stop();
  });

  void test("an interval that is none", () => {
    for (const wrong of [0, -1, NaN]) {
      assert.throws(
        () => every(wrong, () => Promise.resolve()),
        (error) =>
          error instanceof BellError &&
          error.status === "invalid" &&
          error.message === "every: the interval must be positive",
      );
    }
  });
});
