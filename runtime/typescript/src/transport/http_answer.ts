/* http_answer.ts: one HTTP/1.1 answer out of what comes: its head, its body by
 * a length, by chunks or until the end, and whether its connection may be kept.
 * It knows no sockets. */
import type { Header } from "../seam/exchange.js";
import {
  type Head,
  Heads,
  Input,
  Lines,
  readHeader,
  Wrong,
  wrong,
} from "./http_head.js";

const RESET_CONTENT = 205;
const EMPTY = [204, RESET_CONTENT, 304];
const FAILED = 500;
const LENGTH_DIGITS = 18;
/** A size and its extensions. */
const CHUNK_LINE_MAX = 256;
const TRAILER_LINE_MAX = 8192;
const CHUNK = /^([\dA-Fa-f]{1,15})(?:[\t ]*|[\t ]*;[\t -~\x80-\xff]*)\r\n$/;

export interface AnswerLimits {
  readonly headBytesMax: number;
  readonly messageBytesMax: number;
  readonly gzip: boolean;
}

/** What a head says of what is behind it. */
interface Framing {
  /** Of the body; undefined: it has chunks, or lasts until the end. */
  readonly length: number | undefined;
  readonly isChunked: boolean;
  /** It is packed. */
  readonly isCoded: boolean;
  /** The server does not end the connection. */
  readonly isKept: boolean;
  /** How long it keeps it. */
  readonly keptMs: number;
}

function valuesOf({ headers }: Head, name: string): string[] {
  return headers
    .filter(([each]) => each.toLowerCase() === name)
    .map(([, value]) => value);
}

function lengthOf(head: Head): number | undefined {
  let length: string | undefined;
  for (const value of valuesOf(head, "content-length")) {
    if (!/^\d+$/.test(value) || value.length > LENGTH_DIGITS) {
      throw wrong("it has a Content-Length that is not a number");
    }
    const digits = value.replace(/^0+(?=\d)/, "");
    if (length !== undefined && length !== digits) {
      throw wrong("it has two different Content-Lengths");
    }
    length = digits;
  }
  return length === undefined ? undefined : Number(length);
}

function isChunked(head: Head, hasLength: boolean): boolean {
  const codings = valuesOf(head, "transfer-encoding");
  if (codings.length === 0) {
    return false;
  }
  if (codings.length > 1 || codings[0]?.toLowerCase() !== "chunked") {
    throw wrong("it has a Transfer-Encoding other than chunked");
  }
  if (hasLength) {
    throw wrong("it has both Content-Length and Transfer-Encoding");
  }
  if (head.minor === 0) {
    throw wrong("it has a Transfer-Encoding, which HTTP/1.0 does not know");
  }
  return true;
}

function isCoded(head: Head, gzip: boolean): boolean {
  const codings = valuesOf(head, "content-encoding").filter(
    (value) => !/^(?:identity)?$/i.test(value),
  );
  const [coding] = codings;
  if (coding === undefined) {
    return false;
  }
  if (!gzip || codings.length > 1 || !/^(?:x-)?gzip$/i.test(coding)) {
    throw wrong("it has a Content-Encoding that was not asked for");
  }
  return true;
}

/** How long the server says that it keeps a connection; a second less. */
function keptMs(head: Head): number {
  const [said = ""] = valuesOf(head, "keep-alive");
  const seconds = /(?:^|[\s,])timeout\s*=\s*"?(\d{1,9})/i.exec(said)?.[1];
  return seconds === undefined ? Infinity : Number(seconds) * 1000 - 1000;
}

function framingOf(head: Head, isBodyless: boolean, gzip: boolean): Framing {
  const length = lengthOf(head);
  const chunked = isChunked(head, length !== undefined);
  const coded = isCoded(head, gzip);
  const isEmpty = isBodyless || EMPTY.includes(head.status);
  const hasEnd = isEmpty || chunked || length !== undefined;
  const closes = valuesOf(head, "connection")
    .flatMap((list) => list.split(","))
    .some((word) => word.trim().toLowerCase() === "close");
  return {
    length: isEmpty ? 0 : length,
    isChunked: chunked && !isEmpty,
    isCoded: coded,
    isKept: head.minor !== 0 && !closes && hasEnd && head.status < FAILED,
    keptMs: keptMs(head),
  };
}

// ---- Bodies -----------------------------------------------------------------

const NOTHING = Buffer.alloc(0);

/** What of a body has come. */
class Pieces {
  readonly #most: number;
  #bytes: Buffer = NOTHING;
  #isLent = true; // what was read, as it lies there
  #size = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** So many bytes will come. */
  check(more: number): void {
    if (more > this.#most - this.#size) {
      throw new Wrong(
        `the server's answer is larger than message_bytes_max (${this.#most})`,
      );
    }
  }

  /** What is there, and at most so many bytes; how many. */
  take(input: Input, most: number): number {
    const size = Math.min(input.left, most);
    this.check(size);
    const piece = input.bytes.subarray(input.at, input.at + size);
    if (this.#size === 0) {
      this.#bytes = piece;
    } else if (size > 0) {
      this.#add(piece);
    }
    input.at += size;
    this.#size += size;
    return size;
  }

