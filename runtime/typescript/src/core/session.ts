/* session.ts: calls, their ids, deadlines and the state of the connection. The
 * session never calls out and knows no clock, no socket and no bytes of a
 * protocol: it is fed, and it is asked. All times are handed in. */
import type { LineEnd } from "../seam/transport.js";
import * as connect from "./connect.js";
import { feed, next } from "./feed.js";
import { cancel } from "./finish.js";
import { takeFrames } from "./frames.js";
import {
  type Completion,
  Inside,
  type News,
  noNews,
  type Order,
  type Refused,
  type SessionOptions,
  type SessionState,
  type Trouble,
} from "./inside.js";
import { renew, renewAt, renewLater } from "./renew.js";
import { noteWritten, submit } from "./submit.js";

export class Session {
  readonly #inside: Inside;

  constructor(options: SessionOptions, now: number) {
    this.#inside = new Inside(options, now);
  }

  #at(now: number): Inside {
    this.#inside.now = now;
    return this.#inside;
  }

  get state(): SessionState {
    return this.#inside.state;
  }

  /** Why it is not ready; undefined: it never tried. */
  get trouble(): Trouble | undefined {
    return this.#inside.trouble;
  }

  /** Replies that were for nobody, since the session began. */
  get ignored(): number {
    return this.#inside.ignored;
  }

  /** Which try at a line this is: 1, and again after one that lived. */
  get attempt(): number {
    return this.#inside.attempt + 1;
  }

  /** Begins a call: its number, or why it does not begin. */
  submit(order: Order, now: number): number | Refused {
    return submit(this.#at(now), order);
  }

  /** The call ends as cancelled, told by next(). False where it is over. */
  cancel(call: number): boolean {
    return cancel(this.#inside, call);
  }

  wantsLine(now: number): boolean {
    return connect.wantsLine(this.#inside, now);
  }

  opening(now: number): void {
    connect.opening(this.#at(now));
  }

  opened(now: number): void {
    connect.opened(this.#at(now));
  }

  lost(end: LineEnd, now: number): void {
    connect.lost(this.#at(now), end);
  }

  /** A message; next() reads it event by event. */
  feed(bytes: Uint8Array, now: number): void {
    feed(this.#at(now), bytes);
  }

  /** From now on so much of what is fed is worked off by next(), in bytes; each
   * message of the protocol's counts as some more. */
  set work(work: number) {
    this.#inside.work = work;
  }

  /** What was fed is not read to its end. */
  get isReading(): boolean {
    return this.#inside.frame !== undefined;
  }

  /** The next call that ended; undefined when there is none for now. */
  next(): Completion | undefined {
    return next(this.#inside);
  }

  /** No line is wanted before `until`: something is asked for first. */
  hold(until: number): void {
    connect.hold(this.#inside, until);
  }

  /** A line that could not even be dialed. */
  refused(final: boolean, reason: string, now: number): void {
    connect.refused(this.#at(now), final, reason);
  }

  /** Ready: the server is told a new token, which the protocol has. */
  renew(now: number): void {
    renew(this.#at(now));
  }

  /** There is a new token, whose time nobody knows yet. */
  tokenTaken(): void {
    this.#inside.tokenEnds = Infinity;
  }

  /** The time of the last line's token has passed. */
  isTokenSpent(now: number): boolean {
    return now >= this.#inside.tokenEnds;
  }

  /** Ready: the token is due at that time again, unless the server speaks. */
  renewAt(at: number): void {
    renewAt(this.#inside, at);
  }

  /** Ready: no token is to be had; it is due again after a wait. */
  renewLater(now: number): void {
    renewLater(this.#at(now));
  }

  /** Deadlines, the reconnect time, the token's time and the watchdog. */
  tick(now: number): void {
    connect.tick(this.#at(now));
  }

  /** The earliest time at which tick has something to do; Infinity: never. */
  get nextTime(): number {
    return connect.nextTime(this.#inside);
  }

  /** Frames wait for the transport. */
  get hasFrames(): boolean {
    return this.#inside.outbox.count > 0;
  }

  /** The first frames, until they have `most` bytes, for the transport: from
   * now on they may be on the line. */
  takeFrames(most = Infinity): string[] {
    return takeFrames(this.#inside, most);
  }

  /** Frames of this line that may leave, whatever becomes of it: nobody can
   * take them back. */
  begun(frames: number): void {
    this.#inside.framesBegun = frames;
  }

  /** Frames of this line that the kernel has wholly. */
  written(frames: number): void {
    noteWritten(this.#inside, frames);
  }

  /** Moves the news out; undefined where there are none. */
  news(): News | undefined {
    if (!this.#inside.hasNews) {
      return undefined;
    }
    const { news } = this.#inside;
    this.#inside.news = noNews();
    this.#inside.hasNews = false;
    return news;
  }

  /** The next wait before a reconnect is skipped. */
  kick(now: number): void {
    connect.kick(this.#at(now));
  }

  /** Every call ends as closed, told by next(). */
  shut(): void {
    connect.shut(this.#inside);
  }

  /** For tests: what only years would bring about. */
  set lastNumber(number: number) {
    this.#inside.table.last = number;
  }
}
