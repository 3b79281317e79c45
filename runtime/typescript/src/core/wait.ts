/* wait.ts: how long to wait before the next try. */
import type { Inside } from "./inside.js";

const STEP_MAX = 31;
/** A wait has an end, however long a program chose. */
const WAIT_MS_MAX = Number.MAX_SAFE_INTEGER;

/** Full jitter: min + a random part of min * 2^step, at most max. */
export function waitAfter(session: Inside, failed: number): number {
  const { reconnectMinMs, reconnectMaxMs, random } = session.options;
  const most = Math.min(reconnectMaxMs, WAIT_MS_MAX);
  const least = Math.min(reconnectMinMs, most);
  const span = Math.min(most, least * 2 ** Math.min(failed, STEP_MAX));
  return Math.min(most, least + random(Math.floor(span)));
}
