/* headers.ts: a program's own headers of the request for a WebSocket. It knows
 * no connection. */

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** What the handshake says itself, or would make it another one. */
const TAKEN =
  /^(host|upgrade|connection|content-length|transfer-encoding|sec-websocket-.*)$/i;
const PRINTABLE = /^[ -~]*$/;

/** Why they cannot be sent, and no value: that may be a secret. undefined: they
 * can. */
export function wrongHeaders(
  headers: Readonly<Record<string, string>> | undefined,
  origin: string | undefined,
): string | undefined {
  for (const [name, value] of Object.entries(headers ?? {})) {
    if (!TOKEN.test(name)) {
      return "the name of a header is not a token (RFC 9110 5.6.2)";
    }
    if (TAKEN.test(name)) {
      return `header ${name}: the WebSocket handshake sets it`;
    }
    if (typeof value !== "string" || !PRINTABLE.test(value)) {
      return `header ${name}: its value is not printable ASCII`;
    }
    if (origin !== undefined && name.toLowerCase() === "origin") {
      return "origin and the header Origin: give one of them";
    }
  }
  return undefined;
}
