/* http_node.ts: exchanges in Node, over connections of our own: a request is
 * written once, and whether something of it was written is known. It knows no
 * bytes of an answer. */
import { gunzip } from "node:zlib";

import type { Sent } from "../errors.js";
import type {
  Exchange,
  Exchanger,
  Failure,
  Reply,
  Request,
} from "../seam/exchange.js";
import { Answer } from "./http_answer.js";
import { Wrong, wrong } from "./http_head.js";
import type { HttpOptions } from "./http.js";
import { type Line, Pool, type Taker } from "./http_pool.js";
import { brokenLineText } from "./words_node.js";

const ENDED = "the server ended the connection";

/** The head of a request, as it is sent. */
function headOf({ verb, target, headers }: Request): string {
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`);
  return `${verb} ${target} HTTP/1.1\r\n${lines.join("")}\r\n`;
}

class Sending implements Exchange, Taker {
  readonly #options: HttpOptions;
  readonly #pool: Pool;
  readonly #request: Request;
  readonly #replied: (reply: Reply) => void;
  readonly #failed: (failure: Failure) => void;
  readonly #answer: Answer;
  #line: Line | undefined;
  #before = 0;
  #isOver = false;
  /** Nobody wants to know its end. */
  #isCancelled = false;

  constructor(
    options: HttpOptions,
    pool: Pool,
    request: Request,
    replied: (reply: Reply) => void,
    failed: (failure: Failure) => void,
  ) {
    this.#options = options;
    this.#pool = pool;
    this.#request = request;
    this.#replied = replied;
    this.#failed = failed;
    this.#answer = new Answer(request.verb, options);
  }

  /** What a connection was handed may have left. */
  get sent(): Sent {
    const written = this.#line?.socket.bytesWritten ?? 0;
    return written > this.#before ? "unknown" : "no";
  }

  cancel(): void {
    this.#isCancelled = true;
    if (this.#isOver) {
      return;
    }
    this.#isOver = true;
    this.#pool.forget(this);
    this.#line?.socket.destroy();
  }

  refuse(text: string): void {
    this.#fail(text);
  }

  take(line: Line): void {
    const { socket } = line;
    this.#line = line;
    this.#before = socket.bytesWritten;
    line.user = this;
    socket.write(headOf(this.#request) + (this.#request.body ?? ""));
  }

  // ---- What its connection tells ------------------------------------------

  read(bytes: Buffer): void {
    try {
      if (!this.#isOver && this.#answer.read(bytes)) {
        this.#end();
      }
    } catch (error) {
      if (!(error instanceof Wrong)) {
        throw error;
      }
      this.#fail(error.message);
    }
  }

  ended(): void {
    const { endsWithLine, hasBegun } = this.#answer;
    if (endsWithLine) {
      this.#endWithLine();
    } else {
      this.#fail(`${ENDED} ${hasBegun ? "within its" : "without an"} answer`);
    }
  }

  /** What was broken off behind the last bytes is told as an end: only who
   * writes hears of it. */
  #endWithLine(): void {
    const { secure } = this.#request.to;
    if (secure) {
      this.#end();
      return;
    }
    this.#line?.socket.write("", (error) => {
      if (error) {
        this.broke(error);
      } else {
        this.#end();
      }
    });
  }

  broke(error: Error | undefined): void {
    this.#fail(error === undefined ? ENDED : brokenLineText(error));
  }

  // ---- Its end ------------------------------------------------------------

  /** The answer is whole: kept is a connection of which nothing else is to be
   * feared. */
  #end(): void {
    const line = this.#line;
    if (this.#isOver || line === undefined) {
      return;
    }
    this.#isOver = true;
    line.user = undefined;
    const { keptMs } = this.#answer;
    // A request that was not whole yet is still on its way.
    if (keptMs > 0 && line.socket.writableLength === 0) {
      this.#pool.release(line, keptMs);
    } else {
      line.socket.destroy();
    }
    this.#inflate();
  }

  #inflate(): void {
    const { status, headers, body, isCoded } = this.#answer;
    if (!isCoded || body.length === 0) {
      this.#tellReply({ status, headers, body });
      return;
    }
    const { inflatedBytesMax, messageBytesMax } = this.#options;
    const most = inflatedBytesMax ?? messageBytesMax;
    gunzip(body, { maxOutputLength: most }, (error, inflated) => {
      if (error === null) {
        this.#tellReply({ status, headers, body: inflated });
        return;
      }
      const isLarge =
        (error as { code?: string }).code === "ERR_BUFFER_TOO_LARGE";
      this.#tell(
        isLarge
          ? `the server's answer inflates to more than inflated_bytes_max (${most})`
          : wrong("its Content-Encoding is not what it says").message,
      );
    });
  }

  #tellReply(reply: Reply): void {
    if (!this.#isCancelled) {
      this.#replied(reply);
    }
  }

  #tell(text: string): void {
    if (!this.#isCancelled) {
      this.#failed({ text, sent: this.sent });
    }
  }

  #fail(text: string): void {
    if (!this.#isOver) {
      this.#isOver = true;
      this.#line?.socket.destroy();
      this.#tell(text);
    }
  }
}

export class NodeHttp implements Exchanger {
  readonly #options: HttpOptions;
  readonly #pools = new Map<string, Pool>();

  constructor(options: HttpOptions) {
    this.#options = options;
  }

  begin(
    request: Request,
    replied: (reply: Reply) => void,
    failed: (failure: Failure) => void,
  ): Exchange {
    const { secure, authority } = request.to;
    const name = `${secure ? "https" : "http"}://${authority}`;
    let pool = this.#pools.get(name);
    if (pool === undefined) {
      pool = new Pool(request.to, this.#options);
      this.#pools.set(name, pool);
    }
    const sending = new Sending(this.#options, pool, request, replied, failed);
    pool.ask(sending);
    return sending;
  }

  close(): void {
    for (const pool of this.#pools.values()) {
      pool.close();
    }
    this.#pools.clear();
  }
}
