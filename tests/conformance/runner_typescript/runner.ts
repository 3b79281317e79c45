/* runner.ts: makes the calls that a driver asks for, a line of JSON each, by
 * the generated clients. It knows no case and no expectation. */
import { createInterface } from "node:readline";
import { readFileSync, writeSync } from "node:fs";

import {
  BellError,
  CentrifugoRPCClient,
  RawJson,
  RESTClient,
  RPCError,
  UnauthorizedError,
  type Caller,
  type CallOptions,
  type ClientOptions,
  type LogRecord,
  type StateChange,
  type Token,
  type WaitOptions,
} from "bellpull";
import { decode, encode, type RecordType, type Service } from "bellpull/schema";

import { plain } from "./plain.js";
import { put } from "./put.js";
import { makeApi, services } from "./services.js";
import { describeHttp, readParts, type WebCommand, webOptions } from "./web.js";

/** A line of the driver's. */
interface Command extends WebCommand {
  readonly do:
    "open" | "call" | "cancel" | "wait" | "work" | "token" | "holds" | "shut";
  readonly role?: string;
  readonly name: string;

  readonly service: string;
  readonly url: string;
  readonly mode?: "native" | "channel";
  readonly user?: string;
  readonly token?: string;
  readonly tokens?: readonly string[] | null;
  readonly states?: boolean;
  readonly logs?: boolean;
  /** The file of who is trusted. */
  readonly authority?: string;
  readonly ping_grace_ms?: number;
  readonly connect_data?: string;
  /** Lines like "Name: value". */
  readonly headers?: readonly string[];
  readonly for_ms?: number;
  readonly queue_bytes_max?: number;
  readonly message_bytes_max?: number;
  readonly reply_bytes_max?: number;
  readonly connect_deadline_ms?: number;
  readonly reconnect_min_ms?: number;
  readonly reconnect_max_ms?: number;
  readonly responder_user?: string;
  readonly request_channel?: string;
  readonly reply_channel?: string;
  readonly request_bytes_max?: number;
  readonly depth_max?: number;
  readonly items_max?: number;
  readonly calls_max?: number;

  readonly method: string;
  readonly params: string;
  readonly put?: readonly { at: string; what: string }[];

  readonly deadline_ms?: number;
  readonly fail_fast?: boolean;
  readonly retries?: number;
  readonly no_cache?: boolean;
}

type Method = Service["methods"][number];

const utf8 = new TextEncoder();
const text = new TextDecoder();

function say(answer: Record<string, unknown>): void {
  let bytes = utf8.encode(`${JSON.stringify(answer)}\n`);
  while (bytes.length > 0) {
    try {
      bytes = bytes.subarray(writeSync(1, bytes));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") {
        throw error;
      }
    }
  }
}

function sayBroken(name: string, why: unknown): void {
  say({ event: "broken", name, text: String(why) });
}

// ---- Errors -----------------------------------------------------------------

/** What the error carried, as JSON: where the method declares it, and it
 * fits. */
function dataOf(error: RPCError, method: Method | undefined): string {
  const declared = method?.errors?.find((each) => each.code === error.code);
  return declared?.data === undefined ||
    !RPCError.holds(error, error.code, declared.data)
    ? ""
    : text.decode(encode(declared.data, error.data));
}

function sayError(
  event: string,
  name: string,
  error: unknown,
  method?: Method,
): void {
  if (!(error instanceof BellError || error instanceof RPCError)) {
    sayBroken(
      name,
      error instanceof Error ? `none of ours: ${error.stack}` : error,
    );
    return;
  }
  const { status, origin, code, path, offset, sent, temporary } = error;
  const data = error instanceof RPCError ? dataOf(error, method) : "";
  const http =
    error instanceof RPCError && error.http !== undefined
      ? { http: describeHttp(error.http) }
      : {};
  const described = {
    ...{ status, origin, code, path, offset, sent, temporary },
    ...http,
  };
  say({ event, name, error: { ...described, text: error.message, data } });
}

// ---- The client -------------------------------------------------------------

/** Members that are there: an option that is undefined is another thing. */
function given<T extends object>(
  options: T,
): { [K in keyof T]: NonNullable<T[K]> } {
  const entries = Object.entries(options);
  return Object.fromEntries(
    entries.filter(([, value]) => value !== undefined),
  ) as { [K in keyof T]: NonNullable<T[K]> };
}

