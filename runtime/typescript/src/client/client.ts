/* client.ts: the client that programs use: connects, carries calls, ends each
 * of them once. */
import { BellError, RPCError } from "../errors.js";
import { decode } from "../record/decode.js";
import { encode } from "../record/encode.js";
import type { AnyMethod, Method, Type } from "../tables.js";
import { Call } from "./call.js";
import { Correlation } from "./correlation.js";
import { readError, readReply, requestEnvelope } from "./envelope.js";
import { endOf, lostError, type Refusal, refusalOf } from "./ends.js";
import { Line } from "./line.js";
import {
  type CallOptions,
  type ClientOptions,
  type Level,
  type Settings,
  settle,
  type Token,
  wrongOptions,
} from "./options.js";
import type { Trouble } from "./trouble.js";
import { Waiters, type WaitOptions } from "./waiters.js";

const json: Type = { kind: "json", name: "json" };
const EMPTY = new TextEncoder().encode("{}");
const NULL = new TextEncoder().encode("null");
/** What a command takes beside its method, channel and data. */
const COMMAND_BYTES = 32;

type State =
  /** Not connected, and nobody tries. */
  | "idle"
  | "connecting"
  | "ready"
  /** The server ended it for good. */
  | "terminal"
  | "closed";

/** A connection to a Centrifugo, which carries calls and reconnects. */
export class CentrifugoRPCClient {
  readonly #url: string;
  readonly #token: Token;
  readonly #settings: Settings;
  readonly #replyChannel: string;
  readonly #correlation = new Correlation();
  readonly #calls = new Map<number, Call>();
  readonly #waiters = new Waiters();
  /** Calls without a reply that were handed over and not written yet. */
  #quiet: Call[] = [];
  #line: Line | undefined;
  #state: State = "idle";
  #wasReady = false;
  #wrongUrl = "";
  #trouble: Trouble | undefined;
  #count = 0;
  #waitingBytes = 0;
  /** What centrifuge still awaits, also for calls that have ended. */
  #commands = 0;
  #linesLeft = 0;
  #whenGone: (() => void)[] = [];

  /** `token` may be a function, which is asked whenever one is needed; `userId`
   * is of use in channel mode alone. Nothing is dialed before connect() or a
   * call. */
  constructor(
    url: string,
    token: Token = "",
    userId = "",
    options: ClientOptions = {},
  ) {
    this.#url = url;
    this.#token = token;
    this.#settings = settle(options);
    const wrong = wrongOptions(this.#settings, userId);
    if (wrong !== undefined) {
      throw new BellError("invalid", `options: ${wrong}`, { sent: "no" });
    }
    this.#replyChannel = this.#settings.replyChannel.replace(
      "{user_id}",
      () => userId,
    );
  }

  /** True while calls are sent at once. */
  get connected(): boolean {
    return this.#state === "ready";
  }

  // ---- The connection ------------------------------------------------------

