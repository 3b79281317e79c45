/* words_node.ts: why a line in Node could not be, or broke, in words that say
 * what to do. What a library says is never passed on: it may hold the url. */
import { isUtf8 } from "node:buffer";
import { isIP } from "node:net";
import { getSystemErrorMap } from "node:util";

import type { Url } from "./url.js";

const SWITCHING = 101;
const SHOWN_MAX = 60;
export const NO_WEBSOCKET = "the server's 101 response is not for a WebSocket";

const HINTS: Readonly<Record<number, string>> = {
  400: ": is it ws:// where it wants wss://?",
  401: ": it wants other credentials",
  403: ": an Origin that it does not allow?",
  404: ": is the path right? Centrifugo's is /connection/websocket",
  429: ": it has too many connections, or no backend",
  503: ": it has too many connections, or no backend",
};

/** An answer to the upgrade that is no WebSocket. */
export function refusalText(code: number): string {
  if (code === SWITCHING) {
    return NO_WEBSOCKET;
  }
  const hint =
    code >= 300 && code < 400
      ? ": redirects are not followed, use the final url"
      : (HINTS[code] ?? "");
  return `the server refused the upgrade with ${code}${hint}`;
}

const UNSIGNED =
  "the server's certificate is not signed by a trusted authority: add its CA with tls.ca";
const NO_TLS = "the server does not speak TLS here: is this a ws:// port?";
const NO_VERSION =
  "the server does not speak a TLS version that tls.minVersion allows";
const REFUSES_OURS = "the server refused this client's certificate";
const WANTS_OURS =
  "the server wants a certificate of this client: set tls.cert and tls.key";

/** By the code of an error of Node, OpenSSL or ws. */
const WORDS: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT:
    "the server's certificate is self-signed: trust it with tls.ca",
  SELF_SIGNED_CERT_IN_CHAIN: UNSIGNED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNSIGNED,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNSIGNED,
  CERT_HAS_EXPIRED: "the server's certificate has expired",
  CERT_NOT_YET_VALID:
    "the server's certificate is not valid yet: is this machine's clock right?",
  ERR_SSL_WRONG_VERSION_NUMBER: NO_TLS,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: NO_TLS,
  ERR_SSL_HTTP_REQUEST: NO_TLS,
  EPROTO: NO_TLS,
  ERR_SSL_UNSUPPORTED_PROTOCOL: NO_VERSION,
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: NO_VERSION,
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: WANTS_OURS,
  ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE:
    "the server refused the handshake: does it want a certificate of this " +
    "client (tls.cert)?",
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: REFUSES_OURS,
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN: REFUSES_OURS,
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED:
    "the server says that this client's certificate has expired",
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA:
    "the server does not trust the authority that signed this client's certificate",
  ERR_SSL_TLSV1_UNRECOGNIZED_NAME:
    "the server has no certificate for this name",
  ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL:
    "the server does not speak http/1.1 (ALPN), which WebSocket begins with",
  HPE_HEADER_OVERFLOW:
    "the server's answer to the upgrade is longer than 16 KiB",
};

/** By the code of an error of ws: what the server did. */
const FRAMES: Readonly<Record<string, string>> = {
  WS_ERR_UNEXPECTED_RSV_1: "sent a frame with reserved bits",
  WS_ERR_UNEXPECTED_RSV_2_3: "sent a frame with reserved bits",
  WS_ERR_INVALID_OPCODE: "sent a frame with an unknown opcode",
  WS_ERR_UNEXPECTED_MASK: "sent a masked frame",
  WS_ERR_EXPECTED_FIN: "sent a control frame in fragments",
  WS_ERR_INVALID_CONTROL_PAYLOAD_LENGTH:
    "sent a control frame longer than 125 bytes",
  WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH:
    "sent a frame longer than 2^53 - 1 bytes",
  WS_ERR_TOO_MANY_BUFFERED_PARTS: "sent a message in too many fragments",
};

/** By the message, where a code of ws stands for several things. */
const OTHER_FRAMES: readonly [RegExp, (found: string) => string][] = [
  [/invalid opcode 0$/, () => "continued a message that it had not begun"],
  [/invalid opcode [12]$/, () => "began a message inside another"],
  [/invalid payload length 1$/, () => "sent half a close code"],
  [
    /invalid status code (\d+)$/,
    (code) => `closed with ${code}, which is not a close code`,
  ],
];

function frameText(code: string, message: string): string {
  for (const [pattern, words] of OTHER_FRAMES) {
    const found = pattern.exec(message);
    if (found !== null) {
      return `the server ${words(found[1] ?? "")}`;
    }
  }
  return `the server ${FRAMES[code] ?? "sent what is no WebSocket frame"}`;
}

const NAMES: Readonly<Record<string, string>> = {
  ENOTFOUND: "the name: Name or service not known",
  EAI_AGAIN: "the name: Temporary failure in name resolution",
};

/** Of the system's errors, as strerror() spells them. */
function systemWords(code: string): string {
  for (const [name, words] of getSystemErrorMap().values()) {
    if (name === code) {
      return words.charAt(0).toUpperCase() + words.slice(1);
    }
  }
  return code;
}

