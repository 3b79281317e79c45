/* centrifugo.ts: writes commands and reads replies of Centrifugo's client
 * protocol. It knows no socket and no call. */
import { Fault, NOT_UTF8, TOO_DEEP } from "../json/fault.js";
import {
  isDigit,
  MAP,
  MAP_END,
  LIST,
  LIST_END,
  skipValue,
  space,
  stands,
  textEnd,
} from "../json/scan.js";
import type { Bye, Event, Frame, Protocol, Reply } from "../seam/protocol.js";
import type { AnyMethod } from "../tables.js";
import { goodUtf8, utf8Of } from "../utf8.js";
import {
  bye,
  closedWith,
  connectRefused,
  readPush,
  readReady,
  readRenewed,
  renewalRefused,
} from "./centrifugo_life.js";
import { advised, readError } from "./centrifugo_text.js";
import {
  ENVELOPE_DEPTH_MAX,
  integerIn,
  type Members,
  membersOf,
} from "./members.js";

/** Of connect, and of refresh later unless an answer may come that has it. No
 * call has this id. */
const CONNECT_ID = 1;
const ID_MAX = 2 ** 32 - 1;
const CLOSE_NOT_UTF8 = 1007;
const NEWLINE = 0x0a;
const COMMA = 0x2c;
const QUOTE = 0x22;

// ---- The usual reply, read without looking for keys -------------------------

interface Apart {
  readonly id: number;
  /** Up to the line's last two brackets. */
  readonly data: Uint8Array;
}

/** From behind `"rpc":{` to the value of its data, over what else may stand in
 * front of that; 0 where there is none. */
function findData(line: Uint8Array, at: number): number {
  while (!stands(line, at, '"data":')) {
    if (line[at] !== QUOTE) {
      return 0;
    }
    const quote = textEnd(line, at + 1);
    if (!stands(line, quote, '":')) {
      return 0;
    }
    at = skipValue(line, quote + 2, ENVELOPE_DEPTH_MAX);
    if (line[at] !== COMMA) {
      return 0;
    }
    at++;
  }
  return at + 7;
}

/** `{"id":N,"rpc":{"data":X}}`, as every Centrifugo writes it: N, and the bytes
 * of X if nothing follows it. undefined: it looks different, and the general
 * way must look. */
function takeApart(line: Uint8Array, ownId: number): Apart | undefined {
  const end = line.length - 2;
  let at = 6;
  if (!stands(line, 0, '{"id":') || !stands(line, end, "}}")) {
    return undefined;
  }
  let id = 0;
  for (; isDigit(line[at]) && at < 16; at++) {
    id = id * 10 + (line[at] ?? 0) - 0x30;
  }
  if (id === ownId || id > ID_MAX || at === 6 || line[6] === 0x30) {
    return undefined;
  }
  if (!stands(line, at, ',"rpc":{')) {
    return undefined;
  }
  try {
    at = findData(line, at + 8);
  } catch {
    return undefined;
  }
  return at === 0 || at >= end
    ? undefined
    : { id, data: line.subarray(at, end) };
}

/** Whoever decodes the data finds out whether it is one value: to look for its
 * end here as well would cost half as much again. */
function usualReply(line: Uint8Array, ownId: number): Reply | undefined {
  const apart = takeApart(line, ownId);
  if (apart === undefined) {
    return undefined;
  }
  const { id, data } = apart;
  const first = data[0];
  const last = data[data.length - 1];
  return (first === MAP && last === MAP_END) ||
    (first === LIST && last === LIST_END)
    ? { kind: "reply", id, payload: data, guessed: true }
    : undefined;
}

/** What is wrong inside of one message must not end the calls of all others:
 * bad data goes to its own call, where the codec says what is wrong with it,
 * and a push that nests too deep, or is not UTF-8, is nobody's: the server
 * passes on what any client may have published. */
function onlyInside(
  line: Uint8Array,
  wrong: string,
  ownId: number,
): Event | undefined {
  const apart = takeApart(line, ownId);
  if (apart !== undefined) {
    const { id, data } = apart;
    return { kind: "reply", id, payload: data, guessed: false };
  }
  const isPush = stands(line, 0, '{"push":{');
  if (!isPush || (wrong !== TOO_DEEP && wrong !== NOT_UTF8)) {
    return undefined;
  }
  const text = wrong === NOT_UTF8 ? "a push was ignored: it is not UTF-8" : "";
  return { kind: "push", payload: undefined, text };
}

/** Nothing that comes after nonsense can be trusted to be in step. Whether it
 * is text at all (RFC 6455 8.1) is asked here alone: whoever reads a string
 * checks it as well. */
function nonsense(bytes: Uint8Array, at: number, wrong: string): Bye {
  const good = goodUtf8(bytes);
  const isText = good === bytes.length;
  return bye({
    origin: "codec",
    mayReconnect: true,
    dropCode: isText ? 0 : CLOSE_NOT_UTF8,
    text: isText
      ? `the server sent something that is not a Centrifugo message (byte ${at}: ${wrong})`
      : `the server sent text that is not UTF-8 (byte ${good})`,
  });
}

// ---- The protocol -----------------------------------------------------------

