/* rest.ts: the client that programs use for HTTP: values in and out, by the
 * tables. It knows no bytes of HTTP. */
import { BellError, type ErrorDetails, RPCError } from "../errors.js";
import { NOT_UTF8 } from "../json/fault.js";
import {
  findHeader,
  isSuccess,
  isTemporary,
  readError,
} from "../protocol/rest.js";
import { writeRoute } from "../record/route.js";
import type { Exchanger, Header, Reply } from "../seam/exchange.js";
import type { AnyMethod, Method, Route } from "../tables.js";
import { type Base, readBase } from "../transport/url.js";
import { byteSize, fromStrictUtf8, goodUtf8 } from "../utf8.js";
import { http } from "#http";
import { Cache } from "./cache.js";
import { type Caller, decodeResult, tooLong, waitOf } from "./call.js";
import { answeredError, cancelled, refusalOf } from "./failure.js";
import { clock } from "./line.js";
import { Teller } from "./log.js";
import type { CallOptions, Token } from "./options.js";
import { makeId } from "./fingerprint.js";
import { Places } from "./places.js";
import { Budget, type Order, RESTCall, type RESTHost } from "./rest_call.js";
import {
  type RESTOptions,
  type RESTSettings,
  settleREST,
  wrongRESTOptions,
} from "./rest_options.js";
import { Tokens, wrongBearer } from "./tokens.js";

/** They say how long their body is, also where it is empty. */
const COUNTED = ["POST", "PUT", "PATCH"];

/** A call that is not over. */
interface Running {
  readonly call: RESTCall;
}

/**
 * Calls methods of `rest` by HTTP, over connections that it keeps for a while.
 *
 * @example
 * const api = new APIClient(new RESTClient(url, token));
 */
export class RESTClient implements Caller {
  readonly #settings: RESTSettings;
  readonly #teller: Teller;
  readonly #tokens: Tokens;
  readonly #exchanger: Exchanger;
  readonly #host: RESTHost;
  readonly #ends = new AbortController();
  readonly #running = new Set<Running>();
  #id: string | undefined;
  #count = 0;

