/* renew.ts: a session whose token runs out while it is ready: a new one is due,
 * told to the server, taken or refused. It knows no token. */
import type { Renewed } from "../seam/protocol.js";
import { submitOwn } from "./frames.js";
import type { Inside } from "./inside.js";
import { waitAfter } from "./wait.js";

/** The token is due at that time again, unless the server speaks. */
export function renewAt(session: Inside, at: number): void {
  if (session.state === "ready") {
    session.renewAt = at;
  }
}

/** No token is to be had; it is due again after a wait. */
export function renewLater(session: Inside): void {
  renewAt(session, session.now + waitAfter(session, session.refused));
  session.refused++;
}

export function lives(session: Inside, ttlMs: number): void {
  if (session.state !== "ready" || !session.options.renews) {
    return;
  }
  session.refused = 0;
  session.renewAt = ttlMs === 0 ? Infinity : session.now + ttlMs;
}

export function renewed(session: Inside, event: Renewed): void {
  if (event.code === 0) {
    lives(session, event.ttlMs);
  } else if (session.state === "ready" && session.options.renews) {
    session.news.warning = event.text;
    session.hasNews = true;
    renewLater(session);
  }
}

/** The time of renewAt has come. */
export function renewDue(session: Inside): void {
  session.renewAt = Infinity;
  session.news.tokenDue = session.state === "ready";
  session.hasNews = true;
}

/** The server is told a new token, which the protocol has. */
export function renew(session: Inside): void {
  if (session.state === "ready") {
    session.renewAt = Infinity;
    submitOwn(session, session.protocol.renew());
  }
}
