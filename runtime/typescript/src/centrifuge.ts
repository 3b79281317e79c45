/* centrifuge.ts: makes calls over a client of npm's centrifuge that a program
 * already uses, for example for subscriptions. It knows no socket: that client
 * handles connecting, tokens and reconnects. */
import { type Caller, Calls, freeMethod } from "./client/call.js";
import { clock, type Completion, type Line } from "./client/line.js";
import { Teller } from "./client/log.js";
import {
  type CallOptions,
  type ClientOptions,
  settle,
  wrongOptions,
} from "./client/options.js";
import { localTrouble, type Order, type Refused } from "./core/inside.js";
import { BellError } from "./errors.js";
import type { Method } from "./tables.js";
import { byteSize, utf8Of } from "./utf8.js";

export type { Caller, CallOptions };

/** The part of a Centrifuge client that is used. */
export interface CentrifugeLike {
  readonly state: string;
  rpc(method: string, data: unknown): Promise<{ readonly data: unknown }>;
}

export interface SharedOptions extends Pick<
  ClientOptions,
  | "deadlineMs"
  | "failFast"
  | "callsMax"
  | "requestBytesMax"
  | "replyBytesMax"
  | "depthMax"
  | "itemsMax"
  | "rawJson"
  | "log"
  | "metrics"
> {
  /** Set this if the client comes from `centrifuge/build/protobuf`: numbers
   * beyond 2^53 are then exact. The other build uses JSON.parse and
   * JSON.stringify. */
  readonly protobuf?: boolean;
}

const TIMER_MS_MAX = 2 ** 31 - 1;

interface Pending {
  readonly order: Order;
  timer: ReturnType<typeof setTimeout> | undefined;
}

/** JSON of a client that parses it: a text that would change is refused. */
function parsed(text: string): unknown {
  const value: unknown = JSON.parse(text);
  if (JSON.stringify(value) !== text) {
    throw new BellError(
      "invalid",
      "params: a number is beyond what JSON.parse keeps: use the protobuf " +
        "build of centrifuge",
      { origin: "codec", path: "params", sent: "no" },
    );
  }
  return value;
}

function bytesOf(data: unknown): Uint8Array | undefined {
  if (data === undefined) {
    return undefined;
  }
  return data instanceof Uint8Array ? data : utf8Of(JSON.stringify(data));
}

class SharedLine implements Line {
  readonly #centrifuge: CentrifugeLike;
  readonly #isBinary: boolean;
  readonly #limits: { readonly calls: number; readonly request: number };
  readonly #ended: (completion: Completion) => void;
  readonly #pending = new Map<number, Pending>();
  #last = 0;

  constructor(
    centrifuge: CentrifugeLike,
    isBinary: boolean,
    limits: { readonly calls: number; readonly request: number },
    ended: (completion: Completion) => void,
  ) {
    this.#centrifuge = centrifuge;
    this.#isBinary = isBinary;
    this.#limits = limits;
    this.#ended = ended;
  }

  get isReady(): boolean {
    return this.#centrifuge.state === "connected";
  }

  open(): void {
    // It is the program's, who connects it.
  }

  close(): void {
    // It is the program's, who disconnects it.
  }

