/* link.ts: one connection of our own through all its lines: session, protocol
 * and transport, their clock and their one timer. It knows no types of a
 * schema and no user. */
import * as core from "../core/session.js";
import type { LineEnd } from "../seam/transport.js";
import type { Platform } from "../transport/socket.js";
import type { Url } from "../transport/url.js";
import { dialBy } from "../transport/web_socket.js";
import { Ws } from "../transport/ws.js";
import {
  clock,
  type Line,
  type LineWatch,
  type Order,
  type Refused,
  TIMER_MS_MAX,
} from "./line.js";
import { type Mode, makeMode } from "./mode.js";
import type { Settings, Token } from "./options.js";
import { Renewal } from "./renewal.js";

export interface LinkOptions {
  readonly url: Url;
  readonly token: Token;
  readonly userId: string;
  /** As it is sent; "": none. */
  readonly connectData: string;
  readonly settings: Settings;
  readonly platform: Platform;
}

/** Who is so late was stopped, or busy with something else. */
const LATE_MS = 50;
const QUIET_MS = 20;
const CATCH_UP_MS_MAX = 250;
const CATCH_UP_STEP = 1;

function random(span: number): number {
  return Math.floor(Math.random() * (span + 1));
}

export class Link implements Line {
  readonly #watch: LineWatch;
  readonly #platform: Platform;
  readonly #mode: Mode;
  readonly #session: core.Session;
  readonly #transport: Ws;
  readonly #renewal: Renewal;
  readonly #ends = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #timerAt = Infinity;
  #heardAt = -Infinity;
  /** While it catches up. */
  #lateSince: number | undefined;
  /** The session knows that the line is up. */
  #isTold = false;
  #turning = false;
  #again = false;
  #queued = false;
  /** A message is read on when others have had a turn. */
  #rests = false;

