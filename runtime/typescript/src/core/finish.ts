/* finish.ts: how calls end, each once. A call leaves the table before anybody
 * hears of it; completions are fetched one by one. */
import type { Sent, Status } from "../errors.js";
import {
  type Completion,
  hasLeft,
  type Inside,
  localTrouble,
  type Trouble,
} from "./inside.js";
import type { Slot } from "./table.js";

function unlink(session: Inside, slot: Slot): void {
  if (session.waiting.delete(slot)) {
    session.waitingBytes -= slot.size;
  }
  session.unsent.delete(slot);
  session.told.delete(slot);
  session.wheel.remove(slot);
  session.table.forget(slot);
  slot.params = undefined;
}

/** The call leaves the table; next() tells. */
export function finish(
  session: Inside,
  slot: Slot,
  status: Status | "ok",
  sent: Sent,
): void {
  unlink(session, slot);
  slot.was = slot.stand;
  slot.stand = "finished";
  slot.status = status;
  slot.sent = slot.left ? "unknown" : sent;
  session.table.finished++;
  session.finished.push(slot);
}

/** What is thrown away with the outbox or the line was not sent. */
function sentOf(session: Inside, slot: Slot, status: Status): Sent {
  if (slot.stand === "waiting" || slot.frame > session.framesTaken) {
    return "no";
  }
  const isLost = status === "terminal" && !hasLeft(session, slot);
  return isLost ? "no" : "unknown";
}

/** A command that has not left never does. */
function withdraw(session: Inside, slot: Slot): void {
  const { outbox, protocol, framesTaken } = session;
  const place = outbox.withdraw(slot, protocol.join.length);
  if (place >= 0) {
    for (const other of session.unsent) {
      other.frame -= other.frame > framesTaken + place + 1 ? 1 : 0;
    }
  }
}

/** The same for a call that ends by cancel or deadline, or with all others:
 * `sent` follows from where its command is. */
export function finishAlone(session: Inside, slot: Slot, status: Status): void {
  const sent = sentOf(session, slot, status);
  if (session.unsent.has(slot)) {
    withdraw(session, slot);
  }
  finish(session, slot, status, sent);
}

/** Every call ends. */
export function finishAll(
  session: Inside,
  status: "terminal" | "closed",
): void {
  for (const slot of session.table.all()) {
    finishAlone(session, slot, status);
  }
}

/** The call ends as cancelled, told by next(). False where it is over. */
export function cancel(session: Inside, call: number): boolean {
  const slot = session.table.find(call);
  if (slot !== undefined) {
    finishAlone(session, slot, "cancelled");
  }
  return slot !== undefined;
}

/** Of a call that nothing is wrong with. */
export const good = localTrouble("");

/** Behind the method's name, of a call whose end is no matter of the line. */
function localText(
  session: Inside,
  slot: Slot,
  why: string,
): string | undefined {
  const waited = `within ${Math.round(slot.deadline - slot.started)} ms`;
  switch (slot.status) {
    case "deadline":
      return slot.was === "written"
        ? `: ${slot.sent === "no" ? "not sent" : "no reply"} ${waited}`
        : `: not connected ${waited}${why}`;
    case "cancelled":
      return " was cancelled";
    case "closed":
      return ": the client was closed";
    case "limit": {
      const most = session.options.requestBytesMax;
      return `: request_bytes_max (${most}) is reached: nothing was sent`;
    }
    default:
      return undefined;
  }
}

/** What the caller of an ended call reads. */
function tell(session: Inside, slot: Slot): Trouble {
  const { name } = slot.method;
  const { trouble = good } = session;
  const why = trouble === good ? "" : `: ${trouble.text}`;
  const text = localText(session, slot, why);
  if (text !== undefined) {
    return localTrouble(name + text);
  }
  const what =
    slot.sent === "no"
      ? "it was not sent"
      : "sent, but no reply came; whether it was executed is unknown";
  return { ...trouble, temporary: false, text: `${name}: ${what}${why}` };
}

export function takeFinished(session: Inside): Completion | undefined {
  const slot = session.finished.shift();
  if (slot === undefined) {
    return undefined;
  }
  session.table.finished--;
  return {
    call: slot.number,
    method: slot.method,
    status: slot.status,
    payload: undefined,
    guessed: false,
    error: slot.status === "ok" ? good : tell(session, slot),
    sent: slot.sent,
  };
}

/** A call that was answered leaves without a detour. */
export function answered(session: Inside, slot: Slot): void {
  unlink(session, slot);
}