function optionsOf(open: Command): ClientOptions {
  return given({
    mode: open.mode,
    rawJson: true,
    deadlineMs: open.deadline_ms,
    connectDeadlineMs: open.connect_deadline_ms,
    reconnectMinMs: open.reconnect_min_ms,
    reconnectMaxMs: open.reconnect_max_ms,
    failFast: open.fail_fast,
    retries: open.retries,
    responderUser: open.responder_user,
    requestChannel: open.request_channel,
    replyChannel: open.reply_channel,
    requestBytesMax: open.request_bytes_max,
    depthMax: open.depth_max,
    itemsMax: open.items_max,
    callsMax: open.calls_max,
    queueBytesMax: open.queue_bytes_max,
    messageBytesMax: open.message_bytes_max,
    replyBytesMax: open.reply_bytes_max,
    pingGraceMs: open.ping_grace_ms,
    connectData:
      open.connect_data === undefined
        ? undefined
        : new RawJson(open.connect_data),
    headers:
      open.headers === undefined
        ? undefined
        : Object.fromEntries(open.headers.map((line) => line.split(": ", 2))),
    tls:
      open.authority === undefined
        ? undefined
        : { ca: readFileSync(open.authority) },
    log: open.logs === true ? sayRecord : undefined,
    onStateChange: open.states === true ? sayChange : undefined,
  });
}

function sayChange(change: StateChange): void {
  const spell = () => {
    switch (change.event) {
      case "connecting":
        return `connecting ${change.attempt}`;
      case "connected": {
        const data = change.data as { text: string } | undefined; // rawJson
        const { client, version } = change;
        return `connected ${client} ${version} ${data?.text ?? ""}`;
      }
      case "lost":
        return `lost ${change.code} ${change.reason}`;
      case "disconnected":
        return change.terminal
          ? `ended ${change.code} ${change.reason}`
          : `disconnected ${change.code} ${change.reason}`;
    }
  };
  const next_try_ms = change.event === "lost" ? change.nextTryMs : 0;
  say({ event: "state", text: spell(), next_try_ms });
}

function sayRecord({ level, event, method, text }: LogRecord): void {
  const about = method === undefined ? "" : ` ${method}`;
  say({ event: "log", text: `${level} ${event}${about}: ${text}` });
}

/** Answers a client that asks for tokens, in the order of the list. */
function tokenOf(open: Command): Token {
  if (open.tokens === undefined) {
    return open.token ?? "";
  }
  const left = [...(open.tokens ?? [])];
  return ({ role }) => {
    const [, wanted, next = ""] =
      /^(?:(\w*)=)?([^]*)$/.exec(left.shift() ?? "unauthorized") ?? [];
    if (wanted !== undefined && wanted !== role) {
      sayBroken("", `a token of ${role} is asked for`);
    }
    switch (next) {
      case "unauthorized":
        throw new UnauthorizedError("there is no token");
      case "failed":
        throw new Error("not now");
      case "anonymous":
        return "";
      default:
        return next;
    }
  };
}

/** A client of endpoints has no connection that it waits for. */
interface Client extends Caller {
  readonly rest?: RESTClient;
  connect(options: WaitOptions): Promise<void>;
  disconnect(): void;
  closed(): Promise<void>;
}

function openWeb(open: Command): Client {
  const options = webOptions(open, {
    tls:
      open.authority === undefined
        ? undefined
        : { ca: readFileSync(open.authority) },
    log: open.logs === true ? sayRecord : undefined,
  });
  const rest = new RESTClient(open.url, tokenOf(open), given(options));
  return {
    rest,
    invoke: rest.invoke.bind(rest),
    connect: () => Promise.resolve(),
    disconnect: () => {
      rest.close();
    },
    closed: () => Promise.resolve(),
  };
}

class Opened {
  readonly #rpc: Client;
  readonly #service: Service;
  readonly #api: ReturnType<typeof makeApi>;
  readonly #calls = new Map<string, AbortController>();
  readonly #connecting = new AbortController();

  constructor(open: Command, service: Service) {
    this.#service = service;
    this.#rpc = service.methods.every(({ route }) => route !== undefined)
      ? openWeb(open)
      : new CentrifugoRPCClient(
          open.url,
          tokenOf(open),
          open.user,
          optionsOf(open),
        );
    this.#api = makeApi(open.service, this.#rpc);
    // Longer than any case: it is the server that says when.
    const options = { signal: this.#connecting.signal, deadlineMs: 600_000 };
    this.#rpc.connect(options).then(
      () => {
        say({ event: "connected" });
      },
      (error: unknown) => {
        if (!this.#connecting.signal.aborted) {
          sayError("connected", "", error);
        }
      },
    );
  }

