/* words_node.ts: why a line in Node could not be, or broke, in words that say
 * what to do. What a library says is never passed on: it may hold the url. */
import { getSystemErrorMap } from "node:util";

import type { Url } from "./url.js";

const HINTS: Readonly<Record<number, string>> = {
  400: ": is it ws:// where it wants wss://?",
  401: ": it wants other credentials",
  403: ": an Origin that it does not allow?",
  404: ": is the path right? Centrifugo's is /connection/websocket",
  429: ": it has too many connections, or no backend",
  503: ": it has too many connections, or no backend",
};

/** An answer to the upgrade that is no 101. */
export function refusalText(code: number): string {
  const hint =
    code >= 300 && code < 400
      ? ": redirects are not followed, use the final url"
      : (HINTS[code] ?? "");
  return `the server refused the upgrade with ${code}${hint}`;
}

const UNSIGNED =
  "nobody who is trusted has signed the server's certificate: trust its " +
  "authority with tls.ca";
const NO_TLS = "the server does not speak TLS here: is this a ws:// port?";
const NO_VERSION =
  "the server speaks no version of TLS that tls.minVersion allows";
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
  ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE: WANTS_OURS,
  HPE_HEADER_OVERFLOW:
    "the server's answer to the upgrade is longer than 16 KiB",
  WS_ERR_UNEXPECTED_RSV_1: "a frame with reserved bits",
  WS_ERR_UNEXPECTED_RSV_2_3: "a frame with reserved bits",
  WS_ERR_INVALID_OPCODE: "a frame with an unknown opcode",
  WS_ERR_UNEXPECTED_MASK: "a masked frame",
  WS_ERR_EXPECTED_FIN: "a control frame in fragments",
  WS_ERR_INVALID_CONTROL_PAYLOAD_LENGTH:
    "a control frame longer than 125 bytes",
  WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH: "a frame longer than 2^53 - 1 bytes",
  WS_ERR_TOO_MANY_BUFFERED_PARTS:
    "the server sent a message in too many fragments",
  WS_ERR_INVALID_CLOSE_CODE: "the server closed with what is no close code",
};

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

/** What ws says of a 101 that is wrong. */
const UPGRADES: readonly [RegExp, string][] = [
  [/^Invalid Upgrade/, "the server's 101 is not for a WebSocket"],
  [
    /^Invalid Sec-WebSocket-Accept/,
    "the server's Sec-WebSocket-Accept does not fit our key",
  ],
  [
    /^(Server (sent|indicated)|Invalid Sec-WebSocket)/,
    "the server chose what was not offered",
  ],
];

function upgradeText(message: string, { secure }: Url): string {
  const known = UPGRADES.find(([pattern]) => pattern.test(message));
  if (known !== undefined) {
    return known[1];
  }
  return secure
    ? "the server ended the connection"
    : "the server ended the connection instead of upgrading it: does it speak " +
        "TLS (wss://)?";
}

export function troubleText(
  error: Error & { code?: unknown },
  url: Url,
  opened: boolean,
  messageBytesMax: number,
): string {
  // Several addresses were tried: what the first one said.
  const first: unknown =
    error instanceof AggregateError ? (error.errors[0] ?? error) : error;
  const { code = "" } = first as { readonly code?: string };
  const known = WORDS[code];
  if (code === "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH") {
    return `a message from the server passes message_bytes_max (${messageBytesMax})`;
  }
  if (known !== undefined) {
    return known;
  }
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") {
    return `the server's certificate is for another name than ${url.host}`;
  }
  if (code.startsWith("HPE_")) {
    return "the server does not speak HTTP here";
  }
  if (code.startsWith("WS_ERR")) {
    return "the server sent what is no WebSocket frame";
  }
  if (opened) {
    return `the connection broke: ${systemWords(code)}`;
  }
  if (code === "" || code === "ECONNRESET") {
    return upgradeText(error.message, url);
  }
  return `cannot connect to ${url.host}: ${NAMES[code] ?? systemWords(code)}`;
}
