/* client.ts: the client that programs use: it connects, makes calls and reports
 * the state of its connection. It knows no bytes of a protocol. */
import type { Trouble } from "../core/inside.js";
import { BellError, tame } from "../errors.js";
import { decode } from "../record/decode.js";
import type { Ready } from "../seam/protocol.js";
import type { Method } from "../tables.js";
import type { Platform } from "../transport/socket.js";
import { readUrl, type Url } from "../transport/url.js";
import { platform } from "#platform";
import { anything, type Caller, Calls, freeMethod } from "./call.js";
import { writeConnectData } from "./connect_data.js";
import type { Line, LineWatch } from "./line.js";
import { Link } from "./link.js";
import { Teller } from "./log.js";
import {
  type CallOptions,
  type ClientOptions,
  type ConnectionState,
  type Settings,
  settle,
  type Token,
  wrongOptions,
  wrongToken,
} from "./options.js";
import { connectCancelled, Waiters, type WaitOptions } from "./waiters.js";

/** Options that do not work if the program opens WebSockets itself. */
const OWN_LACKS = ["headers", "origin", "proxy", "tls"];

/** There is no connection: before connect() and the first call, and after the
 * client was closed. */
const noLine: Line = {
  isReady: false,
  open: () => undefined,
  send: () => ({
    status: "closed",
    text: "the client is closed",
    origin: "local",
    code: 0,
  }),
  cancel: () => undefined,
  close: () => undefined,
};

/**
 * A connection to a Centrifugo server. It makes calls and reconnects by itself.
 *
 * @example
 * const rpc = new CentrifugoRPCClient(url, token, userId);
 * await rpc.connect();
 * const api = new APIClient(rpc);
 */
