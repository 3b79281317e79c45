/* call.ts: calls from their begin to their one end, over whatever line: values
 * in and out, by the tables. It knows no connection. */
import { BellError } from "../errors.js";
import { decode } from "../record/decode.js";
import { encodeText } from "../record/encode.js";
import { json } from "../record/free.js";
import type { CodecOptions } from "../record/limits.js";
import type { AnyMethod, Method, Type } from "../tables.js";
import { byteSize, utf8Of } from "../utf8.js";
import { answeredError, cancelled, endedError, refusalOf } from "./failure.js";
import { clock, type Completion, type Line } from "./line.js";
import type { Teller } from "./log.js";
import type { CallOptions, Settings } from "./options.js";
import { follow, unfollow } from "./signals.js";

const NULL = utf8Of("null");
/** Any JSON. */
export const anything: Type = { kind: json, name: "json" };

/** A method of whatever is given and comes. */
export function freeMethod(name: string): AnyMethod {
  return { name, params: anything, result: anything };
}

/** How long a call may last. */
export function waitOf(
  method: AnyMethod,
  options: CallOptions,
  settings: { readonly deadlineMs?: number; readonly fallbackMs: number },
): number {
  const said = [options, settings, method];
  const ms =
    said.map((each) => each.deadlineMs).find(Boolean) ?? settings.fallbackMs;
  return ms < 0 ? Infinity : ms;
}

export function tooLong(method: string): BellError {
  const text = "the reply is larger than reply_bytes_max";
  return new BellError("limit", text, { method });
}

/** A reply's value. */
export function decodeResult(
  { name, result, noReply }: AnyMethod,
  payload: Uint8Array,
  settings: { readonly replyBytesMax: number },
  codec: CodecOptions,
): unknown {
  if (result === undefined || noReply === true) {
    return undefined;
  }
  if (payload.length > settings.replyBytesMax) {
    throw tooLong(name);
  }
  try {
    return decode(result, payload, codec);
  } catch (error) {
    throw error instanceof BellError
      ? error.of(name)
      : new BellError("bad_reply", String(error), { method: name });
  }
}

/** Makes calls: a client, or a replacement in tests. */
export interface Caller {
  /** Calls a method by its table. */
  invoke<Params, Result>(
    method: Method<Params, Result>,
    params: Params,
    options?: CallOptions,
  ): Promise<Result>;
}

interface Call {
  readonly method: AnyMethod;
  readonly began: number;
  resolve(value: unknown): void;
  reject(error: Error): void;
  readonly signal: AbortSignal | undefined;
  aborted: ((reason: unknown) => void) | undefined;
  cause: { readonly cause: unknown } | undefined;
}

/** How the owner's line may look again at data that reach too far. */
type Reread = (payload: Uint8Array) => Uint8Array | undefined;

export class Calls {
  readonly #settings: Settings;
  readonly #teller: Teller;
  readonly #reread: Reread;
  readonly #meter = { work: 0 };
  readonly #codec: CodecOptions;
  readonly #all = new Map<number, Call>();

  constructor(settings: Settings, teller: Teller, reread: Reread) {
    this.#settings = settings;
    this.#teller = teller;
    this.#reread = reread;
    this.#codec = { ...settings, meter: this.#meter };
  }

  /** `line` is asked once the params are known to be right. */
  start(
    line: () => Line,
    method: AnyMethod,
    params: unknown,
    options: CallOptions,
  ): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const text = this.#encode(method, params);
      const { signal } = options;
      if (signal?.aborted === true) {
        throw cancelled(method.name, signal.reason);
      }
      const began = clock();
      const begun = line().send({
        method,
        params: text,
        began,
        deadline: began + waitOf(method, options, this.#settings),
        failFast: options.failFast ?? this.#settings.failFast,
        retries: options.retries ?? this.#settings.retries,
      });
      if (typeof begun !== "number") {
        throw refusalOf(method.name, begun);
      }
      const call: Call = {
        method,
        began,
        resolve,
        reject,
        signal,
        aborted: undefined,
        cause: undefined,
      };
      this.#all.set(begun, call);
      this.#follow(call, line(), begun);
      if (this.#teller.speaks || this.#teller.counts) {
        const how = line().isReady ? "" : ", waits for a connection";
        const about = { method: method.name, call: begun, elapsedMs: 0 };
        this.#teller.begun(about, byteSize(text), how);
      }
    });
  }

  #encode(method: AnyMethod, params: unknown): string {
    if (method.params === undefined) {
      return "{}";
    }
    try {
      return encodeText(method.params, params, this.#settings);
    } catch (error) {
      throw error instanceof BellError ? error.of(method.name) : error;
    }
  }

  #follow(call: Call, line: Line, number: number): void {
    if (call.signal !== undefined) {
      call.aborted = (reason) => {
        call.cause = { cause: reason };
        line.cancel(number);
      };
      follow(call.signal, call.aborted);
    }
  }

  /** The one end of a call; gives the work that patterns took. */
  ended(completion: Completion): number {
    const call = this.#all.get(completion.call);
    if (call === undefined) {
      return 0;
    }
    this.#meter.work = 0;
    this.#all.delete(completion.call);
    if (call.signal !== undefined && call.aborted !== undefined) {
      unfollow(call.signal, call.aborted);
    }
    try {
      const value = this.#value(completion, call);
      this.#told(completion, call, undefined);
      call.resolve(value);
    } catch (error) {
      this.#told(completion, call, error as BellError);
      call.reject(error as BellError);
    }
    return this.#meter.work;
  }

  #value(completion: Completion, call: Call): unknown {
    if (completion.status === "ok") {
      return this.#decode(completion);
    }
    throw completion.status === "refused"
      ? answeredError(completion, this.#settings)
      : endedError(completion, call.cause);
  }

  #decode({ method, payload = NULL, guessed }: Completion): unknown {
    const settings = this.#settings;
    try {
      return decodeResult(method, payload, settings, this.#codec);
    } catch (error) {
      const isLong = payload.length > settings.replyBytesMax;
      const better = guessed && !isLong ? this.#reread(payload) : undefined;
      if (better !== undefined) {
        return decodeResult(method, better, settings, this.#codec);
      }
      throw error;
    }
  }

  #told(
    completion: Completion,
    call: Call,
    error: BellError | undefined,
  ): void {
    if (!this.#teller.speaks && !this.#teller.counts) {
      return;
    }
    const elapsedMs = clock() - call.began;
    const about = {
      method: call.method.name,
      call: completion.call,
      elapsedMs,
    };
    this.#teller.ended(about, completion.payload?.length ?? 0, error);
  }
}
