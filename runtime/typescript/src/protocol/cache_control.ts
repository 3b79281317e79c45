/* cache_control.ts: how long an answer may be kept, by its Cache-Control (RFC
 * 9111 5.2.2). It knows no store. */
import type { Header } from "../seam/exchange.js";

const SECONDS_MAX = 1_000_000_000;

/** Digits, which may stand in quotes; nonsense is 0. */
function secondsIn(text: string): number {
  const [, quoted, bare] = /^(?:"(\d*)"|(\d*))$/.exec(text) ?? [];
  return Math.min(Number(quoted ?? bare ?? 0), SECONDS_MAX);
}

function msOf(directive: string): number {
  const at = directive.indexOf("=");
  const name = at < 0 ? directive : directive.slice(0, at);
  const value = at < 0 ? "" : directive.slice(at + 1).trim();
  switch (name.trim().toLowerCase()) {
    case "no-store":
    case "no-cache":
      return 0;
    case "max-age":
      return secondsIn(value) * 1000;
    default:
      return Infinity;
  }
}

/** In milliseconds; Infinity: it does not say. A comma in quotes cuts too,
 * which at worst forbids more. */
export function cacheMsOf(headers: readonly Header[]): number {
  const said = headers
    .filter(([name]) => name.toLowerCase() === "cache-control")
    .flatMap(([, value]) => value.split(","));
  return said.map(msOf).reduce((least, ms) => Math.min(least, ms), Infinity);
}
