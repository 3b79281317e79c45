/* wait.ts: how long to wait before the next try. */
import type { Inside } from "./inside.js";

const STEP_MAX = 31;

/** Full jitter: min + a random part of min * 2^step, at most max. */
export function waitAfter(session: Inside, failed: number): number {
  const { reconnectMinMs: least, reconnectMaxMs: most } = session.options;
  const span = Math.min(most, least * 2 ** Math.min(failed, STEP_MAX));
  return Math.min(most, least + session.options.random(Math.floor(span)));
}
