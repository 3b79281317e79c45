/* exchange.ts: how a request gets its own answer. It knows no call and no
 * protocol. */
import type { Sent } from "../errors.js";

export type Header = readonly [name: string, value: string];

/** Where requests go: a scheme, a host and a port. */
export interface Origin {
  readonly secure: boolean;
  /** Host and port as in the url. */
  readonly authority: string;
}

export interface Request {
  readonly to: Origin;
  readonly verb: string;
  readonly target: string;
  /** In the order in which they are sent; a platform that has headers of its
   * own leaves out those that it must say itself. */
  readonly headers: readonly Header[];
  readonly body: string | undefined;
}

export interface Reply {
  readonly status: number;
  readonly headers: readonly Header[];
  readonly body: Uint8Array;
}

/** How it ended without an answer. */
export interface Failure {
  readonly text: string;
  readonly sent: Sent;
}

/** A request on its way. */
export interface Exchange {
  /** "no": nothing of it was written. */
  readonly sent: Sent;
  /** Its end is not told any more. */
  cancel(): void;
}

/** What carries exchanges. */
export interface Exchanger {
  /** One of the two is called once, and never inside of this. */
  begin(
    request: Request,
    replied: (reply: Reply) => void,
    failed: (failure: Failure) => void,
  ): Exchange;
  /** Ends all lines; those of exchanges that were not cancelled too. */
  close(): void;
}
