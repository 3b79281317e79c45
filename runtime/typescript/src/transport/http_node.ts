/* http_node.ts: exchanges in Node, by node:http over connections of our own:
 * whether something of a request was written is known, and answers that can be
 * read in two ways are refused. */
import {
  Agent,
  type ClientRequest,
  type IncomingMessage,
  request,
} from "node:http";
import type { Socket } from "node:net";
import { gunzip } from "node:zlib";

import type { Sent } from "../errors.js";
import type {
  Exchange,
  Exchanger,
  Failure,
  Header,
  Reply,
  Request,
} from "../seam/exchange.js";
import { Fence, wrongAnswer } from "./http_fence.js";
import type { HttpOptions } from "./http.js";
import { type Line, Pool, type Taker } from "./http_pool.js";
import { brokenLineText } from "./words_node.js";

const FAILED = 500;
/** What Node says of bodies, as others say it. */
const CHUNKS: Readonly<Record<string, string>> = {
  HPE_INVALID_CHUNK_SIZE: "a chunk has no size",
  HPE_CHUNK_EXTENSIONS_OVERFLOW:
    "a line between or behind its chunks is too long",
  HPE_HEADER_OVERFLOW: "the headers behind its chunks are too long",
  HPE_STRICT: "a chunk is longer than its size",
};
const ENDED = "the server ended the connection";

/** Hands a request the connection that was found for it. */
class Handover extends Agent {
  #socket: Socket | undefined;

  constructor() {
    super({ keepAlive: true });
  }

  give(socket: Socket): this {
    this.#socket = socket;
    return this;
  }

  /** Called by a request as it is made. */
  addRequest(made: ClientRequest): void {
    if (this.#socket !== undefined) {
      made.onSocket(this.#socket);
    }
    this.#socket = undefined;
  }
}

function headersOf({ rawHeaders }: IncomingMessage): Header[] {
  const headers: Header[] = [];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    headers.push([rawHeaders[i] ?? "", rawHeaders[i + 1] ?? ""]);
  }
  return headers;
}

/** A program's header may stand there twice, with several values. */
function objectOf(headers: readonly Header[]): Record<string, string[]> {
  const object: Record<string, string[]> = {};
  for (const [name, value] of headers) {
    (object[name] ??= []).push(value);
  }
  return object;
}

/** How long the server says that it keeps a connection; a second less. */
function keptMs(said: string): number {
  const seconds = /(?:^|[\s,])timeout\s*=\s*"?(\d{1,9})/i.exec(said)?.[1];
  return seconds === undefined ? Infinity : Number(seconds) * 1000 - 1000;
}

class Sending implements Exchange, Taker {
  readonly #host: NodeHttp;
  readonly #pool: Pool;
  readonly #request: Request;
  readonly #replied: (reply: Reply) => void;
  readonly #failed: (failure: Failure) => void;
  #line: Line | undefined;
  #before = 0;
  #made: ClientRequest | undefined;
  #answer: IncomingMessage | undefined;
  readonly #fence: Fence;
  readonly #pieces: Uint8Array[] = [];
  #size = 0;
  #isOver = false;
  /** Nobody wants to know its end. */
  #isCancelled = false;

  constructor(
    host: NodeHttp,
    pool: Pool,
    request: Request,
    replied: (reply: Reply) => void,
    failed: (failure: Failure) => void,
  ) {
    this.#host = host;
    this.#pool = pool;
    this.#request = request;
    this.#replied = replied;
    this.#failed = failed;
    this.#fence = new Fence(request.verb, host.options.headBytesMax);
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
    const { verb, target, headers, body } = this.#request;
    this.#line = line;
    this.#before = socket.bytesWritten;
    line.reader = (bytes) => {
      this.#look(bytes);
    };
    const made = request({
      agent: this.#host.agent.give(socket),
      method: verb,
      path: target,
      headers: objectOf(headers),
      maxHeaderSize: this.#host.options.headBytesMax,
    });
    this.#made = made;
    // HTTP/1.1 keeps connections without a word (RFC 9112 9.3).
    made.removeHeader("Connection");
    this.#follow(made, socket);
    made.end(body);
  }

