/* limits.ts: what bounds reading and writing; what its caller may choose. */

/** How far a value may go; a program's own numbers are in its options. */
export interface CodecOptions {
  /** Nesting of JSON: 64. */
  readonly depthMax?: number;
  /** Items of one list or map: 16,777,216. */
  readonly itemsMax?: number;
  /** What paths of errors begin with, reading: "result". */
  readonly root?: string;
  /** Reading: `json` values as RawJson, which keeps their digits and order. */
  readonly rawJson?: boolean;
}

export interface Limits {
  depth: number;
  readonly items: number;
}

export const DEPTH_MAX = 64;
export const ITEMS_MAX = 16_777_216;
/** More than this no option allows: a call's stack has an end. */
const DEPTH_HIGHEST = 512;

export function limitsOf(options: CodecOptions): Limits {
  return {
    depth: Math.min(options.depthMax ?? DEPTH_MAX, DEPTH_HIGHEST),
    items: options.itemsMax ?? ITEMS_MAX,
  };
}