/** The parts of a head that ws looks at. */
export interface Head {
  readonly httpVersionMinor: number;
  readonly headers: Record<string, string | string[] | undefined>;
}

/** What is chosen of that which is never offered. */
const CHOICES = ["sec-websocket-extensions", "sec-websocket-protocol"];

/** Without the blanks around it, which Node has cut. */
function said({ headers }: Head, name: string): string {
  return String(headers[name] ?? "");
}

/** Of UTF-8; the end of the text has cut it. */
const HALF =
  /^(?:[\xc2-\xdf]|[\xe0-\xef][\x80-\xbf]?|[\xf0-\xf4][\x80-\xbf]{0,2})$/;

/** The first whole characters of a head's line, whose bytes Node gives as
 * letters: "?" stands for a byte that is no UTF-8. */
function shown(line: string): string {
  const bytes = Buffer.from(line, "latin1");
  let end = Math.min(bytes.length, SHOWN_MAX);
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) {
    end -= 1;
  }
  let text = "";
  for (let at = 0; at < end && !HALF.test(line.slice(at, end));) {
    const from = at;
    const size = [1, 2, 3, 4].find(
      (each) => from + each <= end && isUtf8(bytes.subarray(from, from + each)),
    );
    at += size ?? 1;
    text += size === undefined ? "?" : bytes.toString("utf8", from, at);
  }
  return text;
}

/** Makes of a 101 what ws takes: to it the lines of one name are no list (RFC
 * 9110 5.3), and a line that says nothing is a choice. False: it is for no
 * WebSocket. */
export function readUpgrade(head: Head): boolean {
  const lists = (name: string, word: string) =>
    said(head, name)
      .toLowerCase()
      .split(",")
      .some((each) => each.trim() === word);
  for (const name of CHOICES) {
    if (said(head, name) === "") {
      head.headers[name] = undefined;
    }
  }
  // HTTP/1.0 knows no upgrade (RFC 9110 7.8).
  const isOurs =
    head.httpVersionMinor !== 0 &&
    lists("upgrade", "websocket") &&
    lists("connection", "upgrade");
  head.headers.upgrade = "websocket";
  return isOurs;
}

/** What ws says of the rest of a 101 that is wrong; undefined: nothing. */
export function headText(message: string, head: Head): string | undefined {
  if (message.startsWith("Invalid Sec-WebSocket-Accept")) {
    return "the server's Sec-WebSocket-Accept does not match our key";
  }
  const chosen = CHOICES.map((name) => said(head, name)).find(
    (text) => text !== "",
  );
  return chosen === undefined
    ? undefined
    : `the server chose something that was not offered: ${shown(chosen)}`;
}

function brokenText({ secure }: Url): string {
  return secure
    ? "the server ended the connection"
    : "the server ended the connection instead of upgrading it: does it speak " +
        "TLS (wss://)?";
}

/** Several addresses were tried: what the first one said. */
function codeOf(error: Error): string {
  const first: unknown =
    error instanceof AggregateError ? (error.errors[0] ?? error) : error;
  return (first as { readonly code?: string }).code ?? "";
}

/** Of TLS; undefined: it is another trouble. */
function secureText(code: string, authority: string): string | undefined {
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") {
    const host = authority.replace(/:\d*$/, "").replace(/^\[|\]$/g, "");
    const what = isIP(host) === 0 ? "name" : "address";
    return `the server's certificate is for another ${what} than ${host}`;
  }
  return WORDS[code];
}

/** Why there is no connection. */
export function dialText(error: Error, authority: string): string {
  const code = codeOf(error);
  const known = secureText(code, authority);
  if (known !== undefined) {
    return known;
  }
  if (code === "" || code === "ECONNRESET") {
    return "the server ended the connection";
  }
  return `cannot connect to ${authority}: ${NAMES[code] ?? systemWords(code)}`;
}

/** Why a connection broke. */
export function brokenLineText(error: Error): string {
  return brokenAs("the connection broke", error);
}

export function brokenProxyText(error: Error): string {
  return brokenAs("the connection to the proxy broke", error);
}

function brokenAs(what: string, error: Error): string {
  const code = codeOf(error);
  return code === "" ? what : `${what}: ${systemWords(code)}`;
}

export function troubleText(
  error: Error & { code?: unknown },
  url: Url,
  opened: boolean,
  messageBytesMax: number,
): string {
  const code = codeOf(error);
  const known = secureText(code, url.authority);
  if (code === "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH") {
    return `a message from the server is larger than message_bytes_max (${messageBytesMax})`;
  }
  if (known !== undefined) {
    return known;
  }
  if (code.startsWith("HPE_")) {
    return "the server does not speak HTTP here";
  }
  if (code.startsWith("WS_ERR")) {
    return frameText(code, error.message);
  }
  if (opened) {
    return `the connection broke: ${systemWords(code)}`;
  }
  if (code === "" || code === "ECONNRESET") {
    return brokenText(url);
  }
  const why = NAMES[code] ?? systemWords(code);
  return `cannot connect to ${url.authority}: ${why}`;
}