  /** Resolves when calls will work. A call without it connects too, and waits
   * within its own deadline. Where connect() rejects before the client was ever
   * connected, nobody goes on trying; later a lost connection comes back by
   * itself. */
  async connect(options: WaitOptions = {}): Promise<void> {
    if (this.#state === "ready") {
      return;
    }
    if (options.signal?.aborted === true) {
      throw new BellError("cancelled", "connect was cancelled");
    }
    const deadlineMs = options.deadlineMs ?? this.#settings.connectDeadlineMs;
    const connected = this.#waiters.wait(options.signal, deadlineMs, () =>
      this.#notConnected(deadlineMs),
    );
    if (this.#state !== "connecting") {
      this.#open();
    }
    try {
      await connected;
    } catch (error) {
      if (!this.#wasReady && this.#waiters.size === 0) {
        this.#giveUp();
      }
      throw error;
    }
  }

  /** Ends every call and the connection; connect() begins anew. */
  disconnect(): void {
    if (this.#state !== "idle" && this.#state !== "closed") {
      this.#log("info", "closed", "closed");
    }
    this.#state = "closed";
    this.#dropLine();
    for (const call of [...this.#calls.values()]) {
      const name = call.method.name;
      this.#end(call, endOf(call, "closed", `${name}: the client was closed`));
    }
    this.#waiters.rejectAll(new BellError("closed", "the client was closed"));
  }

  /** Resolves when nothing is left of what disconnect() closed: no socket and
   * no timer. */
  closed(): Promise<void> {
    return new Promise((resolve) => {
      this.#whenGone.push(resolve);
      this.#tellGone();
    });
  }

  #tellGone(): void {
    if (this.#linesLeft === 0) {
      for (const tell of this.#whenGone.splice(0)) {
        tell();
      }
    }
  }

  #notConnected(waitedMs: number): BellError {
    const why = this.#trouble === undefined ? "" : `: ${this.#trouble.text}`;
    return new BellError(
      "deadline",
      `not connected within ${waitedMs} ms${why}`,
      { sent: "no" },
    );
  }

  #open(): void {
    const isChannel = this.#settings.mode === "channel";
    this.#state = "connecting";
    this.#wasReady = false;
    this.#trouble = undefined;
    this.#log("info", "connecting", "connecting");
    try {
      this.#line = this.#makeLine(isChannel ? this.#replyChannel : "");
      this.#linesLeft++;
      this.#line.open();
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error);
      this.#dropLine();
      this.#state = "idle";
      this.#wrongUrl = `url: ${said}`;
      this.#waiters.rejectAll(new BellError("invalid", this.#wrongUrl));
    }
  }

  #makeLine(replyChannel: string): Line {
    const line: Line = new Line(
      {
        url: this.#url,
        token: this.#token,
        settings: this.#settings,
        replyChannel,
      },
      {
        ready: () => {
          this.#ready(line);
        },
        lost: (trouble) => {
          this.#lost(trouble);
        },
        failed: (trouble) => {
          this.#trouble = trouble;
          this.#log("warn", "lost", `not connected: ${trouble.text}`);
        },
        ended: (trouble) => {
          this.#ended(trouble);
        },
        published: (data, user) => {
          this.#published(data, user);
        },
        sent: () => {
          this.#written();
        },
        gone: () => {
          this.#linesLeft--;
          this.#tellGone();
        },
      },
    );
    return line;
  }

  #dropLine(): void {
    const line = this.#line;
    this.#line = undefined;
    line?.close();
  }

  /** connect() has failed: nobody waits for this connection. */
  #giveUp(): void {
    if (this.#state !== "connecting") {
      return;
    }
    this.#state = "idle";
    this.#dropLine();
    for (const call of [...this.#calls.values()]) {
      this.#end(call, lostError(call, "disconnected", this.#trouble));
    }
  }

  #ready(line: Line): void {
    this.#state = "ready";
    this.#wasReady = true;
    this.#log("info", "connected", "connected");
    for (const call of [...this.#calls.values()]) {
      if (call.stand === "waiting") {
        this.#send(line, call);
      }
    }
    this.#waiters.resolveAll();
  }

  #lost(trouble: Trouble): void {
    this.#state = "connecting";
    this.#trouble = trouble;
    this.#log("warn", "lost", `not connected: ${trouble.text}`);
    for (const call of [...this.#calls.values()]) {
      if (call.stand === "sent" && call.retries > 0) {
        call.retries--;
        this.#wait(call);
      } else if (call.stand === "sent" || call.failFast) {
        this.#end(call, lostError(call, "disconnected", trouble));
      }
    }
  }

  #ended(trouble: Trouble): void {
    this.#state = "terminal";
    this.#trouble = trouble;
    this.#dropLine();
    this.#log("error", "terminal", `ended for good: ${trouble.text}`);
    for (const call of [...this.#calls.values()]) {
      this.#end(call, lostError(call, "terminal", trouble));
    }
    const { origin, code, text } = trouble;
    this.#waiters.rejectAll(new BellError("terminal", text, { origin, code }));
  }

  // ---- Calls ---------------------------------------------------------------

  /** Calls a method without a schema: what is given and comes is free-form. */
  // Whoever calls without a schema knows what comes; nobody else does.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  call(method: string, params?: any, options?: CallOptions): Promise<any> {
    const free: AnyMethod = { name: method, params: json, result: json };
    return this.invoke(free, params === undefined ? {} : params, options);
  }

  /** Calls a method by its table. For generated code. */
  invoke<Params, Result>(
    method: Method<Params, Result>,
    params: Params,
    options: CallOptions = {},
  ): Promise<Result> {
    return new Promise<unknown>((resolve, reject) => {
      const bytes = this.#encode(method, params);
      this.#check(method, bytes, options);
      const number = ++this.#count;
      const call = new Call(
        number,
        method,
        bytes,
        options,
        this.#settings,
        resolve,
        reject,
      );
      this.#begin(call, options.signal);
    }) as Promise<Result>;
  }

  #encode(method: AnyMethod, params: unknown): Uint8Array {
    if (method.params === undefined) {
      return EMPTY;
    }
    try {
      return encode(method.params, params, this.#settings);
    } catch (error) {
      throw error instanceof BellError ? error.of(method.name) : error;
    }
  }

  /** Why a call may not begin now is thrown. */
  #check(method: AnyMethod, bytes: Uint8Array, options: CallOptions): void {
    const settings = this.#settings;
    const refuse = (refusal: Refusal) => {
      throw refusalOf(method.name, refusal);
    };
    const failFast = options.failFast ?? settings.failFast;
    if (options.signal?.aborted === true) {
      refuse({ status: "cancelled", text: `${method.name} was cancelled` });
    } else if (this.#state === "closed") {
      refuse({ status: "closed", text: "the client is closed" });
    } else if (this.#state === "terminal" && this.#trouble !== undefined) {
      refuse({ status: "terminal", ...this.#trouble });
    }
    if (this.#state === "idle") {
      this.#open();
    }
    if (this.#state === "idle") {
      refuse({ status: "invalid", text: this.#wrongUrl });
    } else if (this.#state !== "ready" && failFast) {
      const why = this.#trouble === undefined ? "" : `: ${this.#trouble.text}`;
      refuse({ status: "disconnected", text: `not connected${why}` });
    }
    const limits: [string, number, number][] = [
      ["queue_bytes_max", settings.queueBytesMax, this.#waitingBytes],
      [
        "calls_max",
        settings.callsMax - 1,
        Math.max(this.#calls.size, this.#commands),
      ],
      [
        "request_bytes_max",
        settings.requestBytesMax,
        this.#commandBytes(method, bytes),
      ],
    ];
    for (const [name, limit, value] of limits) {
      if (value > limit) {
        const most = name === "calls_max" ? limit + 1 : limit;
        const text = `${name} (${most}) is met: nothing was sent`;
        refuse({ status: "limit", text });
      }
    }
  }

  #commandBytes(method: AnyMethod, bytes: Uint8Array): number {
    const isChannel = this.#settings.mode === "channel";
    const names = isChannel
      ? this.#settings.requestChannel.length + this.#replyChannel.length + 128
      : 0;
    return COMMAND_BYTES + names + method.name.length + bytes.length;
  }

  #begin(call: Call, signal: AbortSignal | undefined): void {
    const name = call.method.name;
    this.#calls.set(call.number, call);
    this.#waitingBytes += call.params.length;
    call.watch(
      signal,
      () => {
        this.#late(call);
      },
      () => {
        this.#end(call, endOf(call, "cancelled", `${name} was cancelled`));
      },
    );
    const waits = this.#state === "ready" ? "" : ", waits for a connection";
    const size = `${call.params.length} bytes of params`;
    this.#log("debug", "call", `call, ${size}${waits}`, call);
    if (this.#state === "ready" && this.#line !== undefined) {
      this.#send(this.#line, call);
    }
  }

  #late(call: Call): void {
    const name = call.method.name;
    const ms = call.deadlineMs;
    const why = this.#trouble === undefined ? "" : `: ${this.#trouble.text}`;
    const text =
      call.stand === "sent"
        ? `${name}: no reply within ${ms} ms`
        : `${name}: not connected within ${ms} ms${why}`;
    this.#end(call, endOf(call, "deadline", text));
  }

  #wait(call: Call): void {
    call.stand = "waiting";
    this.#waitingBytes += call.params.length;
  }

  #send(line: Line, call: Call): void {
    const attempt = ++call.tries;
    const isStill = () => call.stand === "sent" && call.tries === attempt;
    call.stand = "sent";
    this.#waitingBytes -= call.params.length;
    if (call.method.noReply === true) {
      this.#quiet.push(call);
    }
    const isChannel = this.#settings.mode === "channel";
    const sent = isChannel ? this.#publish(line, call) : this.#rpc(line, call);
    this.#commands++;
    sent
      .catch((error: unknown) => {
        if (isStill()) {
          this.#refused(call, error);
        }
      })
      .finally(() => {
        this.#commands--;
      });
  }

  async #rpc(line: Line, call: Call): Promise<void> {
    const attempt = call.tries;
    const reply = await line.rpc(call.method.name, call.params);
    if (call.stand === "sent" && call.tries === attempt) {
      this.#replied(call, reply.length === 0 ? NULL : reply);
    }
  }

  async #publish(line: Line, call: Call): Promise<void> {
    const { method, params, number } = call;
    const id = method.noReply === true ? "" : this.#correlation.of(number);
    await line.publish(
      this.#settings.requestChannel,
      requestEnvelope(method.name, params, id, this.#replyChannel),
    );
  }

  /** The connection has written something: with it, all that was handed over
   * before. */
  #written(): void {
    for (const call of this.#quiet.splice(0)) {
      this.#end(call, undefined);
    }
  }

  // ---- Ends ----------------------------------------------------------------

  /** A reply of the server, or what centrifuge says where it sent nothing. */
  #refused(call: Call, error: unknown): void {
    const said = error as { code?: unknown; message?: unknown } | null;
    const code = typeof said?.code === "number" ? said.code : 0;
    const message = typeof said?.message === "string" ? said.message : "";
    if (typeof said === "object" && said !== null && "temporary" in said) {
      const temporary = said.temporary === true;
      const words =
        message === "" ? `error ${code} without a message` : message;
      const method = call.method.name;
      this.#end(call, new RPCError(code, words, { temporary, method }));
      return;
    }
    this.#end(call, lostError(call, "disconnected", this.#trouble));
  }

  #published(data: Uint8Array, user: string | undefined): void {
    const reply = readReply(data);
    const number = this.#correlation.numberIn(reply?.correlation ?? "");
    const call = this.#calls.get(number);
    if (reply === undefined || number === 0) {
      return;
    }
    if (user !== undefined && user !== this.#settings.responderUser) {
      const text =
        `a reply was refused: user "${user.slice(0, 64)}" published it, who ` +
        "is not responder_user";
      this.#log("warn", "refused", text);
      return;
    }
    if (call?.stand !== "sent") {
      return;
    }
    if (reply.error === undefined) {
      this.#replied(call, reply.result ?? NULL);
      return;
    }
    this.#failed(call, reply.error);
  }

  /** The backend's own error; its data by the method's table, where that
   * declares them. */
  #failed(call: Call, bytes: Uint8Array): void {
    const { code, message, temporary, data } = readError(bytes);
    const declared = call.method.errors?.find((each) => each.code === code);
    const type = declared?.data;
    let value: unknown;
    let fits = data !== undefined;
    if (data !== undefined) {
      try {
        value = decode(type ?? json, data, {
          ...this.#settings,
          root: "error.data",
        });
      } catch {
        fits = false;
      }
    }
    const error = new RPCError(code, message, {
      origin: "backend",
      temporary,
      method: call.method.name,
      ...(fits ? { data: value } : {}),
      ...(fits && type !== undefined ? { type } : {}),
    });
    this.#end(call, error);
  }

  #replied(call: Call, bytes: Uint8Array): void {
    const { name, result } = call.method;
    const { replyBytesMax } = this.#settings;
    if (result === undefined) {
      this.#end(call, undefined, undefined, bytes.length);
      return;
    }
    if (bytes.length > replyBytesMax) {
      this.#end(call, endOf(call, "limit", "reply_bytes_max is met"));
      return;
    }
    let value: unknown;
    try {
      value = decode(result, bytes, this.#settings);
    } catch (error) {
      const wrong =
        error instanceof BellError
          ? error.of(name)
          : new BellError("bad_reply", String(error), { method: name });
      this.#end(call, wrong);
      return;
    }
    this.#end(call, undefined, value, bytes.length);
  }

  /** The one end of a call: it leaves the table before anybody hears of it. */
  #end(
    call: Call,
    error: BellError | RPCError | undefined,
    value?: unknown,
    bytes = 0,
  ): void {
    const waited = call.stand === "waiting";
    if (!call.finish()) {
      return;
    }
    this.#calls.delete(call.number);
    this.#waitingBytes -= waited ? call.params.length : 0;
    const ms = `${call.elapsedMs.toFixed(3)} ms`;
    if (error === undefined) {
      this.#log("debug", "reply", `reply, ${bytes} bytes in ${ms}`, call);
      call.resolve(value);
    } else {
      const text = `${error.status} after ${ms}: ${error.message}`;
      this.#log("warn", "error", text, call);
      call.reject(error);
    }
  }

  /** A function of the program's must not break what is half done. */
  #log(level: Level, event: string, text: string, call?: Call): void {
    const { log } = this.#settings;
    if (log === undefined) {
      return;
    }
    const said = {
      level,
      event,
      // One line: what a peer says must not make a second one.
      // eslint-disable-next-line no-control-regex
      text: text.replace(/[\u0000-\u001f\u007f]/g, " "),
      ...(call === undefined
        ? {}
        : {
            method: call.method.name,
            call: call.number,
            elapsedMs: call.elapsedMs,
          }),
    };
    queueMicrotask(() => {
      log(said);
    });
  }
}
