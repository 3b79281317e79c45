/* proxy.ts: where an HTTP proxy is, and who we are there. It knows no
 * sockets. */
import { BellError } from "../errors.js";
import { hostWrong, isPrintable } from "./url.js";

const SCHEME = "http://";
const USER_BYTES_MAX = 512;
/** What a header's value cannot hold. */
const CONTROL = /[\0-\x1f\x7f]/; // eslint-disable-line no-control-regex

export interface Proxy {
  /** Host and port. */
  readonly authority: string;
  /** The value of Proxy-Authorization; "": none. */
  readonly authorization: string;
}

function refuse(reason: string): BellError {
  const text =
    `the proxy's url ${reason}; it should look like ` +
    "http://[user:password@]host:port";
  return new BellError("invalid", text, { sent: "no" });
}

/** "user:password", in which %XX is a byte (RFC 3986 3.2.1), as RFC 7617 wants
 * it. */
function authorizationOf(user: string): string {
  const isEscaped = /^(?:[^%]|%[\da-f]{2})*$/i.test(user);
  const bytes = user.replace(/%(..)/g, (_, digits: string) =>
    String.fromCharCode(parseInt(digits, 16)),
  );
  const isWrong =
    !isEscaped ||
    !bytes.includes(":") ||
    bytes.length > USER_BYTES_MAX ||
    CONTROL.test(bytes);
  if (isWrong) {
    throw refuse("has no user:password that can be sent");
  }
  return `Basic ${btoa(bytes)}`;
}

/** Throws where it can never work, with words that hold nothing of it. */
export function readProxy(text: string): Proxy {
  if (text.slice(0, SCHEME.length).toLowerCase() !== SCHEME) {
    throw refuse("does not begin with http://");
  }
  const [, whole = "", rest = ""] =
    /^([^/?#]*)([^]*)$/.exec(text.slice(SCHEME.length)) ?? [];
  const at = whole.lastIndexOf("@");
  const authority = whole.slice(at + 1);
  if (!isPrintable(text) || hostWrong(authority) !== "") {
    throw refuse("is wrong");
  }
  if (rest !== "" && rest !== "/") {
    throw refuse("has a path");
  }
  return {
    authority,
    authorization: at < 0 ? "" : authorizationOf(whole.slice(0, at)),
  };
}

/** The same; undefined: there is none, or it can work. */
export function wrongProxy(text: string | undefined): string | undefined {
  try {
    if (text !== undefined) {
      readProxy(text);
    }
    return undefined;
  } catch (error) {
    return (error as BellError).message;
  }
}
