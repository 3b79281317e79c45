/* frames.ts: which frames left the outbox, and the protocol's own: hello, pong,
 * a new token. */
import { byteSize } from "../utf8.js";
import { type Inside, isQuiet } from "./inside.js";

/** What the transport gets: the first frames, until they have `most` bytes.
 * Params of what left are kept for another try alone. */
export function takeFrames(session: Inside, most: number): string[] {
  const frames = session.outbox.take(session.protocol.join, most);
  session.framesTaken += frames.length;
  session.pongWaits &&= session.outbox.hasOwn;
  for (const slot of session.unsent) {
    if (slot.frame > session.framesTaken) {
      break;
    }
    session.unsent.delete(slot);
    if (isQuiet(slot)) {
      session.told.add(slot);
    }
    if (slot.retries === 0) {
      slot.params = undefined;
    }
  }
  return frames;
}

/** A frame of the protocol's own. */
export function submitOwn(session: Inside, text: string): void {
  const { outbox } = session;
  outbox.add({ text, size: byteSize(text), slot: undefined }, undefined);
  outbox.open = false;
}

/** One that has not left yet answers all pings before it: a server that asks
 * without reading must not fill our memory. */
export function sayPong(session: Inside): void {
  if (!session.pongWaits) {
    submitOwn(session, session.protocol.pong());
    session.pongWaits = true;
  }
}

/** The outbox is thrown away, and counts a new line. */
export function forgetFrames(session: Inside): void {
  session.outbox.clear();
  session.pongWaits = false;
  session.unsent.clear();
  session.told.clear();
  session.framesTaken = 0;
  session.framesWritten = 0;
  session.framesBegun = 0;
}
