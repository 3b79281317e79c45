/* encode_json.ts: free-form values to JSON, as JSON.stringify takes them; but
 * bigint is an integer, and what JSON cannot say is an error. */
import { Fault } from "../json/fault.js";
import { spellDouble } from "../json/number.js";
import { QUOTE, skipValue, space, textEnd } from "../json/scan.js";
import { RawJson } from "../values.js";
import { type Encoder, refuse, writeText } from "./encode.js";

const utf8 = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** A checked text without its white space. */
function compact(bytes: Uint8Array): string {
  const out: string[] = [];
  let at = space(bytes, 0);
  while (at < bytes.length) {
    const start = at;
    if (bytes[at] === QUOTE) {
      at = textEnd(bytes, at + 1) + 1;
    } else {
      while (at < bytes.length && space(bytes, at) === at) {
        if (bytes[at] === QUOTE) {
          break;
        }
        at++;
      }
    }
    out.push(decoder.decode(bytes.subarray(start, at)));
    at = space(bytes, at);
  }
  return out.join("");
}

/** JSON of a program's own: checked, so that it holds no line break. */
export function writeRaw(encoder: Encoder, text: string): string {
  writeText(text);
  const bytes = utf8.encode(text);
  let end: number;
  try {
    end = skipValue(bytes, 0, encoder.limits.depth);
  } catch (error) {
    throw error instanceof Fault
      ? new Fault(error.message, 0, "", error.limit)
      : error;
  }
  if (space(bytes, end) !== bytes.length) {
    throw refuse("more than one JSON value");
  }
  return compact(bytes);
}

function writeNumber(value: number): string {
  if (!Number.isFinite(value)) {
    throw refuse("JSON has no NaN and no infinity");
  }
  return spellDouble(value);
}

function writeMembers(encoder: Encoder, value: object): string {
  const members: string[] = [];
  const entries = value instanceof Map ? value : Object.entries(value);
  for (const [key, each] of entries as Iterable<[unknown, unknown]>) {
    const json = writeJson(encoder, each);
    if (json !== undefined) {
      members.push(`${writeText(String(key))}:${json}`);
    }
  }
  return `{${members.join(",")}}`;
}

function hasToJson(value: object): value is { toJSON: () => unknown } {
  return "toJSON" in value && typeof value.toJSON === "function";
}

function writeObject(encoder: Encoder, value: object): string | undefined {
  if (value instanceof RawJson) {
    return writeRaw(encoder, value.text);
  }
  if (hasToJson(value)) {
    return writeJson(encoder, value.toJSON());
  }
  encoder.enter();
  const json = Array.isArray(value)
    ? `[${value.map((each) => writeJson(encoder, each) ?? "null").join(",")}]`
    : writeMembers(encoder, value);
  encoder.leave();
  return json;
}

/** undefined where there is nothing to say. */
export function writeJson(
  encoder: Encoder,
  value: unknown,
): string | undefined {
  switch (typeof value) {
    case "undefined":
      return undefined;
    case "boolean":
      return String(value);
    case "number":
      return writeNumber(value);
    case "bigint":
      return String(value);
    case "string":
      return writeText(value);
    case "object":
      return value === null ? "null" : writeObject(encoder, value);
    default:
      throw refuse(`JSON has no ${typeof value}`);
  }
}
