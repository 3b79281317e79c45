/* url.ts: ws[s]://host[:port][/path][?query], checked; http:// and https://
 * mean the same. It knows no sockets, and its errors never hold the url. */
import { BellError } from "../errors.js";

const URL_BYTES_MAX = 2048;
const HOST_BYTES_MAX = 253;
const PATH = "/connection/websocket";

function refuse(reason: string, like: string): BellError {
  const text = `the url ${reason}; it should look like ${like}`;
  return new BellError("invalid", text, { sent: "no" });
}

/** As what was read from a file with its newline. */
export function isUntrimmed(text: string): boolean {
  return /^[ \t\r\n]|[ \t\r\n]$/.test(text);
}

/** ASCII without spaces. */
export function isPrintable(text: string): boolean {
  return /^[!-~]*$/.test(text);
}

/** What is wrong with its bytes, or "". */
function wrongBytes(text: string): string {
  if (isUntrimmed(text)) {
    return "begins or ends with a space or a newline: trim it";
  }
  const found = /[^!-~]|[#\\"<>^`{|}]|%(?![0-9a-fA-F]{2})/.exec(text)?.[0];
  switch (found) {
    case undefined:
      return text.length > URL_BYTES_MAX ? "is longer than 2048 bytes" : "";
    case "#":
      return "has a fragment (#)";
    case "%":
      return "has a % without two hex digits (write it as %25)";
    default:
      // What is printable is what libraries read in their ways.
      return (
        (/[^!-~]/.test(found)
          ? "has a space, a control character or a letter outside ASCII"
          : 'has one of \\ " < > ^ ` { | }') + " (write it as %XX)"
      );
  }
}

const PARTS = /^(ws|http)(s?):\/\/([^/?]*)([/?].*)?$/i;

/** Of the authority. */
export function hostWrong(authority: string): string {
  if (authority.includes("@")) {
    return "has a user in it (give a token instead)";
  }
  if (authority.includes("%")) {
    return "has a % in its host";
  }
  const isBracketed = authority.startsWith("[");
  if (isBracketed && !authority.includes("]")) {
    return "has a [ without a ]";
  }
  const end = isBracketed
    ? authority.indexOf("]") + 1
    : (authority + ":").indexOf(":");
  const rest = authority.slice(end);
  const port = Number(rest.slice(1));
  if (rest !== "" && !(/^:\d*$/.test(rest) && port <= 65_535)) {
    return "has a port that is not 1 to 65535";
  }
  if (rest.length > 1 && port === 0) {
    return "has a port that is not 1 to 65535";
  }
  if (end === (isBracketed ? 2 : 0)) {
    return "has no host";
  }
  if (end - (isBracketed ? 2 : 0) > HOST_BYTES_MAX) {
    return "has a host longer than 253 bytes";
  }
  return (isBracketed ? /^\[[\da-fA-F:.]+\]/ : /^[^[\]]+(:\d*)?$/).test(
    authority,
  )
    ? ""
    : "has a host that is neither a name nor an address";
}

export interface Url {
  /** What is dialed. */
  readonly whole: string;
  /** Host and port, for words. */
  readonly authority: string;
  readonly secure: boolean;
}

/** What is wrong, or the parts. */
function split(
  text: string,
): string | (Omit<Base, "path"> & { target: string }) {
  const wrong =
    typeof (text as unknown) === "string" ? wrongBytes(text) : "is no text";
  if (wrong !== "") {
    return wrong;
  }
  const parts = PARTS.exec(text);
  if (parts === null) {
    return "does not begin with ws://, wss://, http:// or https://";
  }
  const [, , secure = "", authority = "", target = ""] = parts;
  const wrongly = hostWrong(authority);
  if (wrongly !== "") {
    return wrongly;
  }
  return /\/(\.|%2e){1,2}(\/|\?|$)/i.test(target.replace(/\?.*/, ""))
    ? "has . or .. in its path"
    : { secure: secure !== "", authority, target };
}

/** Throws where it can never work. Without a path, or with / alone, it is
 * Centrifugo's. */
export function readUrl(text: string): Url {
  const parts = split(text);
  if (typeof parts === "string") {
    throw refuse(parts, "ws://host:8000/path");
  }
  const { secure, authority, target } = parts;
  const path = target.replace(/^\/?(?=\?|$)/, PATH);
  return {
    whole: `ws${secure ? "s" : ""}://${authority}${path}`,
    authority,
    secure,
  };
}

/** What the urls of requests begin with. */
export interface Base {
  readonly secure: boolean;
  readonly authority: string;
  /** Without / at its end. */
  readonly path: string;
}

/** The url of an HTTP server; ws:// means http://. */
export function readBase(text: string): Base {
  const parts = split(text);
  if (typeof parts === "string") {
    throw refuse(parts, "http://host:8000");
  }
  const { secure, authority, target } = parts;
  if (target.includes("?")) {
    throw refuse("has a query (?)", "http://host:8000");
  }
  return { secure, authority, path: target.replace(/\/+$/, "") };
}
