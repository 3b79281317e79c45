/* rest_call.ts: a call of `rest` from its begin to its one end: its tries, the
 * waits between them, and where they are sent. It knows no types of a schema
 * and no bytes of HTTP. */
import { BellError, type Sent, type Status } from "../errors.js";
import {
  findHeader,
  isRetried,
  movedTo,
  readRetryAfter,
} from "../protocol/rest.js";
import type {
  Exchange,
  Exchanger,
  Failure,
  Header,
  Origin,
  Reply,
  Request,
} from "../seam/exchange.js";
import type { AnyMethod } from "../tables.js";
import type { Base } from "../transport/url.js";
import type { Asked, Cache } from "./cache.js";
import { cancelled } from "./failure.js";
import { clock, TIMER_MS_MAX } from "./line.js";
import type { Places, Visit } from "./places.js";
import { follow, unfollow } from "./signals.js";
import type { Tokens } from "./tokens.js";

const RETRY_AFTER_MIN_MS = 100;
const RETRY_COST = 10;
const UNAUTHORIZED = 401;
const TOO_MANY = 429;

/** What further tries of all calls have left. */
export class Budget {
  readonly #most: number;
  #left: number;

  constructor(most: number) {
    this.#most = most < 0 ? Infinity : most;
    this.#left = this.#most;
  }

  /** False: it does not suffice. */
  take(): boolean {
    const suffices = this.#left >= RETRY_COST;
    this.#left -= suffices ? RETRY_COST : 0;
    return suffices;
  }

  giveBack(): void {
    this.#left = Math.min(this.#most, this.#left + 1);
  }
}

/** What calls of a client share. */
export interface RESTHost {
  readonly exchanger: Exchanger;
  /** The servers, which all do the same. */
  readonly bases: readonly Base[];
  readonly places: Places;
  /** undefined: nothing is kept. */
  readonly cache: Cache | undefined;
  readonly tokens: Tokens;
  readonly budget: Budget;
  readonly redirectsMax: number;
  readonly retryMinMs: number;
  readonly retryMaxMs: number;
  /** Headers that go to the server alone, not to where it redirects. */
  readonly headers: readonly Header[];
  soon(run: () => void): void;
  say(text: string): void;
}

/** What is to be sent, but for its token. */
export interface Order {
  readonly method: AnyMethod;
  readonly verb: string;
  /** Behind the path of a server's url. */
  readonly target: string;
  /** Before the token, and the route's own behind it. */
  readonly first: readonly Header[];
  readonly own: readonly Header[];
  /** Behind all others. */
  readonly last: readonly Header[];
  readonly body: string | undefined;
  readonly bearer: boolean;
  /** What a login has brought for this call. */
  readonly brought: string | undefined;
  /** Since when it waits, by clock(), and how long. */
  readonly began: number;
  readonly waitMs: number;
  readonly retries: number;
  /** An answer that is kept will not do. */
  readonly noCache: boolean;
  readonly signal: AbortSignal | undefined;
}

/** Headers of an endpoint that another server must not see. */
const SECRET = /^(authorization|cookie)$/i;

/** Where the next try goes. */
interface Aim {
  readonly to: Origin;
  readonly target: string;
}

const NOWHERE: Aim = { to: { secure: false, authority: "" }, target: "" };

/** Where a redirect leads; undefined: nowhere that it is followed to. */
function aimOf(from: Aim, location: string): Aim | undefined {
  const { to, target } = from;
  const scheme = (secure: boolean) => (secure ? "https:" : "http:");
  try {
    const here = `${scheme(to.secure)}//${to.authority}${target}`;
    const url = new URL(location, here);
    const secure = url.protocol === "https:";
    const isHttp = secure || url.protocol === "http:";
    if (!isHttp || (to.secure && !secure) || url.username !== "") {
      return undefined;
    }
    // A url's host is spelled otherwise than the program's may be.
    const isSame = new URL(here).origin === url.origin;
    return {
      to: isSame ? to : { secure, authority: url.host },
      target: url.pathname + url.search,
    };
  } catch {
    return undefined;
  }
}

export class RESTCall {
  readonly #host: RESTHost;
  readonly #order: Order;
  readonly #ended: (outcome: Reply | BellError) => void;
  readonly #deadline: number;
  #brought: string | undefined;
  #isAsking = false;
  /** A token was refused, and another one was asked for. */
  #isRenewed = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #exchange: Exchange | undefined;
  #token = "";
  readonly #visit: Visit = { place: 0, been: new Set() };
  #aim: Aim = NOWHERE;
  #asked: Asked | undefined;
  #tries = 0;
  #redirects = 0;
  /** Of the tries that are over. */
  #sent: Sent = "no";
  /** Why the last one failed. */
  #trouble = "";
  #isOver = false;

