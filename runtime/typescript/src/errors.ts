/* errors.ts: what a program sees when something is wrong. Two classes: what a
 * server or its backend answered, and everything else. */
import type { Type } from "./tables.js";

/** What happened; the same words in every language. */
export type Status =
  /** An argument, option or parameter is wrong. */
  | "invalid"
  /** A limit was met; the message names it. */
  | "limit"
  /** The client was closed. */
  | "closed"
  /** The deadline passed before the reply came. */
  | "deadline"
  /** The program's AbortSignal ended the call. */
  | "cancelled"
  /** The connection was lost; see `sent`. */
  | "disconnected"
  /** The server or its backend answered an error. */
  | "refused"
  /** The reply does not fit the schema. */
  | "bad_reply"
  /** The server ended the session for good. */
  | "terminal";

/** Who said that something is wrong. `code` has a meaning per origin. */
export type Origin =
  /** This runtime; code is 0. */
  | "local"
  /** The server's error reply; its code. */
  | "reply"
  /** The server closed; the close code. */
  | "close"
  /** The envelope of a backend; its code. */
  | "backend"
  /** JSON or schema; path and offset are set. */
  | "codec";

/** What is known of a request that got no reply: it left, and whether it was
 * executed is unknown; or it certainly did not leave, so repeating is safe. */
export type Sent = "unknown" | "no";

/** What others said, in one line and in order: what ends lines, steers a
 * terminal or turns letters round becomes a space. */
export function tame(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_C}]/gu, " ");
}

/** What an error says beside its message. */
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

/** Everything that is no error of the server or its backend. */
export class BellError extends Error implements ErrorDetails {
  override readonly name = "BellError";
  declare readonly status: Status;
  declare readonly origin: Origin;
  /** 0 where there is none. */
  declare readonly code: number;
  /** The server says that it may pass; not "safe to retry". */
  declare readonly temporary: boolean;
  declare readonly sent: Sent;
  /** Codec: "result.items[3].id"; else "". */
  declare readonly path: string;
  /** Codec: byte offset in the JSON text; else 0. */
  declare readonly offset: number;
  /** The method's wire name, "" where there is none. */
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

  /** The same error, of a method's call. */
  of(method: string): BellError {
    return new BellError(this.status, this.message, {
      ...(this as ErrorDetails),
      method,
    });
  }
}

/** An error that the server or its backend answered to a call. */
export class RPCError extends Error implements ErrorDetails {
  override readonly name = "RPCError";
  readonly status = "refused";
  declare readonly origin: Origin;
  declare readonly code: number;
  declare readonly temporary: boolean;
  readonly sent = "unknown";
  readonly path = "";
  readonly offset = 0;
  declare readonly method: string;
  /** What the error carried: decoded where the schema declares it, else as
   * JSON; undefined where there is none or it does not fit. */
  declare readonly data: unknown;
  /** The table that `data` was decoded by. */
  readonly #type: Type | undefined;

  constructor(
    code: number,
    message: string,
    details: Partial<ErrorDetails> & { data?: unknown; type?: Type } = {},
  ) {
    super(tame(message));
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

/** What a declared error carried; undefined where it is another error, came
 * without data, or its data do not fit. For generated code. */
export function errorData(error: unknown, code: number, type: Type): unknown {
  return RPCError.holds(error, code, type) ? error.data : undefined;
}

/** What a token callback throws where there will be no token: the client ends
 * for good. Anything else that it throws is tried again after a wait. */
export class UnauthorizedError extends Error {
  override readonly name = "UnauthorizedError";
}