  /** Pieces may be of one byte each: none of them is kept. */
  #add(piece: Buffer): void {
    const size = this.#size + piece.length;
    if (this.#isLent || size > this.#bytes.length) {
      const most = Math.max(size, Math.min(size * 2, this.#most));
      const grown = Buffer.allocUnsafe(most);
      this.#bytes.copy(grown, 0, 0, this.#size);
      this.#bytes = grown;
      this.#isLent = false;
    }
    piece.copy(this.#bytes, this.#size);
  }

  get whole(): Uint8Array {
    return this.#bytes.subarray(0, this.#size);
  }
}

type Step = "size" | "bytes" | "end" | "trailer" | "whole";

/** RFC 9112 7.1. */
class Chunks {
  readonly #pieces: Pieces;
  readonly #lines = new Lines();
  #trailerLeft: number;
  #left = 0;
  #end = "";
  #step: Step = "size";

  constructor(pieces: Pieces, trailerMax: number) {
    this.#pieces = pieces;
    this.#trailerLeft = trailerMax;
  }

  /** Whether they are whole. */
  read(input: Input): boolean {
    while (this.#step !== "whole" && input.left > 0) {
      this.#read(input);
    }
    return this.#step === "whole";
  }

  #read(input: Input): void {
    switch (this.#step) {
      case "size":
        this.#takeSize(this.#line(input, CHUNK_LINE_MAX));
        break;
      case "bytes":
        this.#left -= this.#pieces.take(input, this.#left);
        this.#step = this.#left === 0 ? "end" : "bytes";
        break;
      case "end":
        this.#takeEnd(input);
        break;
      default:
        this.#takeTrailer(this.#line(input, TRAILER_LINE_MAX));
    }
  }

  #line(input: Input, most: number): string | undefined {
    const line = this.#lines.next(input);
    const isLong =
      line === undefined ? this.#lines.part.length >= most : line.length > most;
    if (isLong) {
      throw wrong("a line between or behind its chunks is too long");
    }
    return line;
  }

  #takeSize(line: string | undefined): void {
    if (line === undefined) {
      return;
    }
    const size = CHUNK.exec(line)?.[1];
    if (size === undefined) {
      throw wrong("a chunk has no size");
    }
    this.#left = parseInt(size, 16);
    this.#pieces.check(this.#left);
    this.#step = this.#left === 0 ? "trailer" : "bytes";
  }

  #takeEnd(input: Input): void {
    this.#end += input.bytes.toString("latin1", input.at, ++input.at);
    if (!"\r\n".startsWith(this.#end)) {
      throw wrong("a chunk is longer than its size");
    }
    if (this.#end.length === 2) {
      this.#end = "";
      this.#step = "size";
    }
  }

  /** Its headers are read and dropped. */
  #takeTrailer(line: string | undefined): void {
    if (line === undefined) {
      return;
    }
    const header = readHeader(line);
    if (line.length > this.#trailerLeft) {
      throw wrong("the headers behind its chunks are too long");
    }
    this.#trailerLeft -= line.length;
    if (header === undefined) {
      this.#step = "whole";
    }
  }
}

// ---- The answer -------------------------------------------------------------

export class Answer {
  readonly #limits: AnswerLimits;
  readonly #isBodyless: boolean;
  readonly #heads: Heads;
  readonly #pieces: Pieces;
  #head: Head | undefined;
  #framing: Framing | undefined;
  #chunks: Chunks | undefined;
  /** Bytes of the body that are missing, where it says how many it has. */
  #left = Infinity;
  #isOver = false;

  constructor(verb: string, limits: AnswerLimits) {
    this.#limits = limits;
    this.#isBodyless = verb === "HEAD";
    this.#heads = new Heads(limits.headBytesMax);
    this.#pieces = new Pieces(limits.messageBytesMax);
  }

  /** Whether it is whole. Throws Wrong. */
  read(bytes: Buffer): boolean {
    const input = new Input(bytes);
    if (this.#head === undefined) {
      this.#head = this.#heads.read(input);
      if (this.#head === undefined) {
        return false;
      }
      this.#begin(this.#head);
    }
    const isWhole = this.#readBody(input);
    this.#isOver = input.left > 0;
    return isWhole;
  }

  /** The server ended the connection; whether that makes it whole. */
  get endsWithLine(): boolean {
    return (
      this.#head !== undefined &&
      this.#chunks === undefined &&
      this.#framing?.length === undefined
    );
  }

  /** A byte of it has come. */
  get hasBegun(): boolean {
    return this.#heads.hasBegun;
  }

  /** 0: its head is not whole. */
  get status(): number {
    return this.#head?.status ?? 0;
  }

  get headers(): readonly Header[] {
    return this.#head?.headers ?? [];
  }

  get body(): Uint8Array {
    return this.#pieces.whole;
  }

  get isCoded(): boolean {
    return this.#framing?.isCoded === true;
  }

  /** How long its connection may be kept; 0: not at all. */
  get keptMs(): number {
    const isKept = this.#framing?.isKept === true && !this.#isOver;
    return isKept ? (this.#framing?.keptMs ?? 0) : 0;
  }

  #begin(head: Head): void {
    const { gzip } = this.#limits;
    const framing = framingOf(head, this.#isBodyless, gzip);
    this.#framing = framing;
    if (framing.isChunked) {
      this.#chunks = new Chunks(this.#pieces, this.#heads.bytesLeft);
    } else if (framing.length !== undefined) {
      this.#pieces.check(framing.length);
      this.#left = framing.length;
    }
  }

  #readBody(input: Input): boolean {
    if (this.#chunks !== undefined) {
      return this.#chunks.read(input);
    }
    this.#left -= this.#pieces.take(input, this.#left);
    return this.#left === 0;
  }
}
