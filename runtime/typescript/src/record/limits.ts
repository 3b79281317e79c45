/* limits.ts: what bounds reading and writing; what its caller may choose. */

/** How far a value may go; a program's own numbers are in its options. */
export interface CodecOptions {
  /** Nesting of JSON: 64. */
  readonly depthMax?: number;
  /** Items of one list or map: 16,777,216. */
  readonly itemsMax?: number;
  /** What paths of errors begin with; reading: "result", writing: nothing. */
  readonly root?: string;
  /** Reading: `json` values as RawJson, which keeps their digits and order. */
  readonly rawJson?: boolean;
  /** Reading: gets the work that patterns took. */
  readonly meter?: { work: number };
}

/** The work that patterns may do still; below 0: there was too much of it. */
export interface Work {
  left: number;
}

export interface Limits {
  depth: number;
  readonly items: number;
  readonly work: Work;
}

export const DEPTH_MAX = 64;
export const ITEMS_MAX = 16_777_216;
/** More than this no option allows: a call's stack has an end. */
const DEPTH_HIGHEST = 512;

/** What patterns may do for one value: what an instruction costs is about what
 * a byte costs. All languages count alike. */
const WORK_MIN = 4 * 1024 * 1024;
const WORK_OF_BYTE = 32;

/** Of a text of so many bytes, where it is read. */
export function limitsOf(options: CodecOptions, bytes = 0): Limits {
  return {
    work: { left: WORK_MIN + WORK_OF_BYTE * bytes },
    depth: Math.min(options.depthMax ?? DEPTH_MAX, DEPTH_HIGHEST),
    items: options.itemsMax ?? ITEMS_MAX,
  };
}
