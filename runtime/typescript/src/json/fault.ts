/* fault.ts: what is wrong with a text or a value, and where. */
import { fromUtf8, utf8Of } from "../utf8.js";

/** Thrown inside of readers and writers, never to a program. Callers on the way
 * out add what they were at: the innermost part of the path comes first. */
export class Fault extends Error {
  /** Parts of the path: ".name", "[3]" or `["key"]`, innermost first. */
  readonly path: string[] = [];

  constructor(
    /** What is wrong; unused where `wanted` is there. */
    words: string,
    /** The place in the text. */
    readonly at: number,
    /** What should stand there. */
    readonly wanted = "",
    /** A limit was met: not the text is wrong. */
    readonly limit = false,
  ) {
    super(words);
  }
}

export const NOT_UTF8 = "string is not UTF-8";
export const TOO_DEEP = "nested deeper than depth_max";

export const TOO_MUCH_WORK = "checking patterns takes too much work";

export function tooDeep(at: number): Fault {
  return new Fault(TOO_DEEP, at, "", true);
}

export function tooMany(at: number): Fault {
  return new Fault("more than items_max items", at, "", true);
}

export function mismatch(at: number, wanted: string): Fault {
  return new Fault("wanted another type", at, wanted);
}

/** The same error, one step further out. */
export function inside(error: unknown, part: string): unknown {
  if (error instanceof Fault) {
    error.path.push(part);
  }
  return error;
}

const PATH_BYTES = 124;

/** What is left of a path that is too long: its end. */
function cutPath(path: string): string {
  const bytes = utf8Of(path);
  if (bytes.length <= PATH_BYTES) {
    return path;
  }
  let start = bytes.length - PATH_BYTES;
  while (((bytes[start] ?? 0) & 0xc0) === 0x80) {
    start++;
  }
  return `...${fromUtf8(bytes.subarray(start))}`;
}

/** The parts from the outermost on, behind `root`; of more than 124 bytes the
 * last ones. */
export function spellPath(fault: Fault, root: string): string {
  const whole = root + [...fault.path].reverse().join("");
  const path = cutPath(whole);
  if (root !== "") {
    return path;
  }
  return path === whole
    ? path.replace(/^\./, "")
    : path.replace(/^\.{4}/, "...");
}
