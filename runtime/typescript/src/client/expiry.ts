/* expiry.ts: when a token expires, if it is a JWT that says so (RFC 7519). It
 * knows no clock. */
import { readBase64 } from "../record/base64.js";
import { fromStrictUtf8 } from "../utf8.js";

/** In seconds since 1970; 0: it does not say. */
export function expiryOf(token: string): number {
  const parts = token.split(".");
  const claims = parts[1] ?? "";
  if (parts.length !== 3 || claims === "") {
    return 0;
  }
  const bytes = readBase64(claims);
  if (!(bytes instanceof Uint8Array)) {
    return 0;
  }
  try {
    const said: unknown = JSON.parse(fromStrictUtf8(bytes));
    const seconds: unknown = (said as { exp?: unknown } | null)?.exp;
    const isTime =
      typeof seconds === "number" &&
      seconds >= 1 &&
      seconds <= Number.MAX_SAFE_INTEGER;
    return isTime ? Math.trunc(seconds) : 0;
  } catch {
    return 0;
  }
}
