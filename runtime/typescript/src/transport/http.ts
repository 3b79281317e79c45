/* http.ts: the interface between calls of `rest` and a platform's HTTP. It
 * knows no protocol. */
import type { Exchanger } from "../seam/exchange.js";
import type { Inheriting, LogRecord, TlsOptions } from "./socket.js";

export interface HttpOptions {
  readonly connectDeadlineMs: number;
  readonly connectionsMax: number;
  readonly idleMax: number;
  readonly idleMs: number;
  readonly headBytesMax: number;
  readonly messageBytesMax: number;
  readonly gzip: boolean;
  readonly inflatedBytesMax?: number;
  readonly proxy?: string;
  readonly tls?: TlsOptions;
}

/** A platform: see http_platform_node.ts and http_platform_web.ts. */
export interface HttpPlatform {
  make(options: HttpOptions): Exchanger;
  /** Options that the platform does not support. */
  readonly lacks: readonly string[];
  /** What is wrong with options that it alone has. */
  wrong(options: Pick<HttpOptions, "proxy" | "tls">): string | undefined;
  /** Headers that it does not let a program write, in lower case. */
  readonly owns: readonly string[];
  /** Runs a function after one round of reading. */
  soon(run: () => void): void;
  /** The settings, with what the environment says, or what is wrong with it. */
  inherit<Settings extends Inheriting>(settings: Settings): [Settings, string?];
  /** As a Platform has it. */
  readonly debug: ((event: LogRecord) => void) | undefined;
}
