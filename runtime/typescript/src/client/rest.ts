/* rest.ts: the client that programs use for HTTP: values in and out, by the
 * tables. It knows no bytes of HTTP. */
import { BellError, RPCError } from "../errors.js";
import { NOT_UTF8 } from "../json/fault.js";
import { isSuccess, isTemporary, readError } from "../protocol/rest.js";
import { writeRoute } from "../record/route.js";
import type { Exchanger, Header, Reply } from "../seam/exchange.js";
import type { AnyMethod, Method, Route } from "../tables.js";
import { type Base, readBase } from "../transport/url.js";
import { byteSize, fromStrictUtf8, goodUtf8 } from "../utf8.js";
import { http } from "#http";
import { Bearer, wrongBearer } from "./bearer.js";
import { Cache } from "./cache.js";
import { type Caller, decodeResult, tooLong, waitOf } from "./call.js";
import { answeredError, cancelled, refusalOf } from "./failure.js";
import { clock } from "./line.js";
import { Teller } from "./log.js";
import type { CallOptions, Token } from "./options.js";
import { Places } from "./places.js";
import { Budget, type Order, RESTCall, type RESTHost } from "./rest_call.js";
import {
  type RESTOptions,
  type RESTSettings,
  settleREST,
  wrongRESTOptions,
} from "./rest_options.js";

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
  readonly #bearer: Bearer;
  readonly #exchanger: Exchanger;
  readonly #host: RESTHost;
  readonly #ends = new AbortController();
  readonly #running = new Set<Running>();
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
    this.#bearer = new Bearer(token, {
      deadlineMs: settings.connectDeadlineMs,
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
      cache:
        settings.cacheMs > 0
          ? new Cache(settings.cacheMs, settings.cacheBytesMax)
          : undefined,
      bearer: this.#bearer,
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
      const began = clock();
      const number = ++this.#count;
      const ended = (outcome: Reply | BellError) => {
        this.#running.delete(running);
        try {
          const value = this.#value(method, outcome);
          this.#told(method, number, began, outcome, undefined);
          resolve(value);
        } catch (error) {
          const failed = error as BellError;
          this.#told(method, number, began, outcome, failed);
          reject(failed);
        }
      };
      const running = { call: new RESTCall(this.#host, order, ended) };
      this.#running.add(running);
      if (this.#teller.speaks || this.#teller.counts) {
        const about = { method: method.name, call: number, elapsedMs: 0 };
        this.#teller.begun(about, byteSize(order.body ?? ""), "");
      }
    });
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
    const order = this.#write(method, route, params, options);
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
        own: written.headers,
        last: this.#known([
          ...lengthOf(route.verb, written.body),
          ...(gzip ? [["Accept-Encoding", "gzip"] as const] : []),
        ]),
        body: written.body,
        bearer: route.bearer === true,
        waitMs: waitOf(method, options, this.#settings),
        retries: options.retries ?? restRetries,
        noCache: options.noCache === true,
        signal: options.signal,
      };
    } catch (error) {
      throw error instanceof BellError ? error.of(method.name) : error;
    }
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

  /** A reply that brings a token: it is shown from now on. */
  #capture({ route }: AnyMethod, value: unknown): void {
    if (typeof value !== "object" || value === null) {
      return;
    }
    for (const name of Object.values(route?.sets ?? {})) {
      const token = (value as Record<string, unknown>)[name];
      if (typeof token === "string" && token !== "") {
        this.#bearer.take(token);
        this.#host.cache?.forget();
      }
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