  /**
   * @param url http://host:8000/path; ws:// means http://.
   * @param token for methods with `auth: bearer`: a text, or a function that is
   * called whenever one is needed.
   * @throws BellError if a url, token or option can never work.
   */
  constructor(url: string, token: Token = "", options: RESTOptions = {}) {
    const [settings, misset] = http.inherit(settleREST(options));
    const wrong =
      misset ??
      (url === "" ? "url is missing" : undefined) ??
      wrongRESTOptions(settings, options, http) ??
      (typeof token === "function" ? undefined : wrongBearer(token));
    if (wrong !== undefined) {
      throw new BellError("invalid", `options: ${wrong}`, { sent: "no" });
    }
    const bases = [readBase(url), ...readMore(settings.urls)];
    this.#settings = settings;
    this.#teller = new Teller(settings, http.debug);
    this.#exchanger = http.make(settings);
    const cache =
      settings.cacheMs > 0
        ? new Cache(settings.cacheMs, settings.cacheBytesMax)
        : undefined;
    this.#tokens = new Tokens(token, {
      ...settings,
      deadlineMs: settings.connectDeadlineMs,
      changed: () => {
        cache?.forget();
      },
      signal: this.#ends.signal,
      say: (text, isTrouble) => {
        this.#teller.say(isTrouble ? "warn" : "info", "token", text);
      },
    });
    this.#host = {
      ...settings,
      exchanger: this.#exchanger,
      bases,
      places: new Places(bases.length, settings.urlRestMs),
      cache,
      tokens: this.#tokens,
      budget: new Budget(settings.retryBudget),
      headers: Object.entries(settings.headers ?? {}),
      soon: (run) => {
        http.soon(run);
      },
      say: (text) => {
        this.#teller.say("warn", "lost", text);
      },
    };
  }

  /** Ends all calls and connections; there are no calls any more. */
  close(): void {
    if (this.#isClosed) {
      return;
    }
    this.#ends.abort();
    for (const { call } of [...this.#running]) {
      call.close();
    }
    this.#exchanger.close();
    this.#teller.say("info", "closed", "closed");
  }

  /** Sets the token of a role of the schema, or the default's; null: it is
   * forgotten. Calls that waited for it go out.
   * @throws BellError if it cannot be sent. */
  setToken(token: string | null, role = ""): void {
    this.#tokens.set(role, token);
  }

  /** Whether there is a token of that role that has not expired. */
  isAuthenticated(role = ""): boolean {
    return this.#tokens.isAuthenticated(role);
  }

  /** When the token of that role expires; null: there is none, or it does not
   * say. */
  tokenExpires(role = ""): Date | null {
    const seconds = this.#tokens.expires(role);
    return seconds === 0 ? null : new Date(seconds * 1000);
  }

  get #isClosed(): boolean {
    return this.#ends.signal.aborted;
  }

  /** Calls a method by its table. For generated code. */
  invoke<Params, Result>(
    method: Method<Params, Result>,
    params: Params,
    options: CallOptions = {},
  ): Promise<Result> {
    return this.#start(method, params, options) as Promise<Result>;
  }

  #start(
    method: AnyMethod,
    params: unknown,
    options: CallOptions,
  ): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const order = this.#order(method, params, options);
      const login = this.#loginOf(method, params, options, order.began);
      const number = ++this.#count;
      const settle = (outcome: Reply | BellError, read: () => unknown) => {
        const { began } = order;
        this.#running.delete(running);
        try {
          const value = read();
          this.#told(method, number, began, outcome, undefined);
          resolve(value);
        } catch (error) {
          const failed = error as BellError;
          this.#told(method, number, began, outcome, failed);
          reject(failed);
        }
      };
      const begin = (ready: Order) =>
        new RESTCall(this.#host, ready, (outcome) => {
          settle(outcome, () => this.#value(method, outcome));
        });
      const running: { call: RESTCall } = {
        call:
          login === undefined
            ? begin(order)
            : new RESTCall(this.#host, login, (outcome) => {
                try {
                  const brought = this.#brought(method, login, outcome);
                  running.call = begin({ ...order, brought });
                } catch (error) {
                  settle(outcome, () => {
                    throw loginError(method, login, options, error);
                  });
                }
              }),
      };
      this.#running.add(running);
      if (this.#teller.speaks || this.#teller.counts) {
        const about = { method: method.name, call: number, elapsedMs: 0 };
        this.#teller.begun(about, byteSize(order.body ?? ""), "");
      }
    });
  }

  /** The call that goes before, where the params have its own. */
  #loginOf(
    { name, route }: AnyMethod,
    params: unknown,
    options: CallOptions,
    began: number,
  ): Order | undefined {
    const login = route?.login?.();
    const given =
      typeof params === "object" && params !== null
        ? (params as { login?: unknown }).login
        : undefined;
    if (login?.route === undefined || given === undefined) {
      return undefined;
    }
    try {
      return this.#write(login, login.route, given, options, began);
    } catch (error) {
      throw error instanceof BellError ? insideLogin(error, name) : error;
    }
  }

  /** What the login's reply says of the token that the call shows. */
  #brought(
    { route }: AnyMethod,
    { method: login }: Order,
    outcome: Reply | BellError,
  ): string | undefined {
    const value = this.#value(login, outcome);
    const brought = new Map(broughtBy(login.route, value));
    const roles = [...(route?.roles ?? []), ""];
    return roles.flatMap((role) => brought.get(role) ?? [])[0];
  }

  #refuse(
    method: AnyMethod,
    status: "closed" | "invalid" | "limit",
    text: string,
  ) {
    return refusalOf(method.name, { status, text, origin: "local", code: 0 });
  }

  /** Throws where the call does not begin. */
  #order(method: AnyMethod, params: unknown, options: CallOptions): Order {
    const { route, name } = method;
    const { callsMax, requestBytesMax } = this.#settings;
    const { signal } = options;
    if (route === undefined) {
      throw this.#refuse(method, "invalid", `${name} is no method of rest`);
    }
    const order = this.#write(method, route, params, options, clock());
    if (signal?.aborted === true) {
      throw cancelled(name, signal.reason);
    }
    if (this.#isClosed) {
      throw this.#refuse(method, "closed", "the client is closed");
    }
    const wrong =
      this.#running.size >= callsMax
        ? `calls_max (${callsMax})`
        : byteSize(order.body ?? "") > requestBytesMax
          ? `request_bytes_max (${requestBytesMax})`
          : undefined;
    if (wrong !== undefined) {
      const text = `${wrong} is reached: nothing was sent`;
      throw this.#refuse(method, "limit", text);
    }
    return order;
  }

  #write(
    method: AnyMethod,
    route: Route,
    params: unknown,
    options: CallOptions,
    began: number,
  ): Order {
    const { userAgent, gzip, restRetries } = this.#settings;
    try {
      const written = writeRoute(method, route, params, this.#settings);
      const isJson = method.result !== undefined && route.text !== true;
      return {
        method,
        verb: route.verb,
        target: written.target,
        first: this.#known([
          ["User-Agent", userAgent],
          ["Accept", isJson ? "application/json" : "*/*"],
        ]),
        own: [...written.headers, ...this.#idFor(route, written.headers)],
        last: this.#known([
          ...lengthOf(route.verb, written.body),
          ...(gzip ? [["Accept-Encoding", "gzip"] as const] : []),
        ]),
        body: written.body,
        bearer: route.bearer === true,
        brought: undefined,
        began,
        waitMs: waitOf(method, options, this.#settings),
        retries: options.retries ?? restRetries,
        noCache: options.noCache === true,
        signal: options.signal,
      };
    } catch (error) {
      throw error instanceof BellError ? error.of(method.name) : error;
    }
  }

  /** The client's own id, where the route wants one and nobody says another. */
  #idFor({ fingerprint }: Route, own: readonly Header[]): Header[] {
    if (fingerprint === undefined) {
      return [];
    }
    const name = fingerprint.toLowerCase();
    if (findHeader([...own, ...this.#host.headers], name) !== undefined) {
      return [];
    }
    this.#id ??= makeId();
    return [[fingerprint, this.#id]];
  }

  /** Those that the platform lets a program write. */
  #known(headers: readonly Header[]): readonly Header[] {
    return headers.filter(([name]) => !http.owns.includes(name.toLowerCase()));
  }

  // ---- Answers ------------------------------------------------------------

  #value(method: AnyMethod, outcome: Reply | BellError): unknown {
    if (outcome instanceof BellError) {
      throw outcome;
    }
    const { status, body } = outcome;
    if (!isSuccess(status)) {
      throw this.#answered(method, outcome);
    }
    this.#host.budget.giveBack();
    const value =
      method.route?.text === true
        ? this.#text(method, body)
        : decodeResult(method, body, this.#settings, this.#settings);
    this.#capture(method, value);
    return value;
  }

  #text({ name }: AnyMethod, body: Uint8Array): string {
    if (body.length > this.#settings.replyBytesMax) {
      throw tooLong(name);
    }
    try {
      return fromStrictUtf8(body);
    } catch {
      const offset = goodUtf8(body);
      const text = `result: ${NOT_UTF8} (byte ${offset})`;
      const path = "result";
      const details = { origin: "codec", path, offset, method: name } as const;
      throw new BellError("bad_reply", text, details);
    }
  }

  /** What a good reply does to tokens. */
  #capture({ route }: AnyMethod, value: unknown): void {
    this.#tokens.clear(route?.clears ?? []);
    for (const [role, token] of broughtBy(route, value)) {
      this.#tokens.take(role, token);
    }
  }

  #answered(method: AnyMethod, reply: Reply): RPCError {
    const { text, http: details } = readError(reply);
    const { status, body } = reply;
    const trouble = {
      origin: "reply",
      code: status,
      temporary: isTemporary(status),
      text,
    } as const;
    const payload = body.length === 0 ? undefined : body;
    const answer = { error: trouble, method, payload };
    return Object.assign(answeredError(answer, this.#settings), {
      http: details,
    });
  }

  #told(
    method: AnyMethod,
    call: number,
    began: number,
    outcome: Reply | BellError,
    error: BellError | undefined,
  ): void {
    if (this.#teller.speaks || this.#teller.counts) {
      const about = { method: method.name, call, elapsedMs: clock() - began };
      const bytes = outcome instanceof BellError ? 0 : outcome.body.length;
      this.#teller.ended(about, bytes, error);
    }
  }
}

