/* envelope.ts: what channel mode publishes, and what comes back. It knows no
 * calls and no connection. */
import { Fault } from "../json/fault.js";
import {
  COLON,
  COMMA,
  MAP,
  MAP_END,
  QUOTE,
  skipValue,
  space,
  stands,
  textEnd,
  textOf,
} from "../json/scan.js";
import { integerOf } from "../json/number.js";

const DEPTH_MAX = 512;
const utf8 = new TextEncoder();

/** {method, params, correlation_id, reply_to}; a method without a reply says
 * not where one should go. */
export function requestEnvelope(
  method: string,
  params: Uint8Array,
  correlation: string,
  replyTo: string,
): Uint8Array {
  const head = utf8.encode(`{"method":${JSON.stringify(method)},"params":`);
  const tail = utf8.encode(
    correlation === ""
      ? "}"
      : `,"correlation_id":"${correlation}",` +
          `"reply_to":${JSON.stringify(replyTo)}}`,
  );
  const out = new Uint8Array(head.length + params.length + tail.length);
  out.set(head);
  out.set(params, head.length);
  out.set(tail, head.length + params.length);
  return out;
}

/** An object's members: the bytes of each value by its key. undefined where
 * the text is no object. */
export function membersOf(
  bytes: Uint8Array,
): Map<string, Uint8Array> | undefined {
  try {
    return takeMembers(bytes);
  } catch (error) {
    if (error instanceof Fault) {
      return undefined;
    }
    throw error;
  }
}

function takeMembers(bytes: Uint8Array): Map<string, Uint8Array> | undefined {
  const members = new Map<string, Uint8Array>();
  let at = space(bytes, 0);
  // The whole first: then all that follows is known to be right.
  const end = skipValue(bytes, at, DEPTH_MAX);
  if (bytes[at] !== MAP || space(bytes, end) !== bytes.length) {
    return undefined;
  }
  at = space(bytes, at + 1);
  while (bytes[at] !== MAP_END) {
    at += bytes[at] === COMMA ? 1 : 0;
    const key = space(bytes, at) + 1;
    const quote = textEnd(bytes, key);
    const colon = space(bytes, quote + 1);
    const value = space(bytes, colon + (bytes[colon] === COLON ? 1 : 0));
    const behind = skipValue(bytes, value, DEPTH_MAX);
    members.set(textOf(bytes, key, quote), bytes.subarray(value, behind));
    at = space(bytes, behind);
  }
  return members;
}

export interface ReplyEnvelope {
  readonly correlation: string;
  readonly result: Uint8Array | undefined;
  /** null is none. */
  readonly error: Uint8Array | undefined;
}

function textIn(value: Uint8Array | undefined): string | undefined {
  return value?.[0] === QUOTE ? textOf(value, 1, value.length - 1) : undefined;
}

/** undefined where it is no reply of anybody. */
export function readReply(bytes: Uint8Array): ReplyEnvelope | undefined {
  const members = membersOf(bytes);
  const correlation = textIn(members?.get("correlation_id"));
  if (members === undefined || correlation === undefined) {
    return undefined;
  }
  const error = members.get("error");
  const isNone = error === undefined || stands(error, 0, "null");
  return {
    correlation,
    result: members.get("result"),
    error: isNone ? undefined : error,
  };
}

export interface BackendError {
  readonly code: number;
  readonly message: string;
  readonly temporary: boolean;
  readonly data: Uint8Array | undefined;
}

const nonsense: BackendError = {
  code: 0,
  message: "the backend sent an error that is no {code, message}",
  temporary: false,
  data: undefined,
};

function codeIn(value: Uint8Array | undefined): number | undefined {
  if (value === undefined) {
    return 0;
  }
  const code = integerOf(new TextDecoder().decode(value));
  if (code === undefined) {
    return undefined;
  }
  return BigInt.asIntN(32, code) === code ? Number(code) : 0;
}

/** {code, message, temporary, data}. */
export function readError(bytes: Uint8Array): BackendError {
  const members = membersOf(bytes);
  const code = codeIn(members?.get("code"));
  const said = members?.get("message") ?? members?.get("reason");
  const message = said === undefined ? "" : textIn(said);
  const temporary = members?.get("temporary");
  const isFlag =
    temporary === undefined ||
    stands(temporary, 0, "true") ||
    stands(temporary, 0, "false");
  if (members === undefined || code === undefined || message === undefined) {
    return nonsense;
  }
  if (!isFlag) {
    return nonsense;
  }
  return {
    code,
    message: message === "" ? `error ${code} without a message` : message,
    temporary: temporary !== undefined && stands(temporary, 0, "true"),
    data: members.get("data"),
  };
}
