/* submit.ts: calls on their way out: into the outbox, or waiting for a line. It
 * knows the order of commands and frames and nothing of their bytes. */
import { byteSize } from "../utf8.js";
import { finish } from "./finish.js";
import { forgetFrames } from "./frames.js";
import { hasLeft, type Inside, type Order, type Refused } from "./inside.js";
import type { Command } from "./outbox.js";
import { idOf, type Slot } from "./table.js";

/** Longer params are not copied for their command to be measured. */
const LONG_BYTES = 4096;

function commandOf({ protocol }: Inside, slot: Slot): Command {
  const { number, method, params = "" } = slot;
  const make = (data: string) => protocol.command(idOf(number), method, data);
  const text = make(params);
  const isLong = slot.size > LONG_BYTES;
  const size = isLong ? byteSize(make("")) + slot.size : byteSize(text);
  return { text, size, slot };
}

/** The command into the open frame, or into one of its own. False: it is too
 * large to send. */
function write(session: Inside, slot: Slot): boolean {
  const { outbox, protocol } = session;
  const most = session.options.requestBytesMax;
  const command = commandOf(session, slot);
  if (command.size > most) {
    return false;
  }
  const join = protocol.join.length;
  const joined = outbox.hasRoom(command.size + join, most);
  outbox.add(command, joined ? join : undefined);
  outbox.open = true;
  slot.stand = "written";
  slot.frame = session.framesTaken + outbox.count;
  session.unsent.add(slot);
  return true;
}

/** Params that have no line to go to are kept. */
function keep(session: Inside, slot: Slot): void {
  slot.stand = "waiting";
  session.waitingBytes += slot.size;
  session.waiting.add(slot);
}

function local(status: Refused["status"], text: string): Refused {
  return { status, text, origin: "local", code: 0 };
}

function limit(name: string, most: number): Refused {
  return local("limit", `${name} (${most}) is reached: nothing was sent`);
}

/** Why a call may not begin now; undefined: it may. */
function whyNot(session: Inside, order: Order): Refused | undefined {
  const { options, trouble } = session;
  if (session.state === "closed") {
    return local("closed", "the client is closed");
  }
  if (session.state === "terminal" && trouble !== undefined) {
    const text = `${order.method.name}: it was not sent: ${trouble.text}`;
    return { ...trouble, status: "terminal", text };
  }
  if (session.state !== "ready" && order.failFast) {
    const why = trouble === undefined ? "" : `: ${trouble.text}`;
    return local("disconnected", `not connected${why}`);
  }
  if (session.outbox.bytes + session.waitingBytes > options.queueBytesMax) {
    return limit("queue_bytes_max", options.queueBytesMax);
  }
  if (session.table.size >= options.callsMax) {
    return limit("calls_max", options.callsMax);
  }
  return undefined;
}

/** A command that waits is measured as well: it must not be refused later. */
function fits(session: Inside, slot: Slot): boolean {
  return commandOf(session, slot).size <= session.options.requestBytesMax;
}

/** Begins a call: its number, or why it does not begin. */
export function submit(session: Inside, order: Order): number | Refused {
  const refused = whyNot(session, order);
  if (refused !== undefined) {
    return refused;
  }
  const slot: Slot = {
    number: 0,
    method: order.method,
    started: order.began,
    deadline: order.deadline,
    failFast: order.failFast,
    retries: order.method.idempotent === true ? order.retries : 0,
    left: false,
    stand: "waiting",
    frame: 0,
    params: order.params,
    size: byteSize(order.params),
    place: -1,
    status: "ok",
    sent: "no",
    was: "waiting",
  };
  session.table.take(slot, (id) => session.protocol.owns(id));
  const isReady = session.state === "ready";
  if (!(isReady ? write(session, slot) : fits(session, slot))) {
    session.table.forget(slot);
    return limit("request_bytes_max", session.options.requestBytesMax);
  }
  if (!isReady) {
    keep(session, slot);
  }
  session.wheel.add(slot);
  return slot.number;
}

/** Waiting calls go into the outbox, in order. */
export function submitWaiting(session: Inside): void {
  for (const slot of session.waiting) {
    session.waiting.delete(slot);
    session.waitingBytes -= slot.size;
    if (!write(session, slot)) {
      finish(session, slot, "limit", "no");
    }
  }
}

/** What may be sent again waits for the next line, under the same number: no
 * reply of a line that is gone can reach it. */
function tryAgain(session: Inside, slot: Slot): boolean {
  if (slot.retries === 0 || slot.failFast) {
    return false;
  }
  slot.retries--;
  slot.left ||= hasLeft(session, slot);
  keep(session, slot);
  return true;
}

/** A call whose frame is still in the outbox waits for the next line, or ends
 * where it does not wait for one. */
function waitAgain(session: Inside, slot: Slot): void {
  if (slot.failFast) {
    finish(session, slot, "disconnected", "no");
  } else {
    keep(session, slot);
  }
}

/** Calls whose frames never left the outbox go back to waiting, all others wait
 * to be sent again or end, in the order of their numbers; then the outbox is
 * empty and counts a new line. */
export function submitLost(session: Inside): void {
  for (const slot of session.table.all()) {
    if (session.unsent.has(slot)) {
      waitAgain(session, slot);
    } else if (slot.stand === "written" && !tryAgain(session, slot)) {
      const sent = hasLeft(session, slot) ? "unknown" : "no";
      finish(session, slot, "disconnected", sent);
    }
  }
  forgetFrames(session);
}

/** Frames of this line that the kernel has wholly: calls without a
 * reply are done then. */
export function noteWritten(session: Inside, frames: number): void {
  session.framesWritten = frames;
  for (const slot of session.told) {
    if (slot.frame > frames) {
      return;
    }
    finish(session, slot, "ok", "unknown");
  }
}
