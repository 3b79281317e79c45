/* centrifugo_life.ts: how a Centrifugo session begins, how long it lives, and
 * what ends it, by the server's messages. It knows no call. */
import type { Bye, Event, Ready, Renewed } from "../seam/protocol.js";
import { compose, readError, type SaidError } from "./centrifugo_text.js";
import {
  flagIn,
  type Members,
  membersOf,
  numberIn,
  textIn,
} from "./members.js";

const TOKEN_EXPIRED = 109;
const EXPIRED = 110;
const INTERNAL_MAX = 99;
const SECONDS_MAX = 1_000_000_000;

const plainBye = {
  temporary: false,
  mayReconnect: false,
  staleToken: false,
  spentToken: false,
  dropCode: 0,
};

export function bye(event: Pick<Bye, "origin" | "text"> & Partial<Bye>): Bye {
  return { ...plainBye, code: 0, ...event, kind: "bye" };
}

function milliseconds(value: Uint8Array | undefined): number {
  const seconds = value === undefined ? 0 : numberIn(value);
  return seconds > 0 && seconds < SECONDS_MAX ? Math.floor(seconds * 1000) : 0;
}

/** The server's is whole seconds: less must not make us ask at full speed. */
function ttlOf(members: Members): number {
  const ttl = members.get("ttl");
  if (ttl === undefined || !(numberIn(ttl) > 0)) {
    return 0;
  }
  return numberIn(ttl) < 1 ? 1000 : milliseconds(ttl);
}

function words(value: Uint8Array | undefined): string {
  return value === undefined ? "" : textIn(value);
}

/** The reply to connect. */
export function readReady(result: Uint8Array): Ready {
  const members = membersOf(result);
  const pong = members.get("pong");
  return {
    kind: "ready",
    pong: pong !== undefined && flagIn(pong),
    pingMs: milliseconds(members.get("ping")),
    ttlMs: ttlOf(members),
    client: words(members.get("client")),
    version: words(members.get("version")),
    data: members.get("data"),
  };
}

/** The reply to refresh, and the push of that name. */
export function readRenewed(id: number, result: Uint8Array): Renewed {
  const ttlMs = ttlOf(membersOf(result));
  return { kind: "renewed", id, ttlMs, code: 0, text: "" };
}

function mayPass({ code, temporary }: SaidError): boolean {
  return code <= INTERNAL_MAX || temporary || code === TOKEN_EXPIRED;
}

/** The reply to connect itself: the line is of no use after an error. */
export function connectRefused(error: Uint8Array): Bye {
  const said = readError(error);
  const isStale = said.code === TOKEN_EXPIRED;
  return bye({
    origin: "reply",
    code: said.code,
    temporary: said.temporary,
    text: compose("refused to connect:", said.code, said.text),
    mayReconnect: mayPass(said),
    staleToken: isStale,
    spentToken: isStale,
  });
}

/** 109, and 110 of servers other than Centrifugo: what the program gave had
 * expired already; a fresh one may do. */
export function renewalRefused(id: number, error: Uint8Array): Renewed | Bye {
  const said = readError(error);
  const { code, temporary } = said;
  const text = compose("refused the new token:", code, said.text);
  return mayPass(said) || code === EXPIRED
    ? // 0 would say that it was taken.
      { kind: "renewed", id, ttlMs: 0, code: code === 0 ? -1 : code, text }
    : bye({ origin: "reply", code, temporary, text });
}

export function closedWith(code: number, reason: string): Bye {
  const isTerminal =
    (code >= 3500 && code <= 3999) ||
    (code >= 4500 && code <= 4999) ||
    code === 1009;
  return bye({
    origin: "close",
    code,
    text: compose("closed with", code, reason),
    mayReconnect: !isTerminal,
    spentToken: code === 3005 || code === 3014,
  });
}

export function readPush(push: Uint8Array): Event {
  const members = membersOf(push);
  const refresh = members.get("refresh");
  const disconnect = members.get("disconnect");
  if (refresh !== undefined) {
    return readRenewed(0, refresh);
  }
  if (disconnect !== undefined) {
    const { code, text } = readError(disconnect);
    return closedWith(code, text);
  }
  return { kind: "push", payload: push, text: "" };
}