export class Centrifugo implements Protocol {
  readonly join = "\n";
  readonly #name: string;
  readonly #data: string;
  /** Calls are rpc commands, so their errors say what to do. */
  advises = false;
  #greeted = false;
  /** A refresh command has no answer yet. */
  #renewing = false;
  /** Of the last command of our own. */
  #ownId = CONNECT_ID;

  constructor(
    public token: string,
    name: string,
    /** JSON without line breaks; "": none. */
    data = "",
  ) {
    this.#name = name;
    this.#data = data;
  }

  owns(id: number): boolean {
    return id === CONNECT_ID;
  }

  hello(): string {
    this.#greeted = false;
    this.#renewing = false;
    this.#ownId = CONNECT_ID;
    const token =
      this.token === "" ? "" : `"token":${JSON.stringify(this.token)},`;
    const name = JSON.stringify(this.#name);
    const data = this.#data === "" ? "" : `"data":${this.#data},`;
    return `{"id":1,"connect":{${token}${data}"name":${name}}}`;
  }

  command(id: number, method: AnyMethod, params: string): string {
    const name = JSON.stringify(method.name);
    return `{"id":${id},"rpc":{"method":${name},"data":${params}}}`;
  }

  pong(): string {
    return "{}";
  }

  renew(id: number): string {
    this.#renewing = true;
    this.#ownId = id;
    return `{"id":${id},"refresh":{"token":${JSON.stringify(this.token)}}}`;
  }

  closed(code: number, reason: string): Bye {
    const said = closedWith(code, reason);
    return code === 3501 && this.token === ""
      ? {
          ...said,
          text:
            "the server closed with 3501 bad request: no token was sent; " +
            "does it allow anonymous clients?",
        }
      : said;
  }

  decode(frame: Frame): Event | undefined {
    const { bytes } = frame;
    // White space between messages is nobody's, newlines too.
    const start = space(bytes, frame.at);
    if (start >= bytes.length) {
      return undefined;
    }
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline < 0 ? bytes.length : newline;
    const line = bytes.subarray(start, end);
    frame.at = end + 1;
    const usual = usualReply(line, this.#ownId);
    if (usual !== undefined) {
      return usual;
    }
    try {
      return this.#sort(membersOf(line));
    } catch (error) {
      if (!(error instanceof Fault)) {
        throw error;
      }
      const inside = onlyInside(line, error.message, this.#ownId);
      if (inside !== undefined) {
        return inside;
      }
      frame.at = bytes.length;
      const at = Math.min(error.at, line.length);
      return nonsense(bytes, start + at, error.message);
    }
  }

  #sort(message: Members): Event {
    const id = message.get("id");
    const number = id === undefined ? 0n : integerIn(id);
    const push = message.get("push");
    if (message.size === 0) {
      return { kind: "alive", pong: false };
    }
    if (number < 0n || BigInt.asUintN(64, number) !== number) {
      throw new Fault("a member has a wrong type", 0);
    }
    if (number === 0n) {
      return push === undefined
        ? { kind: "push", payload: undefined, text: "" }
        : readPush(push);
    }
    if (number === BigInt(this.#ownId) && (!this.#greeted || this.#renewing)) {
      return this.#sortOwn(message);
    }
    // No call has 0: what is beyond 32 bits is for nobody.
    return this.#answer(message, number > ID_MAX ? 0 : Number(number));
  }

  #answer(message: Members, id: number): Event {
    const error = message.get("error");
    if (error !== undefined) {
      const { code, temporary, text, data } = readError(error);
      const origin = "reply";
      return {
        kind: "error",
        id,
        origin,
        code,
        temporary,
        text: this.advises ? advised(code, text) : text,
        payload: data,
      };
    }
    const rpc = message.get("rpc");
    const payload = rpc && membersOf(rpc).get("data");
    return { kind: "reply", id, payload, guessed: false };
  }

  /** The answer to connect or to refresh. */
  #sortOwn(message: Members): Event {
    const error = message.get("error");
    const result = message.get(this.#greeted ? "refresh" : "connect");
    this.#renewing = false;
    if (error !== undefined) {
      return this.#greeted
        ? renewalRefused(this.#ownId, error)
        : connectRefused(error);
    }
    if (result === undefined) {
      throw new Fault("a member has a wrong type", Infinity); // is not there
    }
    if (this.#greeted) {
      return readRenewed(this.#ownId, result);
    }
    this.#greeted = true;
    return readReady(result);
  }

  /** Data that was guessed to reach up to the line's last two brackets: members
   * may follow it, of rpc and of the message. */
  reread(payload: Uint8Array): Uint8Array | undefined {
    const { buffer, byteOffset, length } = payload;
    const head = utf8Of('{"rpc":{"data":');
    const whole = new Uint8Array(head.length + length + 2);
    whole.set(head);
    whole.set(new Uint8Array(buffer, byteOffset, length + 2), head.length);
    try {
      const message = membersOf(whole);
      const rpc = message.get("rpc");
      return message.has("error") || rpc === undefined
        ? undefined
        : membersOf(rpc).get("data");
    } catch {
      return undefined;
    }
  }
}
