/* http_head.ts: the heads of an HTTP/1.1 answer (RFC 9112), read strictly and
 * as they come in. It knows no body and no sockets. */
import type { Header } from "../seam/exchange.js";

const LINE_FEED = 0x0a;
const TLS_ALERT = 0x15;
const CONTINUE_MAX = 8;
const SWITCHING = 101;

const NO_STATUS = "the first line is not an HTTP/1 status line";
const BEGIN = "HTTP/1.";
const STATUS = /^HTTP\/1\.(\d) ([1-9]\d\d)(?: [\t -~\x80-\xff]*)?$/;
const HEADER = /^([!#$%&'*+\-.^_`|~\dA-Za-z]+):([^]*)$/;
const TEXT = /^[\t -~\x80-\xff]*$/;
const BLANKS = " \t";

/** Not by a pattern: one that looks for blanks at the end takes the square of
 * their number where they stand in the middle. */
function withoutBlanks(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && BLANKS.includes(text.charAt(from))) {
    from++;
  }
  while (to > from && BLANKS.includes(text.charAt(to - 1))) {
    to--;
  }
  return text.slice(from, to);
}

/** Thrown with words that say what is wrong with the server's answer. */
export class Wrong extends Error {
  /** Why it is not HTTP/1.1, behind a colon; "": it is too large. */
  readonly why: string;

  constructor(text: string, why = "") {
    super(text);
    this.why = why;
  }
}

/** An answer that cannot be read, or in two ways. */
export function wrong(reason: string): Wrong {
  const why = `: ${reason}`;
  return new Wrong(`the server's answer is not HTTP/1.1${why}`, why);
}

/** What has come, and how far it was read. */
export class Input {
  readonly bytes: Buffer;
  at = 0;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  get left(): number {
    return this.bytes.length - this.at;
  }
}

/** Puts lines together whose bytes come in pieces. */
export class Lines {
  /** Of a line that is not whole yet. */
  part = "";

  /** The next line with its end; undefined: it is not whole yet. */
  next(input: Input): string | undefined {
    const feed = input.bytes.indexOf(LINE_FEED, input.at);
    const end = feed < 0 ? input.bytes.length : feed + 1;
    this.part += input.bytes.toString("latin1", input.at, end);
    input.at = end;
    if (feed < 0) {
      return undefined;
    }
    const line = this.part;
    this.part = "";
    return line;
  }
}

function withoutEnd(line: string): string {
  if (!line.endsWith("\r\n")) {
    throw wrong("a line does not end with CR LF");
  }
  return line.slice(0, -2);
}

/** A header in its line with its end; undefined: the line is empty. */
export function readHeader(whole: string): Header | undefined {
  const line = withoutEnd(whole);
  if (line === "") {
    return undefined;
  }
  if (/^[ \t]/.test(line)) {
    throw wrong("a line is folded");
  }
  const [, name, value = ""] = HEADER.exec(line) ?? [];
  if (name === undefined) {
    throw wrong("a header line is not a name, a colon and a value");
  }
  if (!TEXT.test(value)) {
    throw wrong("a line has a control character");
  }
  return [name, withoutBlanks(value)];
}

export interface Head {
  readonly status: number;
  /** Of HTTP/1.x. */
  readonly minor: number;
  readonly headers: readonly Header[];
}

/** The heads of one answer, up to the final one. */
export class Heads {
  readonly #bytesMax: number;
  readonly #lines = new Lines();
  #size = 0;
  #status = 0;
  #minor = 0;
  #headers: Header[] = [];
  #informed = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  get hasBegun(): boolean {
    return this.#size > 0;
  }

  /** What they may yet have. */
  get bytesLeft(): number {
    return this.#bytesMax - this.#size;
  }

  /** The final head; undefined: it is not whole yet. */
  read(input: Input): Head | undefined {
    while (input.left > 0) {
      const from = input.at;
      const line = this.#lines.next(input);
      this.#size += input.at - from;
      this.#checkBegin(line ?? this.#lines.part);
      if (this.#size > this.#bytesMax) {
        throw this.#tooLarge();
      }
      const head = line === undefined ? undefined : this.#take(line);
      if (head !== undefined) {
        return head;
      }
      if (this.#size === this.#bytesMax) {
        throw this.#tooLarge();
      }
    }
    return undefined;
  }

  #tooLarge(): Wrong {
    return new Wrong(
      "the head of the server's answer is larger than head_bytes_max " +
        `(${this.#bytesMax})`,
    );
  }

  /** What does not begin as an answer will be none. */
  #checkBegin(line: string): void {
    const size = Math.min(BEGIN.length, line.length);
    if (this.#status === 0 && !BEGIN.startsWith(line.slice(0, size))) {
      throw line.charCodeAt(0) === TLS_ALERT
        ? new Wrong("the server speaks TLS: write https://", `: ${NO_STATUS}`)
        : wrong(NO_STATUS);
    }
  }

  #take(line: string): Head | undefined {
    if (this.#status === 0) {
      this.#takeStatus(withoutEnd(line));
      return undefined;
    }
    const header = readHeader(line);
    if (header !== undefined) {
      this.#headers.push(header);
      return undefined;
    }
    return this.#takeEnd();
  }

  #takeStatus(line: string): void {
    const [, minor, status] = STATUS.exec(line) ?? [];
    if (status === undefined) {
      throw wrong(NO_STATUS);
    }
    this.#minor = Number(minor);
    this.#status = Number(status);
  }

  /** A head before the final one says nothing (RFC 9110 15.2). */
  #takeEnd(): Head | undefined {
    const head = {
      status: this.#status,
      minor: this.#minor,
      headers: this.#headers,
    };
    if (head.status === SWITCHING) {
      throw wrong("it has the status 101, which was not asked for");
    }
    if (head.status >= 200) {
      return head;
    }
    this.#status = 0;
    this.#headers = [];
    if (++this.#informed > CONTINUE_MAX) {
      throw wrong(
        `it has more than ${CONTINUE_MAX} heads with a status below 200`,
      );
    }
    return undefined;
  }
}