  /** `ended` is called once, never inside of this. */
  constructor(
    host: RESTHost,
    order: Order,
    ended: (outcome: Reply | BellError) => void,
  ) {
    this.#host = host;
    this.#order = order;
    this.#ended = ended;
    this.#deadline = order.began + order.waitMs;
    this.#brought = order.brought;
    this.#arm();
    if (order.signal !== undefined) {
      follow(order.signal, this.#aborted);
    }
    queueMicrotask(() => {
      this.#try();
    });
  }

  /** It ends with the client. */
  close(): void {
    this.#fail("closed", ": the client was closed");
  }

  // ---- Its end ------------------------------------------------------------

  readonly #aborted = (reason: unknown): void => {
    const { sent } = this;
    const { message, ...details } = cancelled(this.#order.method.name, reason);
    this.#end(
      new BellError("cancelled", message, { ...details, sent, cause: reason }),
    );
  };

  get sent(): Sent {
    return this.#sent === "no" ? (this.#exchange?.sent ?? "no") : "unknown";
  }

  #end(outcome: Reply | BellError): void {
    if (this.#isOver) {
      return;
    }
    const { signal } = this.#order;
    this.#isOver = true;
    this.#exchange?.cancel();
    this.#host.cache?.end(this.#asked);
    clearTimeout(this.#timer);
    clearTimeout(this.#retryTimer);
    if (signal !== undefined) {
      unfollow(signal, this.#aborted);
    }
    this.#ended(outcome);
  }

  #fail(status: Status, text: string): void {
    const { name } = this.#order.method;
    const { sent } = this;
    this.#end(new BellError(status, name + text, { method: name, sent }));
  }

  // ---- Its deadline -------------------------------------------------------

  #arm(): void {
    if (this.#deadline !== Infinity) {
      const left = Math.max(Math.ceil(this.#deadline - clock()), 0);
      this.#timer = setTimeout(
        () => {
          this.#ring();
        },
        Math.min(left, TIMER_MS_MAX),
      );
    }
  }

  /** What lies in the socket goes first: this program may have been busy while
   * it came. */
  #ring(): void {
    this.#host.soon(() => {
      this.#host.soon(() => {
        if (this.#isOver) {
          return;
        }
        if (clock() < this.#deadline) {
          this.#arm();
        } else {
          this.#late();
        }
      });
    });
  }

  #late(): void {
    const what = this.#isAsking
      ? "no token came"
      : this.sent === "no"
        ? "not sent"
        : "no reply";
    const why = this.#trouble === "" ? "" : `: ${this.#trouble}`;
    const waited = `within ${Math.round(this.#order.waitMs)} ms`;
    this.#fail("deadline", `: ${what} ${waited}${why}`);
  }

  // ---- Its tries ----------------------------------------------------------

  #try(): void {
    if (this.#isOver) {
      return;
    }
    const token = this.#findToken();
    if (typeof token === "string") {
      this.#begin(token);
      return;
    }
    this.#isAsking = true;
    token.then(
      (found) => {
        this.#isAsking = false;
        this.#begin(found);
      },
      (error: unknown) => {
        const { name } = this.#order.method;
        const { status, message } = error as BellError;
        const text = `${name}: it was not sent: ${message}`;
        const details = { method: name, sent: this.sent, cause: error };
        this.#end(new BellError(status, text, details));
      },
    );
  }

  #findToken(): string | Promise<string> {
    const { bearer, method } = this.#order;
    return bearer
      ? (this.#brought ??
          this.#host.tokens.get(method.route?.roles ?? [], () => !this.#isOver))
      : "";
  }

  /** A try at a server, or the answer that is kept. */
  #begin(token: string): void {
    if (this.#isOver) {
      return;
    }
    this.#token = token;
    const host = this.#host;
    const order = this.#order;
    if (host.cache !== undefined) {
      const { verb, target } = order;
      this.#asked = host.cache.ask(verb, target, this.#headers(true));
      const kept = order.noCache ? undefined : this.#kept();
      if (kept !== undefined) {
        this.#end(kept);
        return;
      }
    }
    host.places.pick(this.#visit);
    this.#aim = this.#home;
    this.#send();
  }

  #kept(): Reply | undefined {
    return this.#asked && this.#host.cache?.find(this.#asked);
  }

  get #base(): Base | undefined {
    return this.#host.bases[this.#visit.place];
  }

  /** Where the call is sent, before any redirect. */
  get #home(): Aim {
    const base = this.#base;
    return base === undefined
      ? NOWHERE
      : { to: base, target: base.path + this.#order.target };
  }

  #send(): void {
    this.#exchange = this.#host.exchanger.begin(
      this.#request(),
      (reply) => {
        this.#replied(reply);
      },
      (failure) => {
        this.#failed(failure);
      },
    );
  }

  #request(): Request {
    const { verb, body } = this.#order;
    const { to, target } = this.#aim;
    const isTheirs = to === this.#base;
    const headers: Header[] = [["Host", to.authority]];
    headers.push(...this.#headers(isTheirs));
    return { to, verb, target, headers, body };
  }

  /** All but Host; another server is shown no secrets. */
  #headers(isTheirs: boolean): Header[] {
    const { first, own, last } = this.#order;
    const headers = [...first];
    if (this.#token !== "" && isTheirs) {
      headers.push(["Authorization", `Bearer ${this.#token}`]);
    }
    headers.push(...own.filter(([name]) => isTheirs || !SECRET.test(name)));
    if (isTheirs) {
      headers.push(...this.#host.headers);
    }
    headers.push(...last);
    return headers;
  }

  #replied(reply: Reply): void {
    if (this.#isOver) {
      return;
    }
    this.#exchange = undefined;
    this.#sent = "unknown";
    const { status, headers } = reply;
    if (this.#follow(reply)) {
      return;
    }
    const said = readRetryAfter(findHeader(headers, "retry-after"), Date.now());
    const floor = said < 0 ? 0 : Math.max(said, RETRY_AFTER_MIN_MS);
    const isTrouble = isRetried(status);
    const isElsewhere = isTrouble && status !== TOO_MANY;
    this.#host.places.heard(this.#visit.place, !isElsewhere);
    this.#host.cache?.learn(this.#asked, reply);
    this.#trouble = `HTTP ${status}`;
    if (status === UNAUTHORIZED && this.#renew()) {
      return;
    }
    const mayAgain = isTrouble && this.#order.method.idempotent === true;
    if (!mayAgain || !this.#again(floor, isElsewhere)) {
      this.#end(reply);
    }
  }

  /** The token was refused: another one is asked for, and the call is tried
   * once more with it, if it may be. False: it ends. */
  #renew(): boolean {
    const isTheirs = this.#aim.to === this.#base;
    const { tokens, cache } = this.#host;
    if (this.#token === "" || !isTheirs || !tokens.refused(this.#token)) {
      return false;
    }
    this.#brought = undefined;
    const isLast = this.#tries >= this.#order.retries || this.#isRenewed;
    if (isLast || this.#order.method.idempotent !== true) {
      return false;
    }
    this.#isRenewed = true;
    this.#tries++;
    this.#redirects = 0;
    cache?.end(this.#asked);
    this.#try();
    return true;
  }

  /** Sends it to where a redirect leads. */
  #follow(reply: Reply): boolean {
    const location = movedTo(reply);
    const aim = location && aimOf(this.#aim, location);
    if (!aim || this.#redirects >= this.#host.redirectsMax) {
      return false;
    }
    this.#redirects++;
    this.#aim = aim;
    this.#send();
    return true;
  }

  #failed({ text, sent }: Failure): void {
    if (this.#isOver) {
      return;
    }
    this.#exchange = undefined;
    this.#trouble = text;
    if (sent === "unknown") {
      this.#sent = sent;
    }
    this.#host.places.heard(this.#visit.place, false);
    const mayAgain = sent === "no" || this.#order.method.idempotent === true;
    if (mayAgain && this.#again(0, true)) {
      return;
    }
    const what =
      this.sent === "no"
        ? "it was not sent"
        : "sent, but no reply came; whether it was executed is unknown";
    this.#fail("disconnected", `: ${what}: ${text}`);
  }

  /** Waits for another try, `floorMs` at least, unless a server that has not
   * had the call may do better; false: there will be none. */
  #again(floorMs: number, isElsewhere: boolean): boolean {
    const { retryMinMs, retryMaxMs, budget, places } = this.#host;
    const isNext = isElsewhere && places.areLeft(this.#visit);
    const span = Math.min(retryMaxMs, retryMinMs * 2 ** this.#tries);
    const waitMs = isNext ? 0 : Math.max(Math.random() * span, floorMs);
    const isLast = this.#tries >= this.#order.retries;
    if (isLast || clock() + waitMs >= this.#deadline || !budget.take()) {
      return false;
    }
    this.#tries++;
    this.#redirects = 0;
    this.#host.cache?.end(this.#asked);
    this.#host.say(
      `${this.#order.method.name}: ${this.#trouble}; next try in ` +
        `${Math.round(waitMs)} ms`,
    );
    this.#retryTimer = setTimeout(
      () => {
        this.#try();
      },
      Math.min(waitMs, TIMER_MS_MAX),
    );
    return true;
  }
}
