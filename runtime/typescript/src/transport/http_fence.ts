/* http_fence.ts: what of an HTTP/1.1 answer (RFC 9112) is not taken, though
 * Node takes it. It looks at the bytes before Node's reader does; it knows no
 * sockets. */

const LINE_FEED = 0x0a;
const CONTINUE_MAX = 8;
const SWITCHING = 101;
const NO_CONTENT = 204;
const NOT_MODIFIED = 304;
const LENGTH_DIGITS = 15;

const STATUS = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: [\t -~\x80-\xff]*)?$/;
const HEADER = /^([!#$%&'*+\-.^_`|~\dA-Za-z]+):([^]*)$/;
const TEXT = /^[\t -~\x80-\xff]*$/;

/** Thrown with words that say what is wrong. */
class Wrong extends Error {}

const NO_HEADER = "a header line is not a name, a colon and a value";
const NO_STATUS = "the first line is not an HTTP/1 status line";

/** What is said of an answer that cannot be read. */
export function wrongAnswer(why: string): string {
  return `the server's answer is not HTTP/1.1: ${why}`;
}

function wrong(why: string): Wrong {
  return new Wrong(wrongAnswer(why));
}

/** The heads of one answer, and how many bytes stand behind them. */
export class Fence {
  readonly #headBytesMax: number;
  readonly #hasNoBody: boolean;
  #line = "";
  #size = 0;
  #status = 0;
  #minor = 0;
  #lengths: string[] = [];
  #codings: string[] = [];
  #informed = 0;
  /** Bytes of the body that are missing; undefined: still in the head. */
  #left: number | undefined;
  #tail = "";
  /** More came than the answer has. */
  isOver = false;

  constructor(verb: string, headBytesMax: number) {
    this.#hasNoBody = verb === "HEAD";
    this.#headBytesMax = headBytesMax;
  }

  /** Of the answer, once its head is whole; else 0. */
  get status(): number {
    return this.#left === undefined ? 0 : this.#status;
  }

  /** What is wrong where Node finds the bytes so far wrong. */
  get guess(): string {
    return this.#left !== undefined
      ? "it cannot be read"
      : this.#status === 0
        ? NO_STATUS
        : NO_HEADER;
  }

  /** Whether the answer is where it should end. */
  get isEven(): boolean {
    return (
      !this.isOver &&
      (this.#left === 0 || (this.#left === Infinity && this.#tail === "\r\n"))
    );
  }

  /** What is wrong with the next bytes, in words; undefined: nothing. */
  read(bytes: Buffer): string | undefined {
    try {
      this.#read(bytes);
      return undefined;
    } catch (error) {
      if (error instanceof Wrong) {
        return error.message;
      }
      throw error;
    }
  }

  #read(bytes: Buffer): void {
    let at = 0;
    while (this.#left === undefined && at < bytes.length) {
      const feed = bytes.indexOf(LINE_FEED, at);
      const end = feed < 0 ? bytes.length : feed + 1;
      this.#size += end - at;
      if (this.#size > this.#headBytesMax) {
        throw new Wrong(
          "the head of the server's answer is larger than head_bytes_max " +
            `(${this.#headBytesMax})`,
        );
      }
      this.#line += bytes.toString("latin1", at, end);
      this.#checkBegin();
      if (feed >= 0) {
        this.#takeLine();
      }
      at = end;
    }
    if (this.#left !== undefined && at < bytes.length) {
      this.#pass(bytes.subarray(at));
    }
  }

  /** What does not begin as an answer will be none. */
  #checkBegin(): void {
    const begin = "HTTP/1.";
    const size = Math.min(begin.length, this.#line.length);
    if (
      this.#status === 0 &&
      this.#line.slice(0, size) !== begin.slice(0, size)
    ) {
      throw wrong(NO_STATUS);
    }
  }

  #takeLine(): void {
    const whole = this.#line;
    this.#line = "";
    if (!whole.endsWith("\r\n")) {
      throw wrong("a line does not end with CR LF");
    }
    const line = whole.slice(0, -2);
    if (this.#status === 0) {
      this.#takeStatus(line);
    } else if (line === "") {
      this.#takeEnd();
    } else {
      this.#takeHeader(line);
    }
  }

  #takeStatus(line: string): void {
    const [, minor, status] = STATUS.exec(line) ?? [];
    if (status === undefined) {
      throw wrong(NO_STATUS);
    }
    this.#minor = Number(minor);
    this.#status = Number(status);
    this.#lengths = [];
    this.#codings = [];
  }

  #takeHeader(line: string): void {
    if (/^[ \t]/.test(line)) {
      throw wrong("a line is folded");
    }
    const [, name, value = ""] = HEADER.exec(line) ?? [];
    if (name === undefined) {
      throw wrong(NO_HEADER);
    }
    if (!TEXT.test(value)) {
      throw wrong("a line has a control character");
    }
    const text = value.replace(/^[ \t]+|[ \t]+$/g, "");
    switch (name.toLowerCase()) {
      case "content-length":
        this.#lengths.push(text);
        break;
      case "transfer-encoding":
        this.#codings.push(text.toLowerCase());
    }
  }

  #takeEnd(): void {
    const status = this.#status;
    if (status === SWITCHING) {
      throw wrong("it has the status 101, which was not asked for");
    }
    if (status < 200) {
      this.#status = 0;
      this.#size = 0;
      if (++this.#informed > CONTINUE_MAX) {
        throw wrong(
          `it has more than ${CONTINUE_MAX} heads with a status below 200`,
        );
      }
      return;
    }
    const length = this.#length();
    const isEmpty =
      this.#hasNoBody || status === NO_CONTENT || status === NOT_MODIFIED;
    this.#left = isEmpty ? 0 : length;
  }

  #length(): number {
    const [length, ...more] = this.#lengths;
    if (this.#codings.length > 0) {
      if (length !== undefined) {
        throw wrong("it has both Content-Length and Transfer-Encoding");
      }
      if (this.#minor === 0) {
        throw wrong("it has a Transfer-Encoding, which HTTP/1.0 does not know");
      }
      if (this.#codings.join() !== "chunked") {
        throw wrong("it has a Transfer-Encoding other than chunked");
      }
      return Infinity;
    }
    if (length === undefined) {
      return Infinity;
    }
    if (more.some((other) => other !== length)) {
      throw wrong("it has two different Content-Lengths");
    }
    if (!/^\d+$/.test(length) || length.length > LENGTH_DIGITS) {
      throw wrong("it has a Content-Length that is not a number");
    }
    return Number(length);
  }

  #pass(bytes: Buffer): void {
    const left = this.#left ?? 0;
    this.isOver ||= bytes.length > left;
    this.#left = Math.max(0, left - bytes.length);
    const last = bytes.toString("latin1", Math.max(0, bytes.length - 2));
    this.#tail = (this.#tail + last).slice(-2);
  }
}