  #whyNot(order: Order): Refused | undefined {
    const { calls, request } = this.#limits;
    const refuse = (status: Refused["status"], text: string): Refused => ({
      ...localTrouble(text),
      status,
    });
    if (order.failFast && !this.isReady) {
      return refuse("disconnected", "not connected");
    }
    if (this.#pending.size >= calls) {
      return refuse(
        "limit",
        `calls_max (${calls}) is reached: nothing was sent`,
      );
    }
    if (byteSize(order.params) > request) {
      const text = `request_bytes_max (${request}) is reached: nothing was sent`;
      return refuse("limit", text);
    }
    return undefined;
  }

  send(order: Order): number | Refused {
    const refused = this.#whyNot(order);
    if (refused !== undefined) {
      return refused;
    }
    const { method, params } = order;
    const data = this.#isBinary ? utf8Of(params) : parsed(params);
    const number = ++this.#last;
    const pending = { order, timer: undefined };
    this.#pending.set(number, pending);
    this.#arm(number, pending);
    this.#centrifuge.rpc(method.name, data).then(
      (reply) => {
        this.#end(number, { status: "ok", payload: bytesOf(reply.data) });
      },
      (error: unknown) => {
        this.#failed(number, error);
      },
    );
    if (method.noReply === true) {
      queueMicrotask(() => {
        this.#end(number, { status: "ok" });
      });
    }
    return number;
  }

  #arm(number: number, pending: Pending): void {
    const left = pending.order.deadline - clock();
    if (left === Infinity) {
      return;
    }
    const wait = Math.min(Math.max(Math.ceil(left), 0), TIMER_MS_MAX);
    pending.timer = setTimeout(() => {
      if (clock() < pending.order.deadline) {
        this.#arm(number, pending);
        return;
      }
      const { name } = pending.order.method;
      const waited = Math.round(pending.order.deadline - pending.order.began);
      const text = `${name}: no reply within ${waited} ms`;
      this.#end(number, { status: "deadline", error: localTrouble(text) });
    }, wait);
  }

  /** What the server answered has its member `temporary`; all else says that
   * there is no connection. */
  #failed(number: number, error: unknown): void {
    const said = (error ?? {}) as Partial<Record<string, unknown>>;
    const code = typeof said.code === "number" ? said.code : 0;
    const text = typeof said.message === "string" ? said.message : "";
    if ("temporary" in said) {
      const words = text === "" ? `error ${code} without a message` : text;
      const temporary = said.temporary === true;
      const error = { origin: "reply", code, temporary, text: words } as const;
      this.#end(number, { status: "refused", error });
      return;
    }
    const name = this.#pending.get(number)?.order.method.name ?? "";
    const words =
      `${name}: whether it was executed is unknown: the shared client is ` +
      "not connected";
    this.#end(number, { status: "disconnected", error: localTrouble(words) });
  }

  cancel(number: number): void {
    const name = this.#pending.get(number)?.order.method.name ?? "";
    const error = localTrouble(`${name} was cancelled`);
    this.#end(number, { status: "cancelled", error });
  }

  #end(
    number: number,
    how: Pick<Completion, "status"> & Partial<Completion>,
  ): void {
    const pending = this.#pending.get(number);
    if (pending === undefined) {
      return;
    }
    clearTimeout(pending.timer);
    this.#pending.delete(number);
    this.#ended({
      call: number,
      method: pending.order.method,
      payload: undefined,
      guessed: false,
      error: localTrouble(""),
      sent: "unknown",
      ...how,
    });
  }
}

/**
 * Makes calls over a Centrifuge client that the program owns.
 *
 * @example
 * const centrifuge = new Centrifuge(url, { token });
 * const api = new APIClient(new CentrifugeCaller(centrifuge));
 */
export class CentrifugeCaller implements Caller {
  readonly #calls: Calls;
  readonly #line: SharedLine;

  /** @throws BellError if an option can never work. */
  constructor(centrifuge: CentrifugeLike, options: SharedOptions = {}) {
    const { protobuf = false, ...rest } = options;
    const settings = settle(rest);
    const wrong = wrongOptions(settings, "", []);
    if (wrong !== undefined) {
      throw new BellError("invalid", `options: ${wrong}`, { sent: "no" });
    }
    const teller = new Teller(settings, undefined);
    const limits = {
      calls: settings.callsMax,
      request: settings.requestBytesMax,
    };
    this.#calls = new Calls(settings, teller, () => undefined);
    this.#line = new SharedLine(centrifuge, protobuf, limits, (completion) => {
      this.#calls.ended(completion);
    });
  }

  /** Calls a method without a schema: params and result can be any JSON. */
  // Whoever calls without a schema knows what comes; nobody else does.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  call(method: string, params?: any, options?: CallOptions): Promise<any> {
    const free = freeMethod(method);
    return this.invoke(free, params === undefined ? {} : params, options);
  }

  /** Calls a method by its table. For generated code. */
  invoke<Params, Result>(
    method: Method<Params, Result>,
    params: Params,
    options: CallOptions = {},
  ): Promise<Result> {
    const line = () => this.#line;
    return this.#calls.start(line, method, params, options) as Promise<Result>;
  }
}