export class CentrifugoRPCClient implements Caller {
  readonly #url: Url;
  readonly #token: Token;
  readonly #userId: string;
  readonly #connectData: string;
  readonly #settings: Settings;
  readonly #teller: Teller;
  readonly #calls: Calls;
  readonly #waiters = new Waiters((run) => {
    platform.soon(run);
  });
  #link: Link | undefined;
  #isClosed = false;
  /** Why it ended for good. */
  #terminal: Trouble | undefined;
  #trouble: Trouble | undefined;
  /** How many closed links still have sockets. */
  #leaving = 0;
  #whenGone: (() => void)[] = [];

  /**
   * The client does not connect before connect() or a call.
   *
   * @param url ws://host:8000/connection/websocket; http:// means ws://, and
   * without a path it gets Centrifugo's. "" means $CENTRIFUGO_URL, in Node.
   * @param token a JWT, or a function that is called whenever one is needed.
   * @param userId used only in channel mode.
   * @throws BellError if a url, token or option can never work. What a getter
   * of the options throws comes out as it is.
   */
  constructor(
    url: string,
    token: Token = "",
    userId = "",
    options: ClientOptions = {},
  ) {
    const chosen: Platform = platform;
    const [whole, settings, misset] = chosen.inherit(url, settle(options));
    this.#settings = settings;
    const lacks = options.dial === undefined ? chosen.lacks : OWN_LACKS;
    const [data, wrongData] = writeConnectData(this.#settings);
    const wrong =
      misset ??
      (whole === "" ? "url is missing" : undefined) ??
      wrongOptions(this.#settings, userId, lacks) ??
      chosen.wrong(settings) ??
      chosen.wrongHeaders(settings.headers, settings.origin) ??
      (typeof token === "function" ? undefined : wrongToken(token)) ??
      wrongData;
    if (wrong !== undefined) {
      throw new BellError("invalid", `options: ${wrong}`, { sent: "no" });
    }
    this.#url = readUrl(whole);
    this.#token = token;
    this.#userId = userId;
    this.#connectData = data;
    this.#teller = new Teller(this.#settings, chosen.debug);
    this.#calls = new Calls(this.#settings, this.#teller, (payload) =>
      this.#link?.reread(payload),
    );
  }

  /** True while connected: calls are sent at once. */
  get connected(): boolean {
    return this.#link?.isReady ?? false;
  }

  get state(): ConnectionState {
    if (this.#link === undefined || this.#terminal !== undefined) {
      return "disconnected";
    }
    return this.#link.isReady ? "connected" : "connecting";
  }

  // ---- The connection ------------------------------------------------------

  /**
   * Resolves when calls can be sent. A call without it connects too, and waits
   * within its own deadline. Even if the wait fails, the client keeps trying
   * until disconnect().
   *
   * @throws BellError "terminal" if it can never connect, "deadline" if it took
   * too long, with the last cause.
   */
  connect(options: WaitOptions = {}): Promise<void> {
    const { signal } = options;
    if (signal?.aborted === true) {
      return Promise.reject(connectCancelled(signal.reason));
    }
    this.#isClosed = false;
    if (this.#openLink().isReady) {
      return Promise.resolve();
    }
    if (this.#terminal !== undefined) {
      return Promise.reject(terminalError(this.#terminal));
    }
    const waitMs = options.deadlineMs ?? this.#settings.connectWaitMs;
    return this.#waiters.wait(signal, waitMs, () => {
      const why = this.#trouble === undefined ? "" : `: ${this.#trouble.text}`;
      const text = `not connected within ${waitMs} ms${why}`;
      return new BellError("deadline", text, { sent: "no" });
    });
  }

  /** Ends every call and the connection; connect() starts again. */
  disconnect(): void {
    const link = this.#link;
    this.#isClosed = true;
    if (link !== undefined) {
      const wasTerminal = this.#terminal !== undefined;
      this.#link = undefined;
      this.#terminal = undefined;
      this.#trouble = undefined;
      this.#sayClosed(link.ignored);
      link.close();
      if (!wasTerminal) {
        const reason = "the client was closed";
        const how = { code: 0, reason, terminal: false };
        this.#teller.change({ event: "disconnected", ...how });
      }
    }
    this.#waiters.rejectAll(
      new BellError("closed", "the client was closed", { sent: "no" }),
    );
  }

  #sayClosed(ignored: number): void {
    const replies =
      ignored === 0 ? "" : `; ${ignored} replies came for calls that were over`;
    this.#teller.say("info", "closed", `closed${replies}`);
  }

  /** Resolves when no socket and no timer is left after disconnect(). */
  closed(): Promise<void> {
    return new Promise((resolve) => {
      this.#whenGone.push(resolve);
      this.#tellGone();
    });
  }

  #tellGone(): void {
    if (this.#leaving === 0) {
      for (const tell of this.#whenGone.splice(0)) {
        tell();
      }
    }
  }

  /** Skips the wait before the next attempt to connect, for example when the
   * network is back. */
  kick(): void {
    this.#link?.kick();
  }

  #openLink(): Line {
    if (this.#isClosed) {
      return noLine;
    }
    if (this.#link === undefined) {
      const options = {
        url: this.#url,
        token: this.#token,
        userId: this.#userId,
        connectData: this.#connectData,
        settings: this.#settings,
        platform,
      };
      this.#leaving++;
      this.#link = new Link(options, this.#watch());
      this.#link.open();
    }
    return this.#link;
  }

  /** Watches one link; events while it closes are ignored. */
  #watch(): LineWatch {
    let isGone = false;
    return {
      ended: (completion) => this.#calls.ended(completion),
      connecting: (attempt) => {
        this.#teller.say("info", "connecting", "connecting");
        this.#teller.change({ event: "connecting", attempt });
      },
      connected: (ready) => {
        this.#connected(ready);
      },
      lost: (trouble, retryMs) => {
        this.#lost(trouble, retryMs);
      },
      token: (text, isTrouble) => {
        this.#teller.say(isTrouble ? "warn" : "info", "token", text);
      },
      refused: (text) => {
        this.#teller.say("warn", "refused", text);
      },
      gone: () => {
        if (!isGone) {
          isGone = true;
          this.#leaving--;
          this.#tellGone();
        }
      },
    };
  }

  #connected({ client, version, data }: Ready): void {
    this.#trouble = undefined;
    this.#teller.count({ kind: "connected" });
    this.#teller.say("info", "connected", "connected");
    if (this.#settings.onStateChange !== undefined) {
      const value = data === undefined ? undefined : this.#free(data);
      this.#teller.change({ event: "connected", client, version, data: value });
    }
    this.#waiters.resolveAll();
  }

  /** What the server said is the program's to check. */
  #free(data: Uint8Array): unknown {
    try {
      return decode(anything, data, this.#settings);
    } catch {
      return undefined;
    }
  }

  #lost(trouble: Trouble, retryMs: number): void {
    const { code } = trouble;
    const reason = tame(trouble.text);
    this.#trouble = trouble;
    this.#teller.count({ kind: "lost", code });
    if (retryMs === Infinity) {
      this.#terminal = trouble;
      this.#teller.say("error", "terminal", `ended for good: ${reason}`);
      const how = { code, reason, terminal: true };
      this.#teller.change({ event: "disconnected", ...how });
      this.#waiters.rejectAll(terminalError(trouble));
      return;
    }
    const nextTryMs = Math.max(0, Math.round(retryMs));
    const next = `next try in ${nextTryMs} ms`;
    this.#teller.say("warn", "lost", `not connected: ${reason}; ${next}`);
    this.#teller.change({ event: "lost", code, reason, nextTryMs });
  }

  // ---- Calls ---------------------------------------------------------------

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
    const line = () => this.#openLink();
    return this.#calls.start(line, method, params, options) as Promise<Result>;
  }
}

function terminalError({ origin, code, text }: Trouble): BellError {
  return new BellError("terminal", text, { origin, code, sent: "no" });
}
