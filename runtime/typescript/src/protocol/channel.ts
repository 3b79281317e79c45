/* channel.ts: calls as publications, replies on the user's own channel. */
import type { Bye, Event, Frame, Protocol, Ready } from "../seam/protocol.js";
import type { AnyMethod } from "../tables.js";
import { bye } from "./centrifugo_life.js";
import { cut, readError } from "./centrifugo_text.js";
import { type Members, membersOf, textIn } from "./members.js";

/** Calls never have this id. */
const SUBSCRIBE_ID = 2;
const ALREADY_SUBSCRIBED = 105;
const INTERNAL_MAX = 100;
const NONCE_BYTES = 16;
const SHOWN_MAX = 64;

export interface ChannelOptions {
  readonly inner: Protocol;
  readonly requestChannel: string;
  readonly replyChannel: string;
  readonly responderUser: string | undefined;
}

/** 128 random bits a client: another client of the same user has others. */
function makePrefix(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const digits = [...bytes].map((byte) => byte.toString(16).padStart(2, "0"));
  return `${digits.join("")}-`;
}

/** What is said twice is what is said last; undefined where it is no object. */
function maybeMembers(bytes: Uint8Array | undefined): Members | undefined {
  try {
    return bytes && membersOf(bytes);
  } catch {
    return undefined;
  }
}

function isNull(value: Uint8Array): boolean {
  return value[0] === 0x6e;
}

function maybeText(value: Uint8Array | undefined): string | undefined {
  return value?.[0] === 0x22 ? textIn(value) : undefined;
}

/** What was ours alone. */
const NOBODYS: Event = { kind: "push", payload: undefined, text: "" };

export class Channel implements Protocol {
  readonly join = "\n";
  readonly #options: ChannelOptions;
  readonly #inner: Protocol;
  readonly #prefix = makePrefix();
  #subscribed = false;
  /** Waits for the subscription. */
  #ready: Ready | undefined;

  constructor(options: ChannelOptions) {
    this.#options = options;
    this.#inner = options.inner;
  }

  owns(id: number): boolean {
    return id === SUBSCRIBE_ID || this.#inner.owns(id);
  }

  /** Connect and subscribe go in one frame: one round trip less. */
  hello(): string {
    const channel = JSON.stringify(this.#options.replyChannel);
    this.#subscribed = false;
    this.#ready = undefined;
    return (
      `${this.#inner.hello()}\n` +
      `{"id":${SUBSCRIBE_ID},"subscribe":{"channel":${channel}}}`
    );
  }

  command(id: number, method: AnyMethod, params: string): string {
    const { requestChannel, replyChannel } = this.#options;
    const tail =
      method.noReply === true
        ? ""
        : `,"correlation_id":"${this.#prefix}${id}",` +
          `"reply_to":${JSON.stringify(replyChannel)}`;
    return (
      `{"id":${id},"publish":{"channel":${JSON.stringify(requestChannel)},` +
      `"data":{"method":${JSON.stringify(method.name)},"params":${params}` +
      `${tail}}}}`
    );
  }

  pong(): string {
    return this.#inner.pong();
  }

  renew(id: number): string {
    return this.#inner.renew(id);
  }

  closed(code: number, reason: string): Bye {
    return this.#inner.closed(code, reason);
  }

  reread(payload: Uint8Array): Uint8Array | undefined {
    return this.#inner.reread(payload);
  }

  decode(frame: Frame): Event | undefined {
    const event = this.#inner.decode(frame);
    return event && (this.#translate(event) ?? NOBODYS);
  }

  /** undefined where the event was ours alone. */
  #translate(event: Event): Event | undefined {
    switch (event.kind) {
      case "ready":
        this.#ready = event;
        return undefined;
      case "reply":
        // The publication is out; its reply is a push.
        return event.id === SUBSCRIBE_ID ? this.#becomeReady() : undefined;
      case "error":
        return event.id === SUBSCRIBE_ID && !this.#subscribed
          ? this.#refused(event)
          : event;
      case "push":
        return event.payload === undefined ? event : this.#take(event.payload);
      case "alive":
        // The session knows of no pings before it is ready.
        return { kind: "alive", pong: this.#ready?.pong === true };
      default:
        return event;
    }
  }

  #becomeReady(): Event | undefined {
    if (this.#subscribed) {
      return undefined;
    }
    this.#subscribed = true;
    return this.#ready;
  }

  #refused(event: Extract<Event, { kind: "error" }>): Event | undefined {
    const { code, temporary, text } = event;
    if (code === ALREADY_SUBSCRIBED) {
      return this.#becomeReady();
    }
    const channel = cut(this.#options.replyChannel, SHOWN_MAX);
    return bye({
      origin: "reply",
      code,
      temporary,
      mayReconnect: temporary || code < INTERNAL_MAX,
      text:
        `the server refused the reply channel ${channel}: ${code} ` +
        cut(text, SHOWN_MAX),
    });
  }

  /** A push becomes the reply of a call, or stays a push that nobody awaits. */
  #take(payload: Uint8Array): Event {
    const nobodys: Event = { kind: "push", payload, text: "" };
    const push = membersOf(payload);
    if (maybeText(push.get("channel")) !== this.#options.replyChannel) {
      return nobodys;
    }
    if (push.has("unsubscribe")) {
      return bye({
        origin: "reply",
        mayReconnect: true,
        text: "the server ended the subscription of the reply channel",
      });
    }
    const publication = maybeMembers(push.get("pub"));
    const reply = maybeMembers(publication?.get("data"));
    const id = this.#idIn(maybeText(reply?.get("correlation_id")) ?? "");
    if (reply === undefined || id === 0) {
      return nobodys;
    }
    const user = this.#forger(publication?.get("info"));
    if (user !== undefined) {
      const text =
        `a reply was refused: user "${cut(user, SHOWN_MAX)}" published it, ` +
        "who is not responder_user";
      return { kind: "push", payload, text };
    }
    const error = reply.get("error");
    return error === undefined || isNull(error)
      ? { kind: "reply", id, payload: reply.get("result"), guessed: false }
      : this.#readError(id, error);
  }

  /** The call's id, 0 where the correlation id is not one of ours. */
  #idIn(correlation: string): number {
    const digits = correlation.startsWith(this.#prefix)
      ? correlation.slice(this.#prefix.length)
      : "";
    const id = /^\d{1,10}$/.test(digits) ? Number(digits) : 0;
    return id <= SUBSCRIBE_ID ? 0 : id;
  }

  /** `info` is the server's word on who published; the server API leaves none.
   * Else any client that may publish could answer in the backend's name. */
  #forger(info: Uint8Array | undefined): string | undefined {
    if (info === undefined) {
      return undefined;
    }
    const user = maybeText(maybeMembers(info)?.get("user")) ?? "";
    const { responderUser } = this.#options;
    // An empty name would be anybody's who is anonymous.
    return user !== "" && user === responderUser ? undefined : user;
  }

  #readError(id: number, error: Uint8Array): Event {
    const said = { kind: "error", id, origin: "backend" } as const;
    try {
      const { code, temporary, text, data } = readError(error);
      return { ...said, code, temporary, text, payload: data };
    } catch {
      const text = "the backend sent an error that is not {code, message}";
      return { ...said, code: 0, temporary: false, text, payload: undefined };
    }
  }
}
