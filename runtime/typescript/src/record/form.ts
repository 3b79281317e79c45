/* form.ts: UUIDs and decimals as texts. It knows no JSON values. */

export const DECIMAL_BYTES_MAX = 1000;
export const DECIMAL_TOO_LONG = "a decimal is over 1000 bytes";

/** In lower case; undefined where it is none. */
export function normalUuid(text: string): string | undefined {
  const shape = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
  return shape.test(text) ? text.toLowerCase() : undefined;
}

/** Whether the text is a number as JSON spells it. */
export function isDecimal(text: string): boolean {
  return /^-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?$/.test(text);
}