  constructor(options: LinkOptions, watch: LineWatch) {
    const { url, token, userId, connectData, settings, platform } = options;
    const wake = () => {
      this.#turn();
    };
    const isAsked = typeof token === "function";
    this.#watch = watch;
    this.#platform = platform;
    const first = isAsked ? "" : token;
    this.#mode = makeMode(settings, first, userId, connectData);
    this.#session = core.open(
      {
        ...settings,
        protocol: this.#mode.protocol,
        random,
        renews: isAsked,
      },
      clock(),
    );
    this.#transport = new Ws(
      {
        ...settings,
        url,
        dial:
          settings.dial === undefined ? platform.dial : dialBy(settings.dial),
      },
      wake,
      () => {
        this.#heardAt = clock();
      },
    );
    this.#renewal = new Renewal({
      source: isAsked ? token : undefined,
      session: this.#session,
      greeter: this.#mode.greeter,
      deadlineMs: settings.connectDeadlineMs,
      signal: this.#ends.signal,
      say: (text, isTrouble) => {
        watch.token(text, isTrouble);
      },
      wake,
    });
  }

  get #now(): core.Session {
    return core.at(this.#session, clock());
  }

  get #isClosed(): boolean {
    return this.#ends.signal.aborted;
  }

  get isReady(): boolean {
    return this.#session.state === "ready";
  }

  /** A text of the protocol that data are told to reach too far by. */
  reread(payload: Uint8Array): Uint8Array | undefined {
    return this.#mode.protocol.reread(payload);
  }

  /** A program's own dial() must not run while it connects. */
  open(): void {
    this.#soon();
  }

  send(order: Order): number | Refused {
    const begun = core.submit(this.#now, order);
    if (typeof begun === "number") {
      this.#soon();
    }
    return begun;
  }

  cancel(call: number): void {
    core.written(this.#session, this.#transport.written);
    if (core.cancel(this.#session, call)) {
      this.#soon();
    }
  }

  /** The next wait before a reconnect is skipped. */
  kick(): void {
    core.kick(this.#now);
    this.#soon();
  }

  close(): void {
    this.#ends.abort();
    core.written(this.#session, this.#transport.written);
    core.shut(this.#session);
    this.#deliver();
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#transport.close(1000);
    this.#tellGone();
  }

  /** Replies that came for calls that were over. */
  get ignored(): number {
    return this.#session.ignored;
  }

  get gone(): boolean {
    return this.#isClosed && this.#transport.gone;
  }

  #tellGone(): void {
    if (this.gone) {
      this.#watch.gone();
    }
  }

  // ---- Turns: everything that is to do now ----------------------------------

  /** Commands of one turn of the program leave in one frame. */
  #soon(): void {
    if (!this.#queued) {
      this.#queued = true;
      queueMicrotask(() => {
        this.#queued = false;
        this.#turn();
      });
    }
  }

  get #hasMore(): boolean {
    return this.#again && !this.#isClosed;
  }

  #turn(): void {
    if (this.#isClosed) {
      this.#tellGone();
      return;
    }
    this.#again = true;
    if (this.#turning) {
      return;
    }
    this.#turning = true;
    while (this.#hasMore) {
      this.#again = false;
      core.written(this.#session, this.#transport.written);
      this.#checkUp();
      this.#read();
      this.#checkDown();
      this.#deliver();
      this.#followNews();
      this.#dial();
      this.#flush();
    }
    this.#turning = false;
    this.#arm();
  }

  #checkUp(): void {
    if (this.#transport.line === "up" && !this.#isTold) {
      if (this.#renewal.outlived) {
        // A server cuts off who shows a token that has run out, and for good.
        this.#transport.close(0);
        this.#lost({ code: 0, text: "the token expired in the meantime" });
        core.kick(this.#now);
        return;
      }
      this.#isTold = true;
      core.opened(this.#now);
    }
  }

  /** What is left of the last message comes first: others have had a turn.
   * Several messages are one turn's work too. */
  #read(): void {
    this.#session.work = 0;
    while (!this.#rests) {
      this.#deliver();
      if (core.isReading(this.#session)) {
        this.#rests = true;
        this.#platform.soon(() => {
          this.#rests = false;
          this.#turn();
        });
        return;
      }
      const message = this.#transport.receive();
      if (message === undefined) {
        return;
      }
      core.feed(this.#now, message);
    }
  }

  #checkDown(): void {
    const { state } = this.#session;
    const wants =
      state === "opening" || state === "greeting" || state === "ready";
    // Messages may wait while it rests: the end is behind them.
    if (wants && !this.#rests && this.#transport.line === "down") {
      this.#lost(this.#transport.end);
    }
  }

  #lost(end: LineEnd): void {
    this.#isTold = false;
    core.lost(this.#now, end);
  }

  #deliver(): void {
    let ended = core.next(this.#session);
    while (ended !== undefined) {
      core.spend(this.#session, this.#watch.ended(ended));
      ended = core.next(this.#session);
    }
  }

  /** The session drops a line that it no longer trusts. */
  #followNews(): void {
    const news = core.takeNews(this.#session);
    if (news === undefined) {
      return;
    }
    if (news.spentToken) {
      this.#renewal.spent();
    }
    if (news.drop !== undefined) {
      this.#transport.close(news.drop);
      this.#isTold = false;
    }
    if (news.lost !== undefined) {
      const { trouble, retryAt } = news.lost;
      this.#watch.lost(trouble, retryAt - clock());
    }
    if (news.warning !== undefined) {
      this.#watch.refused(news.warning);
    }
    if (news.ready !== undefined) {
      this.#watch.connected(news.ready);
    }
    if (news.tokenDue) {
      this.#renewal.due();
    }
    this.#again = true;
  }

  #dial(): void {
    if (!core.wantsLine(this.#session, clock()) || !this.#renewal.ready()) {
      return;
    }
    this.#watch.connecting(this.#session.attempt + 1);
    core.opening(this.#now);
    this.#isTold = false;
    this.#transport.open();
  }

  /** What the platform has no room for stays, and can be taken back. */
  #flush(): void {
    while (core.hasFrames(this.#session) && this.#transport.room > 0) {
      this.#transport.send(
        core.takeFrames(this.#session, this.#transport.room),
      );
      core.begun(this.#session, this.#transport.begun);
    }
  }

  // ---- The one timer --------------------------------------------------------

  #arm(): void {
    const at = this.#isClosed ? Infinity : core.nextTime(this.#session);
    if (this.#timer !== undefined && this.#timerAt <= at) {
      return; // it will look again
    }
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#timerAt = at;
    if (at !== Infinity) {
      const wait = Math.min(Math.max(Math.ceil(at - clock()), 0), TIMER_MS_MAX);
      this.#timer = setTimeout(() => {
        this.#ring();
      }, wait);
    }
  }

  /** A program that was stopped, or busy, finds in its socket what came for
   * it, and more behind that: while bytes come nothing is late, for a while. */
  #catchesUp(): boolean {
    const now = clock();
    const since = this.#lateSince ?? now;
    const catchesUp =
      now - core.nextTime(this.#session) >= LATE_MS &&
      (now - this.#heardAt < QUIET_MS || core.isReading(this.#session)) &&
      now - since < CATCH_UP_MS_MAX;
    this.#lateSince = catchesUp ? since : undefined;
    return catchesUp;
  }

  /** What lies in the socket goes first: this program may have been busy or
   * asleep while it came. */
  #ring(): void {
    this.#platform.soon(() => {
      this.#timer = undefined;
      this.#timerAt = Infinity;
      core.heard(this.#session, this.#heardAt);
      if (!this.#isClosed && this.#catchesUp()) {
        this.#timerAt = -Infinity;
        this.#timer = setTimeout(() => {
          this.#ring();
        }, CATCH_UP_STEP);
      } else if (!this.#isClosed) {
        core.written(this.#session, this.#transport.written);
        core.tick(this.#now);
        this.#turn();
      }
    });
  }
}
