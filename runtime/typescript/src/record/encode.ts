/* encode.ts: values to JSON by the tables, as JSON.stringify spells it: no
 * spaces, fields in declared order. It knows no kind of type. */
import { BellError } from "../errors.js";
import { Fault, spellPath } from "../json/fault.js";
import type { Type } from "../tables.js";
import { utf8Of } from "../utf8.js";
import { Encoder } from "./encoder.js";
import { type CodecOptions, limitsOf } from "./limits.js";

/** The error of a value that may not be sent. */
export function reportFault(fault: Fault, root: string): BellError {
  const spelled = spellPath(fault, root);
  const path = spelled === "" ? "params" : spelled;
  return new BellError(
    fault.limit ? "limit" : "invalid",
    `${path}: ${fault.message}`,
    { origin: "codec", path, sent: "no" },
  );
}

function write(
  type: Type,
  value: unknown,
  options: CodecOptions,
  careful: boolean,
): string {
  const encoder = new Encoder(limitsOf(options), careful);
  return encoder.spell(type.kind.plain(encoder, type, value));
}

/** undefined where texts have to be looked at one by one: in the whole, what is
 * no text is seen by its escape. */
export function writeFast(
  type: Type,
  value: unknown,
  options: CodecOptions,
): string | undefined {
  try {
    const json = write(type, value, options, false);
    return json.includes("\\ud") ? undefined : json;
  } catch {
    return undefined;
  }
}

export function writeCarefully(
  type: Type,
  value: unknown,
  options: CodecOptions,
): string {
  try {
    return write(type, value, options, true);
  } catch (error) {
    throw error instanceof Fault
      ? reportFault(error, options.root ?? "")
      : error;
  }
}

/** The value as JSON. One that may not be sent (not UTF-8, NaN, a required
 * field that is missing, a broken constraint, ...) is a BellError with status
 * "invalid" (or "limit") and a path. */
export function encodeText(
  type: Type,
  value: unknown,
  options: CodecOptions = {},
): string {
  return (
    writeFast(type, value, options) ?? writeCarefully(type, value, options)
  );
}

/** The same as bytes. */
export function encode(
  type: Type,
  value: unknown,
  options: CodecOptions = {},
): Uint8Array {
  return utf8Of(encodeText(type, value, options));
}