  call(command: Command): void {
    const method = this.#service.methods.find(
      (each) => each.name === command.method,
    );
    const camel = command.method.replace(/[._](.)/g, (_, letter: string) =>
      letter.toUpperCase(),
    );
    const call = this.#api[camel];
    if (method === undefined || call === undefined) {
      sayBroken(command.name, "no such method");
      return;
    }
    const cancels = new AbortController();
    this.#calls.set(command.name, cancels);
    const options: CallOptions = given({
      signal: cancels.signal,
      deadlineMs: command.deadline_ms,
      failFast: command.fail_fast,
      retries: command.retries,
      noCache: command.no_cache,
    });
    const params =
      method.params === undefined ? [] : [this.#params(command, method)];
    const ended = call(...params, options);
    say({ event: "begun", name: command.name });
    ended.then(
      (value) => {
        this.#end(command.name, method, value);
      },
      (error: unknown) => {
        sayError("ended", command.name, error, method);
      },
    );
  }

  /** Sets a role's token, and says what is wrong with it. */
  token({ role, token }: Command): void {
    try {
      this.#rpc.rest?.setToken(token ?? null, role);
      say({ event: "token", text: "" });
    } catch (error) {
      say({ event: "token", text: (error as BellError).message });
    }
  }

  holds({ role }: Command): void {
    const rest = this.#rpc.rest;
    const has = rest?.isAuthenticated(role) === true ? "yes" : "no";
    const expires = (rest?.tokenExpires(role)?.getTime() ?? 0) / 1000;
    say({ event: "token", text: `${has} ${expires}` });
  }

  #params(command: Command, method: Method): unknown {
    if (method.params === undefined) {
      return undefined;
    }
    const options = { depthMax: 128, rawJson: true, root: "params" };
    const { params: type, route } = method;
    const isPut = command.put !== undefined && command.put.length > 0;
    const value =
      route === undefined
        ? decode(plain(type), utf8.encode(command.params), options)
        : readParts(type as RecordType, command.params, isPut, options);
    for (const { at, what } of command.put ?? []) {
      put(value, at, what);
    }
    return value;
  }

  #end(name: string, method: Method, value: unknown): void {
    if (method.result === undefined) {
      say({ event: "ended", name });
      return;
    }
    try {
      const result = text.decode(encode(method.result, value));
      say({ event: "ended", name, result });
    } catch (error) {
      const unwritable = error instanceof BellError ? error.message : error;
      say({ event: "ended", name, unwritable: String(unwritable) });
    }
  }

  wait({ name, deadline_ms }: Command): void {
    const options = given({ deadlineMs: deadline_ms });
    say({ event: "begun", name });
    this.#rpc.connect(options).then(
      () => {
        say({ event: "ended", name });
      },
      (error: unknown) => {
        sayError("ended", name, error);
      },
    );
  }

  cancel(name: string): void {
    this.#calls.get(name)?.abort();
  }

  async shut(): Promise<void> {
    this.#connecting.abort();
    this.#rpc.disconnect();
    await this.#rpc.closed();
    say({ event: "shut" });
  }
}

// ---- Commands ---------------------------------------------------------------

/** The program has something else to do than letting events through. */
function work(forMs: number): void {
  say({ event: "working" });
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, forMs);
  say({ event: "worked" });
}

let client: Opened | undefined;

async function obey(command: Command): Promise<void> {
  if (command.do === "open") {
    const service = services[command.service];
    if (service === undefined) {
      sayBroken("", "no such service");
      return;
    }
    try {
      client = new Opened(command, service);
    } catch (error) {
      client = undefined;
      sayError("connected", "", error);
    }
  } else if (command.do === "shut") {
    const shut = client;
    client = undefined;
    await (shut?.shut() ?? say({ event: "shut" }));
  } else if (client === undefined) {
    sayBroken(command.name, "no client is open");
  } else if (command.do === "call") {
    client.call(command);
  } else if (command.do === "wait") {
    client.wait(command);
  } else if (command.do === "work") {
    work(command.for_ms ?? 0);
  } else if (command.do === "token") {
    client.token(command);
  } else if (command.do === "holds") {
    client.holds(command);
  } else {
    client.cancel(command.name);
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const command = JSON.parse(line) as Command;
  try {
    await obey(command);
  } catch (error) {
    sayBroken(command.name, error instanceof Error ? error.stack : error);
  }
}

// The driver is gone in the middle of a case: nobody will shut the client.
if (client !== undefined) {
  process.exit(3);
}
