/* failure.ts: the errors that callers read: of calls that did not begin, ended
 * without an answer, or were answered an error. It knows no protocol. */
import { BellError, RPCError } from "../errors.js";
import { decode } from "../record/decode.js";
import { json } from "../record/free.js";
import type { CodecOptions } from "../record/limits.js";
import type { AnyMethod, Type } from "../tables.js";
import type { Completion, Refused } from "./line.js";

const anything: Type = { kind: json, name: "json" };

/** A call that did not even begin. */
export function refusalOf(
  method: string,
  refused: Refused,
  cause?: { readonly cause: unknown },
): BellError {
  const { status, text, origin, code } = refused;
  const details = { origin, code, method, sent: "no" as const, ...cause };
  return new BellError(status, text, details);
}

export function cancelled(method: string, reason: unknown): BellError {
  const refused = {
    status: "cancelled",
    text: `${method} was cancelled`,
    origin: "local",
    code: 0,
  } as const;
  return refusalOf(method, refused, { cause: reason });
}

/** What the server or its backend answered; the data by the method's table,
 * where that declares them. */
export function answeredError(
  { error, method, payload }: Pick<Completion, "error" | "method" | "payload">,
  codec: CodecOptions,
): RPCError {
  const { code, text, origin, temporary } = error;
  const type = declared(method, code);
  const details = { origin, temporary, method: method.name };
  if (payload === undefined) {
    return new RPCError(code, text, details);
  }
  try {
    const options = { ...codec, root: "error.data" };
    const data = decode(type ?? anything, payload, options);
    return new RPCError(code, text, {
      ...details,
      data,
      ...(type === undefined ? {} : { type }),
    });
  } catch {
    return new RPCError(code, text, details);
  }
}

function declared(method: AnyMethod, code: number): Type | undefined {
  return method.errors?.find((each) => each.code === code)?.data;
}

/** A call that no server answered. */
export function endedError(
  { status, error, method, sent }: Completion,
  cause?: { readonly cause: unknown },
): BellError {
  const { origin, code, text } = error;
  const details = { origin, code, method: method.name, sent, ...cause };
  return new BellError(status === "ok" ? "invalid" : status, text, details);
}
