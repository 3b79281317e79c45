/* line.ts: one connection by the package centrifuge, through all its reconnects.
 * It tells when commands can be sent and why they cannot, and knows no calls.
 *
 * The protobuf build is used: data are bytes there, so that our JSON passes as
 * it is. */
import {
  Centrifuge,
  type PublicationContext,
  type Subscription,
  SubscriptionState,
  UnauthorizedError as Unauthorized,
} from "centrifuge/build/protobuf";

import { UnauthorizedError } from "../errors.js";
import { dial } from "#socket";
import { type End, guarded } from "../transport/guard.js";
import type { Settings, Token } from "./options.js";
import {
  channelGone,
  channelRefused,
  closed,
  connectRefused,
  local,
  nonsense,
  type Trouble,
} from "./trouble.js";

/** Longer than any deadline of a call: those are the client's own. */
const NEVER_MS = 2 ** 31 - 1;
const ALREADY_SUBSCRIBED = 105;
/** Close codes after which the token is asked for anew. */
const SPENT_TOKEN = new Set([3005, 3014]);
/** centrifuge's codes, of connecting and of disconnected. */
const TRANSPORT_CLOSED = 1;
const NO_PING = 2;
const UNAUTHORIZED = 1;
const MESSAGE_SIZE = 3;

/** What the owner is told; never inside of one of its own calls. */
export interface LineWatch {
  /** Commands can be sent. */
  ready(): void;
  /** They cannot; the line goes on trying. */
  lost(trouble: Trouble): void;
  /** A try at a connection failed. */
  failed(trouble: Trouble): void;
  /** They never will again. */
  ended(trouble: Trouble): void;
  published(data: Uint8Array, user: string | undefined): void;
  sent(): void;
  /** Nothing of the line is left. */
  gone(): void;
}

export interface LineOptions {
  readonly url: string;
  readonly token: Token;
  readonly settings: Settings;
  /** Channel mode; else "". */
  readonly replyChannel: string;
}

export class Line {
  readonly #options: LineOptions;
  readonly #watch: LineWatch;
  readonly #centrifuge: Centrifuge;
  readonly #subscription: Subscription | undefined;
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();
  #end: End | undefined;
  #tokenTrouble = "";
  #refusal: Trouble | undefined;
  #sockets = 0;
  #isReady = false;
  /** Of a reconnect that this class makes itself. */
  #step = 0;
  #closed = false;
  #redialing = false;

  constructor(options: LineOptions, watch: LineWatch) {
    this.#options = options;
    this.#watch = watch;
    this.#centrifuge = new Centrifuge(options.url, this.#config());
    this.#listen();
    if (options.replyChannel !== "") {
      this.#subscription = this.#subscribe(options.replyChannel);
    }
  }

