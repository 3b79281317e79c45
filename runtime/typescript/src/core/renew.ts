/* renew.ts: a session whose token runs out while it is ready: a new one is due,
 * told to the server, taken or refused. It knows no token. */
import type { Renewed } from "../seam/protocol.js";
import { submitOwn } from "./frames.js";
import { type Inside, newsOf } from "./inside.js";
import { waitAfter } from "./wait.js";

const FIRST_OWN_ID = 1;

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

/** An answer that may come yet is not the next one's. */
function giveUp(session: Inside): void {
  session.owed ||= session.renewBy !== Infinity;
  session.renewBy = Infinity;
}

export function lives(session: Inside, ttlMs: number): void {
  if (session.state !== "ready" || !session.options.renews) {
    return;
  }
  session.refused = 0;
  session.renewAt = ttlMs === 0 ? Infinity : session.now + ttlMs;
  session.tokenEnds = session.renewAt;
}

export function renewed(session: Inside, event: Renewed): void {
  if (event.id !== 0) {
    session.renewBy = Infinity;
  }
  if (event.code === 0) {
    lives(session, event.ttlMs);
  } else if (session.state === "ready" && session.options.renews) {
    newsOf(session).warning = event.text;
    renewLater(session);
  }
}

/** The time of renewAt has come. */
export function renewDue(session: Inside): void {
  session.renewAt = Infinity;
  newsOf(session).tokenDue = session.state === "ready";
}

/** The server is told a new token, which the protocol has. */
export function renew(session: Inside): void {
  if (session.state === "ready") {
    session.renewAt = Infinity;
    giveUp(session);
    const { protocol, table } = session;
    const id = session.owed
      ? table.skip((each) => protocol.owns(each))
      : FIRST_OWN_ID;
    session.renewBy = session.now + session.options.connectDeadlineMs;
    submitOwn(session, protocol.renew(id));
  }
}

/** A token that nobody speaks of is told once more. */
export function renewLate(session: Inside): void {
  giveUp(session);
  newsOf(session).warning = "the server did not answer the new token";
  renewLater(session);
}