  #follow(made: ClientRequest, socket: Socket): void {
    made.on("response", (answer) => {
      this.#begin(answer);
    });
    made.on("error", (error) => {
      this.#broke(error);
    });
    const closed = () => {
      socket.off("free", freed);
      this.#broke(undefined);
    };
    const freed = () => {
      socket.off("close", closed);
      this.#free();
    };
    socket.once("close", closed);
    socket.once("free", freed);
  }

  /** Before Node reads them. */
  #look(bytes: Buffer): void {
    const wrong = this.#fence.read(bytes);
    if (wrong !== undefined) {
      this.#fail(wrong);
    }
  }

  #begin(answer: IncomingMessage): void {
    if (this.#isOver) {
      answer.resume();
      return;
    }
    this.#answer = answer;
    const length = Number(answer.headers["content-length"] ?? 0);
    if (this.#request.verb !== "HEAD" && length > this.#most) {
      this.#tooLarge();
      return;
    }
    answer.on("data", (bytes: Uint8Array) => {
      this.#size += bytes.length;
      if (this.#size > this.#most) {
        this.#tooLarge();
      } else {
        this.#pieces.push(bytes);
      }
    });
    answer.on("end", () => {
      this.#end(answer);
    });
    answer.on("error", () => undefined);
  }

  get #most(): number {
    return this.#host.options.messageBytesMax;
  }

  #tooLarge(): void {
    const name = `message_bytes_max (${this.#most})`;
    this.#fail(`the server's answer is larger than ${name}`);
  }

  /** The answer is whole: kept is a connection of which nothing else is to be
   * feared; Node frees it then. */
  #end(answer: IncomingMessage): void {
    const made = this.#made;
    const isKept =
      made?.writableFinished === true &&
      (made as { shouldKeepAlive?: boolean }).shouldKeepAlive === true &&
      (answer.statusCode ?? FAILED) < FAILED &&
      answer.httpVersion === "1.1" &&
      this.#fence.isEven;
    if (!isKept) {
      this.#line?.socket.destroy();
      this.#reply(answer);
    }
  }

  #free(): void {
    const { reader } = this.#line ?? {};
    if (this.#line !== undefined && reader !== undefined) {
      const said = this.#answer?.headers["keep-alive"];
      this.#pool.release(this.#line, keptMs(String(said ?? "")));
    }
    if (this.#answer !== undefined) {
      this.#reply(this.#answer);
    }
  }

  /** The connection is over; what came may be whole. */
  #broke(error: Error | undefined): void {
    const answer = this.#answer;
    if (answer?.complete === true) {
      this.#line?.socket.destroy();
      this.#reply(answer);
      return;
    }
    this.#fail(this.#brokenText(error));
  }

  #brokenText(error: (Error & { code?: string }) | undefined): string {
    const code = error?.code ?? "";
    if (code.startsWith("HPE_")) {
      return wrongAnswer(CHUNKS[code] ?? this.#fence.guess);
    }
    const where = this.#answer === undefined ? "" : " within its answer";
    if (error === undefined || code === "" || code === "ECONNRESET") {
      return `${ENDED}${where === "" ? " without an answer" : where}`;
    }
    return brokenLineText(error);
  }

  #reply(answer: IncomingMessage): void {
    if (this.#isOver) {
      return;
    }
    this.#isOver = true;
    const reply = {
      status: answer.statusCode ?? 0,
      headers: headersOf(answer),
      body:
        this.#pieces.length === 1
          ? (this.#pieces[0] ?? EMPTY)
          : Buffer.concat(this.#pieces),
    };
    this.#inflate(answer.headers["content-encoding"] ?? "", reply);
  }

  #inflate(coding: string, reply: Reply): void {
    const { gzip, messageBytesMax } = this.#host.options;
    const most = this.#host.options.inflatedBytesMax ?? messageBytesMax;
    if (/^(identity)?$/i.test(coding) || reply.body.length === 0) {
      this.#tellReply(reply);
    } else if (!gzip || !/^(x-)?gzip$/i.test(coding)) {
      this.#tell(
        wrongAnswer("it has a Content-Encoding that was not asked for"),
      );
    } else {
      gunzip(reply.body, { maxOutputLength: most }, (error, body) => {
        if (error === null) {
          this.#tellReply({ ...reply, body });
        } else {
          const isLarge =
            (error as { code?: string }).code === "ERR_BUFFER_TOO_LARGE";
          this.#tell(
            isLarge
              ? `the server's answer inflates to more than inflated_bytes_max (${most})`
              : wrongAnswer("its Content-Encoding is not what it says"),
          );
        }
      });
    }
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

const EMPTY = new Uint8Array();

export class NodeHttp implements Exchanger {
  readonly options: HttpOptions;
  readonly agent = new Handover();
  readonly #pools = new Map<string, Pool>();

  constructor(options: HttpOptions) {
    this.options = options;
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
      pool = new Pool(request.to, this.options);
      this.#pools.set(name, pool);
    }
    const sending = new Sending(this, pool, request, replied, failed);
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
