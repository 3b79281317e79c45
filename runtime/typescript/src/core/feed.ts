/* feed.ts: what a message of the server does to calls: next() reads it event by
 * event, and gives those that ended. */
import type { Refusal, Reply } from "../seam/protocol.js";
import { connectEvent } from "./connect.js";
import { answered, good, takeFinished } from "./finish.js";
import { type Completion, type Inside, isQuiet } from "./inside.js";

/** A message, which next() reads event by event: a sign of life. */
export function feed(session: Inside, bytes: Uint8Array): void {
  const isUp = session.state === "ready" || session.state === "greeting";
  session.lived = session.state === "ready";
  session.heardAt = session.now;
  session.frame = isUp ? { bytes, at: 0 } : undefined;
}

/** A reply ends a call only where the call is on the line. */
function takeReply(
  session: Inside,
  event: Reply | Refusal,
): Completion | undefined {
  const slot = session.table.findId(event.id);
  if (
    slot?.stand !== "written" ||
    slot.frame > session.framesTaken ||
    isQuiet(slot)
  ) {
    session.ignored++;
    return undefined;
  }
  answered(session, slot);
  const isError = event.kind === "error";
  return {
    call: slot.number,
    method: slot.method,
    status: isError ? "refused" : "ok",
    payload: event.payload,
    guessed: !isError && event.guessed,
    error: isError ? event : good,
    sent: "unknown",
  };
}

/** What is worked off of messages before others have a turn, in bytes: each
 * message counts as some more. */
const TURN_WORK_MAX = 2 ** 20;
const EVENT_WORK = 64;

/** So much of it was done for what next() gave last. */
export function spend(session: Inside, work: number): void {
  session.work += work;
}

/** The next call that ended; undefined when there is none for now, or others
 * should have a turn first. */
export function next(session: Inside): Completion | undefined {
  let ended = takeFinished(session);
  while (ended === undefined && session.frame) {
    const { frame } = session;
    if (session.work > TURN_WORK_MAX) {
      break;
    }
    session.work += EVENT_WORK - frame.at;
    const event = session.protocol.decode(frame);
    session.work += frame.at;
    if (event === undefined) {
      session.frame = undefined;
    } else if (event.kind === "reply" || event.kind === "error") {
      ended = takeReply(session, event);
    } else {
      connectEvent(session, event);
      ended = takeFinished(session);
    }
  }
  return ended;
}
