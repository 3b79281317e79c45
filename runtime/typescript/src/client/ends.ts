/* ends.ts: the errors with which calls end that no server answered. */
import { BellError, type Origin, type Status } from "../errors.js";
import type { Call } from "./call.js";
import type { Trouble } from "./trouble.js";

export interface Refusal {
  readonly status: Status;
  readonly text: string;
  readonly origin?: Origin;
  readonly code?: number;
}

/** A call that did not even begin. */
export function refusalOf(method: string, refusal: Refusal): BellError {
  const { status, text, origin = "local", code = 0 } = refusal;
  return new BellError(status, text, { origin, code, method, sent: "no" });
}

/** A call that this client ends by itself. */
export function endOf(call: Call, status: Status, text: string): BellError {
  return new BellError(status, text, {
    method: call.method.name,
    sent: call.stand === "waiting" ? "no" : "unknown",
  });
}

/** A call whose connection is no more. */
export function lostError(
  call: Call,
  status: "disconnected" | "terminal",
  trouble: Trouble | undefined,
): BellError {
  const { name } = call.method;
  const isSent = call.stand !== "waiting";
  const what = isSent
    ? "sent, but no reply came; whether it was executed is unknown"
    : "it was not sent";
  const why = trouble === undefined ? "" : `: ${trouble.text}`;
  return new BellError(status, `${name}: ${what}${why}`, {
    origin: trouble?.origin ?? "local",
    code: trouble?.code ?? 0,
    method: name,
    sent: isSent ? "unknown" : "no",
  });
}
