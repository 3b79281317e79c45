/* centrifugo_text.ts: what Centrifugo's codes mean, in words for people. */
import { flagIn, integerIn, membersOf, textIn } from "./members.js";

/** What a person can do about a code; else the server's own words must do. */
const ADVICE: Readonly<Record<number, string>> = {
  102: "a channel in the token has no namespace in the server's config",
  109: "the token has expired: a new one is needed",
  1009: "a frame was larger than the server takes",
  3005: "the token expired while connected",
  3500: "the token's signature, user or claims are wrong",
  3501: "is the token missing, or is the server older than Centrifugo 4?",
  3502: "the connect command came too late",
  3503: "the server's API disconnected this client",
  3504: "too many connections, or another one of this user took over",
  3508: "the server does not offer this command",
};

const SAID_MAX = 90;

/** As much of a text as people read, cut between characters. */
export function cut(text: string, most: number): string {
  return text.slice(0, most).replace(/[\ud800-\udbff]$/, "");
}

const RPC_ADVICE: Readonly<Record<number, string>> = {
  100: ": does its backend answer?",
  108: ": is rpc proxied?",
};

/** The text of an rpc's error, with what to do behind it. */
export function advised(code: number, text: string): string {
  return text + (RPC_ADVICE[code] ?? "");
}

export function compose(what: string, code: number, said: string): string {
  const advice = ADVICE[code];
  const words = said === "" ? "" : ` ${cut(said, SAID_MAX)}`;
  const then = advice === undefined ? "" : `: ${advice}`;
  return `the server ${what} ${code}${words}${then}`;
}

export interface SaidError {
  readonly code: number;
  readonly temporary: boolean;
  readonly text: string;
  readonly data: Uint8Array | undefined;
}

/** Longer than any server says; what a backend says is the program's. */
const TEXT_MAX = 1024;

/** {code, message, temporary, data}; a Fault where it is none. */
export function readError(bytes: Uint8Array): SaidError {
  const members = membersOf(bytes);
  const said = members.get("message") ?? members.get("reason");
  const code = integerIn(members.get("code") ?? ZERO);
  const temporary = members.get("temporary");
  const short = BigInt.asIntN(32, code) === code ? Number(code) : 0;
  const text = said === undefined ? "" : textIn(said);
  return {
    code: short,
    temporary: temporary !== undefined && flagIn(temporary),
    text:
      text === "" ? `error ${short} without a message` : cut(text, TEXT_MAX),
    data: members.get("data"),
  };
}

const ZERO = Uint8Array.of(0x30);
