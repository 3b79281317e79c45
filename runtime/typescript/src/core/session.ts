/* session.ts: what a client asks of a session: calls, their ids, deadlines and
 * the state of the connection. The session never calls out and knows no clock,
 * no socket and no bytes of a protocol: it is fed, and it is asked. All times
 * are handed in. What it is made of is for the files of core/ alone, but for
 * its state and its counts. */
import { Inside, type News, type SessionOptions } from "./inside.js";

export {
  hold,
  kick,
  lost,
  nextTime,
  opened,
  opening,
  refused,
  shut,
  tick,
  wantsLine,
} from "./connect.js";
export { feed, next, spend } from "./feed.js";
export { cancel } from "./finish.js";
export { takeFrames } from "./frames.js";
export { renew, renewAt, renewLater } from "./renew.js";
export { noteWritten as written, submit } from "./submit.js";

export type Session = Inside;

export function open(options: SessionOptions, now: number): Session {
  return new Inside(options, now);
}

/** The session at this time: for what takes no time by itself. */
export function at(session: Session, now: number): Session {
  session.now = now;
  return session;
}

/** There is a new token, whose time nobody knows yet. */
export function tokenTaken(session: Session): void {
  session.tokenEnds = Infinity;
}

/** The time of the last line's token has passed. */
export function isTokenSpent(session: Session, now: number): boolean {
  return now >= session.tokenEnds;
}

/** Frames wait for the transport. */
export function hasFrames(session: Session): boolean {
  return session.outbox.count > 0;
}

/** Frames of this line that may leave, whatever becomes of it: nobody can take
 * them back. */
export function begun(session: Session, frames: number): void {
  session.framesBegun = frames;
}

/** What was fed is not read to its end. */
export function isReading(session: Session): boolean {
  return session.frame !== undefined;
}

/** Bytes came then, of a message that may not be whole. */
export function heard(session: Session, at: number): void {
  session.heardAt = Math.max(session.heardAt, at);
}

/** Moves the news out; undefined where there are none. */
export function takeNews(session: Session): News | undefined {
  const { news } = session;
  session.news = undefined;
  return news;
}
