/* trouble.ts: why there is no connection, in words for people. */
import type { Origin } from "../errors.js";

export interface Trouble {
  readonly origin: Origin;
  readonly code: number;
  readonly temporary: boolean;
  readonly text: string;
}

/** What a person can do about a code; else the server's own words must do. */
const ADVICE = new Map([
  [102, "a channel in the token has no namespace in the server's config"],
  [109, "the token has expired: open the client with a new one"],
  [1009, "a frame was larger than the server takes"],
  [3005, "the token expired while connected"],
  [3500, "the token's signature, user or claims are wrong"],
  [
    3501,
    "is the token missing, or is this no Centrifugo of version 4 or newer?",
  ],
  [3502, "the connect command came too late"],
  [3503, "the server's API disconnected this client"],
  [3504, "too many connections, or another one of this user took over"],
  [3508, "the server does not offer this command"],
]);

function compose(what: string, code: number, said: string): string {
  const advice = ADVICE.get(code);
  const words = said === "" ? "" : ` ${said}`;
  return `the server ${what} ${code}${words}${advice === undefined ? "" : `: ${advice}`}`;
}

/** The transport broke, or this client gave up. */
export function local(text: string): Trouble {
  return { origin: "local", code: 0, temporary: false, text };
}

/** What is read next cannot be in step: centrifuge drops the connection. */
export function nonsense(): Trouble {
  const text = "the server sent what is no Centrifugo message";
  return { origin: "codec", code: 0, temporary: false, text };
}

export function closed(code: number, reason: string, bare: boolean): Trouble {
  const text =
    code === 3501 && bare
      ? "the server closed with 3501 bad request: no token was sent; does it " +
        "allow anonymous clients?"
      : compose("closed with", code, reason);
  return { origin: "close", code, temporary: false, text };
}

export function connectRefused(
  code: number,
  said: string,
  temporary: boolean,
): Trouble {
  const text = compose("refused to connect:", code, said);
  return { origin: "reply", code, temporary, text };
}

export function channelRefused(
  channel: string,
  code: number,
  said: string,
): Trouble {
  return {
    origin: "reply",
    code,
    temporary: false,
    text: `the server refused the reply channel ${channel}: ${code} ${said}`,
  };
}

export function channelGone(): Trouble {
  return {
    origin: "reply",
    code: 0,
    temporary: false,
    text: "the server ended the subscription of the reply channel",
  };
}