function lengthOf(verb: string, body: string | undefined): Header[] {
  if (body === undefined) {
    return COUNTED.includes(verb) ? [["Content-Length", "0"]] : [];
  }
  return [
    ["Content-Type", "application/json"],
    ["Content-Length", String(byteSize(body))],
  ];
}

/** The tokens in a result, by role; what cannot be sent is none. */
function broughtBy(
  route: Route | undefined,
  value: unknown,
): [string, string][] {
  if (typeof value !== "object" || value === null) {
    return [];
  }
  return Object.entries(route?.sets ?? {}).flatMap(([role, name]) => {
    const token = (value as Record<string, unknown>)[name];
    const isToken =
      typeof token === "string" &&
      token !== "" &&
      wrongBearer(token) === undefined;
    return isToken ? [[role, token]] : [];
  });
}

/** Of the login's params, as a part of the call's. */
function insideLogin(error: BellError, method: string): BellError {
  const deeper = (text: string) => text.replace(/^params/, "params.login");
  const { status, message, path, ...rest } = error;
  const details = { ...rest, path: deeper(path), method };
  return new BellError(status, deeper(message), details);
}

/** A login failed, so the call was not sent. */
function loginError(
  method: AnyMethod,
  { method: { name: login } }: Order,
  { signal }: CallOptions,
  error: unknown,
): unknown {
  const { name } = method;
  const named = (text: string) =>
    text.startsWith(`${login}: `) ? text : `${login}: ${text}`;
  if (error instanceof RPCError) {
    const message = named(error.message);
    return Object.assign(error, { message, method: name, sent: "no" });
  }
  if (!(error instanceof BellError)) {
    return error;
  }
  if (error.status === "cancelled") {
    return cancelled(name, signal?.reason);
  }
  const details = {
    ...(error as ErrorDetails),
    method: name,
    sent: "no",
    cause: error,
  } as const;
  return new BellError(error.status, named(error.message), details);
}

/** Further servers. Throws where one can never work. */
function readMore(urls: readonly string[]): Base[] {
  return urls.map((url, i) => {
    try {
      return readBase(url);
    } catch (error) {
      const text = `options: urls[${i}]: ${(error as BellError).message}`;
      throw new BellError("invalid", text, { sent: "no" });
    }
  });
}