  #config(): NonNullable<ConstructorParameters<typeof Centrifuge>[1]> {
    const { settings, token } = this.#options;
    const watch = {
      ended: (end: End) => {
        this.#ended(end);
      },
      sent: () => {
        this.#watch.sent();
      },
      gone: () => {
        this.#sockets--;
        this.#tellGone();
      },
    };
    const count = () => {
      this.#sockets++;
    };
    const Guarded = guarded(
      {
        dial: (url, protocol, more) => {
          const socket = (settings.dial ?? dial)(url, protocol, more);
          count();
          return socket;
        },
        connectDeadlineMs: settings.connectDeadlineMs,
        messageBytesMax: settings.messageBytesMax,
        ...(settings.origin === undefined ? {} : { origin: settings.origin }),
      },
      watch,
    );
    return {
      name: settings.name,
      websocket: Guarded,
      timeout: NEVER_MS,
      minReconnectDelay: settings.reconnectMinMs,
      maxReconnectDelay: settings.reconnectMaxMs,
      maxServerPingDelay: settings.pingGraceMs,
      ...(typeof token === "string"
        ? { token }
        : { getToken: () => this.#getToken(token) }),
    };
  }

  // ---- Tokens --------------------------------------------------------------

  async #getToken(ask: () => string | Promise<string>): Promise<string> {
    const waited = this.#options.settings.connectDeadlineMs;
    this.#tokenTrouble = "";
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = this.#later(waited, () => {
        reject(new Error("no token came within connect_deadline_ms"));
      });
    });
    try {
      return await Promise.race([ask(), late]);
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error);
      if (error instanceof UnauthorizedError) {
        this.#tokenTrouble = `no token: not authorized${said && ": "}${said}`;
        throw new Unauthorized(said);
      }
      this.#tokenTrouble = `no token: ${said}`;
      throw error;
    } finally {
      this.#clear(timer);
    }
  }

  // ---- Timers: none is left when the line is closed ------------------------

  #later(ms: number, run: () => void): ReturnType<typeof setTimeout> {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      run();
    }, ms);
    this.#timers.add(timer);
    return timer;
  }

  #clear(timer: ReturnType<typeof setTimeout> | undefined): void {
    if (timer !== undefined) {
      clearTimeout(timer);
      this.#timers.delete(timer);
    }
  }

  // ---- Events --------------------------------------------------------------

  #listen(): void {
    this.#centrifuge.on("connected", () => {
      this.#refusal = undefined;
      this.#end = undefined;
      if (this.#subscription === undefined) {
        this.#ready();
      } else if (this.#subscription.state === SubscriptionState.Unsubscribed) {
        this.#subscription.subscribe();
      }
    });
    this.#centrifuge.on("connecting", ({ code, reason }) => {
      if (code !== 0) {
        const dropped = code === TRANSPORT_CLOSED && this.#end === undefined;
        this.#lose(dropped ? nonsense() : this.#why(code, reason));
      }
    });
    this.#centrifuge.on("disconnected", ({ code, reason }) => {
      if (!this.#redialing) {
        this.#finish(this.#why(code, reason));
      }
    });
    this.#centrifuge.on("error", ({ type, error }) => {
      this.#note(type, error);
    });
    this.#centrifuge.on("publication", (context) => {
      this.#take(context);
    });
    this.#centrifuge.on("unsubscribed", ({ channel }) => {
      if (channel === this.#options.replyChannel && this.#isReady) {
        this.#redial(channelGone());
      }
    });
  }

  /** The socket ended. Of one that was never ready centrifuge says nothing. */
  #ended(end: End): void {
    const { token } = this.#options;
    this.#end = end;
    if (SPENT_TOKEN.has(end.code) && typeof token !== "string") {
      this.#centrifuge.setToken("");
    }
    if (!this.#isReady && !this.#closed && !this.#redialing) {
      this.#watch.failed(this.#troubleOf(end));
    }
  }

  #troubleOf(end: End): Trouble {
    return end.code === 0
      ? local(end.text)
      : closed(end.code, end.text, this.#options.token === "");
  }

  /** Why commands cannot be sent, by what centrifuge and the socket say. */
  #why(code: number, reason: string): Trouble {
    const end = this.#end;
    this.#end = undefined;
    if (end !== undefined) {
      return this.#troubleOf(end);
    }
    switch (code) {
      case NO_PING:
        return local("no ping from the server");
      case UNAUTHORIZED:
        return this.#tokenTrouble === ""
          ? (this.#refusal ?? connectRefused(109, "token expired", false))
          : local(this.#tokenTrouble);
      case MESSAGE_SIZE:
        return closed(1009, "", false);
      default:
        return code < 100 ? local(reason) : connectRefused(code, reason, false);
    }
  }

  /** Something failed that does not end a connection that is up. */
  #note(type: string, error: { code: number; message: string }): void {
    const temporary = "temporary" in error && error.temporary === true;
    if (type === "connect" && (error.code >= 100 || temporary)) {
      this.#refusal = connectRefused(error.code, error.message, temporary);
      this.#watch.failed(this.#refusal);
    } else if (type === "connectToken" || type === "refreshToken") {
      this.#watch.failed(local(this.#tokenTrouble));
    } else if (type === "transport" && this.#end === undefined) {
      this.#watch.failed(this.#why(0, error.message));
    }
  }

  #ready(): void {
    this.#step = 0;
    if (!this.#isReady && !this.#closed) {
      this.#isReady = true;
      this.#watch.ready();
    }
  }

  #lose(trouble: Trouble): void {
    const wasReady = this.#isReady;
    this.#isReady = false;
    if (this.#closed) {
      return;
    }
    if (wasReady) {
      this.#watch.lost(trouble);
    } else {
      this.#watch.failed(trouble);
    }
  }

  #finish(trouble: Trouble): void {
    this.#isReady = false;
    if (!this.#closed) {
      this.#watch.ended(trouble);
    }
  }

  // ---- The reply channel ---------------------------------------------------

  #subscribe(channel: string): Subscription {
    const subscription = this.#centrifuge.newSubscription(channel);
    subscription.on("subscribed", () => {
      this.#ready();
    });
    subscription.on("subscribing", ({ code }) => {
      if (code >= 2500) {
        this.#redial(channelGone());
      }
    });
    subscription.on("unsubscribed", ({ code, reason }) => {
      this.#unsubscribed(code, reason);
    });
    subscription.on("publication", (context) => {
      this.#take(context);
    });
    subscription.subscribe();
    return subscription;
  }

  /** What the server subscribed by itself comes as well. */
  #unsubscribed(code: number, reason: string): void {
    if (this.#closed || this.#redialing) {
      return;
    }
    if (code === ALREADY_SUBSCRIBED) {
      this.#ready();
    } else if (code >= 2000) {
      this.#redial(channelGone());
    } else {
      const { replyChannel } = this.#options;
      this.#finish(channelRefused(replyChannel, code, reason));
    }
  }

  /** The connection is of no use without its subscription. */
  #redial(trouble: Trouble): void {
    const { reconnectMinMs: least, reconnectMaxMs: most } =
      this.#options.settings;
    if (this.#closed || this.#redialing) {
      return;
    }
    this.#redialing = true;
    this.#lose(trouble);
    const span = Math.min(most, least * 2 ** Math.min(this.#step++, 31));
    const wait = Math.min(most, least + Math.random() * span);
    this.#later(0, () => {
      this.#centrifuge.disconnect();
    });
    this.#later(wait, () => {
      this.#redialing = false;
      this.#subscription?.subscribe();
      this.#centrifuge.connect();
    });
  }

  #take({ channel, data, info }: PublicationContext): void {
    if (channel === this.#options.replyChannel && data instanceof Uint8Array) {
      this.#watch.published(data, info?.user);
    }
  }

  // ---- What the owner does -------------------------------------------------

  /** Begins to connect. Throws where it never can. */
  open(): void {
    this.#centrifuge.connect();
  }

  /** The reply's data; rejects with {code, message, temporary} of the server,
   * or where the line was lost, which lost() has told before. */
  async rpc(method: string, data: Uint8Array): Promise<Uint8Array> {
    const reply = await this.#centrifuge.rpc(method, data);
    const bytes: unknown = reply.data;
    return bytes instanceof Uint8Array ? bytes : new Uint8Array();
  }

  async publish(channel: string, data: Uint8Array): Promise<void> {
    await this.#centrifuge.publish(channel, data);
  }

  #tellGone(): void {
    if (this.#closed && this.#sockets === 0 && this.#timers.size === 0) {
      this.#watch.gone();
    }
  }

  /** Nothing is told any more but that all is gone. */
  close(): void {
    if (this.#closed) {
      return;
    }
    this.#closed = true;
    for (const timer of this.#timers) {
      this.#clear(timer);
    }
    // A command that was handed over in this turn is written in a later one.
    this.#later(0, () => {
      this.#centrifuge.disconnect();
      this.#tellGone();
    });
  }
}
