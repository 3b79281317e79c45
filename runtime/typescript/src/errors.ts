/* errors.ts: the errors that a program gets. There are two classes: one for
 * error answers of the server or its backend, and one for everything else. */
import type { Type } from "./tables.js";

/** How a call ended; the same in every language. */
export type Status =
  /** An argument, option or parameter is wrong. */
  | "invalid"
  /** A limit was reached; the message names it. */
  | "limit"
  /** The client was closed. */
  | "closed"
  /** The deadline passed before the reply came. */
  | "deadline"
  /** The program's AbortSignal ended the call. */
  | "cancelled"
  /** The connection was lost; see `sent`. */
  | "disconnected"
  /** The server or its backend answered with an error. */
  | "refused"
  /** The reply does not fit the schema. */
  | "bad_reply"
  /** The server ended the session for good. */
  | "terminal";

/** Who reported the error. The meaning of `code` depends on it. */
export type Origin =
  /** This runtime; code is 0. */
  | "local"
  /** An error reply of the server; its code. */
  | "reply"
  /** The server closed; the close code. */
  | "close"
  /** A backend in channel mode; its code. */
  | "backend"
  /** Wrong JSON or a wrong value; path and offset are set. */
  | "codec";

/** Whether a request without a reply was sent. "unknown": it may have been
 * sent, and may have been executed. "no": it was certainly not sent, so it is
 * safe to repeat. */
export type Sent = "unknown" | "no";

/** Makes text from others safe to print on one line: line ends, control
 * characters and direction marks become spaces. */
export function tame(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_C}]/gu, " ");
}

/** Of what was thrown by others: their words may hold a secret. */
export function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : "an error";
}

/** The properties of an error besides its message. */
export interface ErrorDetails {
  readonly status: Status;
  readonly origin: Origin;
  readonly code: number;
  readonly temporary: boolean;
  readonly sent: Sent;
  readonly path: string;
  readonly offset: number;
  readonly method: string;
}

/** Any error except an error answer of the server or its backend. */
export class BellError extends Error implements ErrorDetails {
  override readonly name = "BellError";
  declare readonly status: Status;
  declare readonly origin: Origin;
  /** 0 if there is none. */
  declare readonly code: number;
  /** The server says that the error may go away; this does not mean "safe to
   * retry". */
  declare readonly temporary: boolean;
  declare readonly sent: Sent;
  /** Codec: "result.items[3].id"; else "". */
  declare readonly path: string;
  /** Codec: byte offset in the JSON text; else 0. */
  declare readonly offset: number;
  /** The method's wire name, "" if there is none. */
  declare readonly method: string;

  constructor(
    status: Status,
    message: string,
    details: Partial<ErrorDetails> & { cause?: unknown } = {},
  ) {
    super(
      tame(message),
      "cause" in details ? { cause: details.cause } : undefined,
    );
    this.status = status;
    this.origin = details.origin ?? "local";
    this.code = details.code ?? 0;
    this.temporary = details.temporary ?? false;
    this.sent = details.sent ?? "unknown";
    this.path = tame(details.path ?? "");
    this.offset = details.offset ?? 0;
    this.method = details.method ?? "";
  }

  /** The same error, for a call of the method. */
  of(method: string): BellError {
    return new BellError(this.status, this.message, {
      ...(this as ErrorDetails),
      method,
    });
  }
}

/** What HTTP says of an error answer to a call of `rest`. */
export interface HttpError {
  readonly status: number;
  /** Members of a problem (RFC 9457); "" where they are no texts. */
  readonly type: string;
  readonly title: string;
  readonly detail: string;
  readonly instance: string;
  /** The header X-Request-ID. */
  readonly requestId: string;
  /** What Retry-After says, from the answer on; -1: nothing. */
  readonly retryAfterMs: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array;
}

/** An error answer of the server or its backend to a call. */
export class RPCError extends Error implements ErrorDetails {
  override readonly name = "RPCError";
  readonly status = "refused";
  declare readonly origin: Origin;
  declare readonly code: number;
  declare readonly temporary: boolean;
  /** "no": a login was refused, before the call. */
  declare readonly sent: Sent;
  readonly path = "";
  readonly offset = 0;
  declare readonly method: string;
  /** The data of the error: decoded if the schema declares it, else as JSON;
   * undefined if there is none or it does not fit the type. */
  declare readonly data: unknown;
  /** Of a call of `rest`. */
  declare readonly http?: HttpError;
  /** The table with which `data` was decoded. */
  readonly #type: Type | undefined;

  constructor(
    code: number,
    message: string,
    details: Partial<ErrorDetails> & { data?: unknown; type?: Type } = {},
  ) {
    super(tame(message));
    this.sent = details.sent ?? "unknown";
    this.origin = details.origin ?? "reply";
    this.code = code;
    this.temporary = details.temporary ?? false;
    this.method = details.method ?? "";
    this.data = details.data;
    this.#type = details.type;
  }

  /** For generated code: whether `data` is a value of the table. */
  static holds(error: unknown, code: number, type: Type): error is RPCError {
    return (
      error instanceof RPCError &&
      error.code === code &&
      error.#type === type &&
      error.data !== undefined
    );
  }
}

/** Whether a call was refused with that code. For generated code. */
export function isError(error: unknown, code: number): error is RPCError {
  return error instanceof RPCError && error.code === code;
}

/** The data of a declared error; undefined if it is a different error, came
 * without data, or its data do not fit the type. For generated code. */
export function errorData(error: unknown, code: number, type: Type): unknown {
  return RPCError.holds(error, code, type) ? error.data : undefined;
}

/** A token function throws this if there will be no token: the client ends for
 * good. If it throws anything else, it is called again after a wait. */
export class UnauthorizedError extends Error {
  override readonly name = "UnauthorizedError";
}
