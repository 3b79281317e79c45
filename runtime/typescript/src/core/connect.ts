/* connect.ts: the state of the connection: wanted, opening, greeting, ready,
 * lost, ended for good; the wait before the next try; the watchdog. */
import type { Bye, Event, Ready } from "../seam/protocol.js";
import type { LineEnd } from "../seam/transport.js";
import { finishAll, finishAlone } from "./finish.js";
import { sayPong, submitOwn } from "./frames.js";
import { type Inside, localTrouble, newsOf, type Trouble } from "./inside.js";
import { lives, renewDue, renewed, renewLate } from "./renew.js";
import { submitLost, submitWaiting } from "./submit.js";
import { waitAfter } from "./wait.js";

function forgetLine(session: Inside, trouble: Trouble, retryAt: number): void {
  session.trouble = trouble;
  session.frame = undefined;
  session.pingMs = 0;
  session.pong = false;
  session.renewAt = Infinity;
  session.renewBy = Infinity;
  const news = newsOf(session);
  news.ready = undefined;
  news.lost = { trouble, retryAt };
}

/** A line that died young does not start the waits from the beginning, or a
 * request that kills its connection would be tried at full speed. */
function wasShort(session: Inside): boolean {
  return (
    session.state !== "ready" ||
    (!session.lived &&
      session.now - session.readyAt < session.options.reconnectMaxMs)
  );
}

export function lose(session: Inside, trouble: Trouble): void {
  if (!wasShort(session)) {
    session.attempt = 0;
  }
  session.state = "waiting";
  session.lineAt = session.now + waitAfter(session, session.attempt);
  session.attempt++;
  forgetLine(session, trouble, session.lineAt);
  submitLost(session);
}

function endForGood(session: Inside, trouble: Trouble): void {
  session.state = "terminal";
  forgetLine(session, trouble, Infinity);
  finishAll(session, "terminal");
  session.outbox.clear();
}

function dropLine(session: Inside, code: number): void {
  newsOf(session).drop = code;
}

function bye(session: Inside, event: Bye): void {
  const { origin, code, temporary, text } = event;
  newsOf(session).spentToken ||= event.spentToken;
  const isRenewed = event.staleToken && session.options.renews;
  if (isRenewed || (event.mayReconnect && !event.staleToken)) {
    lose(session, { origin, code, temporary, text });
  } else {
    endForGood(session, { origin, code, temporary, text });
  }
}

function ready(session: Inside, event: Ready): void {
  if (session.state !== "greeting") {
    return;
  }
  session.state = "ready";
  session.readyAt = session.now;
  session.lived = false;
  session.pong = event.pong;
  session.pingMs = event.pingMs;
  newsOf(session).ready = event;
  lives(session, event.ttlMs);
  submitWaiting(session);
}

/** What is no answer to a call. */
export function connectEvent(
  session: Inside,
  event: Exclude<Event, { kind: "reply" | "error" }>,
): void {
  switch (event.kind) {
    case "ready":
      ready(session, event);
      return;
    case "alive":
      if (session.pong || event.pong) {
        sayPong(session);
      }
      return;
    case "renewed":
      renewed(session, event);
      return;
    case "bye":
      dropLine(session, event.dropCode);
      bye(session, event);
      return;
    case "push": // nobody subscribes yet
      if (event.text !== "") {
        newsOf(session).warning = event.text;
      }
  }
}

/** No line is wanted before `until`: something is asked for first. */
export function hold(session: Inside, until: number): void {
  if (session.state === "waiting") {
    session.lineAt = until;
  }
}

/** A line that could not even be dialed: the next one after a wait, or none any
 * more where `final`, which ends a session that is ready too. */
export function refused(session: Inside, final: boolean, reason: string): void {
  const isReady = session.state === "ready" && final;
  if (session.state !== "waiting" && !isReady) {
    return;
  }
  if (isReady) {
    dropLine(session, 0);
  }
  if (final) {
    endForGood(session, localTrouble(reason));
  } else {
    lose(session, localTrouble(reason));
  }
}

export function wantsLine(session: Inside, now: number): boolean {
  return session.state === "waiting" && now >= session.lineAt;
}

export function opening(session: Inside): void {
  session.state = "opening";
  session.connectBy = session.now + session.options.connectDeadlineMs;
}

export function opened(session: Inside): void {
  if (session.state === "opening") {
    session.state = "greeting";
    session.heardAt = session.now;
    session.owed = false;
    submitOwn(session, session.protocol.hello());
  }
}

function isOpening(session: Inside): boolean {
  return session.state === "opening" || session.state === "greeting";
}

export function lost(session: Inside, end: LineEnd): void {
  if (!isOpening(session) && session.state !== "ready") {
    return;
  }
  if (end.code === 0) {
    lose(session, localTrouble(end.text));
  } else {
    bye(session, session.protocol.closed(end.code, end.text));
  }
}

function giveUpOpening(session: Inside): void {
  const waited = session.options.connectDeadlineMs;
  dropLine(session, 0);
  lose(
    session,
    localTrouble(
      session.state === "opening"
        ? `the server did not accept within ${waited} ms`
        : `no answer to the connect command within ${waited} ms`,
    ),
  );
}

function watchdogAt(session: Inside): number {
  return session.state === "ready" && session.pingMs !== 0
    ? session.heardAt + session.pingMs + session.options.pingGraceMs
    : Infinity;
}

/** Deadlines, the time of a reconnect, of a token, and the watchdog. That comes
 * first: after a suspended machine wakes up the line is dead, and its calls are
 * lost rather than late one after another. */
export function tick(session: Inside): void {
  const { now } = session;
  if (now >= watchdogAt(session)) {
    const silent = Math.round(now - session.heardAt);
    dropLine(session, 0);
    lose(session, localTrouble(`no ping from the server for ${silent} ms`));
  } else if (isOpening(session) && now >= session.connectBy) {
    giveUpOpening(session);
  }
  if (now >= session.renewAt) {
    renewDue(session);
  }
  if (now >= session.renewBy) {
    renewLate(session);
  }
  let late = session.wheel.due(now);
  while (late !== undefined) {
    finishAlone(session, late, "deadline");
    late = session.wheel.due(now);
  }
}

/** The earliest time at which tick has something to do; Infinity: never. */
export function nextTime(session: Inside): number {
  const { next } = session.wheel;
  if (session.state === "waiting") {
    return Math.min(next, session.lineAt);
  }
  if (isOpening(session)) {
    return Math.min(next, session.connectBy);
  }
  const { renewAt, renewBy } = session;
  return Math.min(next, watchdogAt(session), renewAt, renewBy);
}

/** The next wait before a reconnect is skipped. */
export function kick(session: Inside): void {
  if (session.state === "waiting") {
    session.lineAt = session.now;
  }
}

/** Every call ends. */
export function shut(session: Inside): void {
  if (session.state !== "closed") {
    finishAll(session, "closed");
    session.outbox.clear();
    session.frame = undefined;
    session.renewAt = Infinity;
    session.renewBy = Infinity;
    session.state = "closed";
  }
}
