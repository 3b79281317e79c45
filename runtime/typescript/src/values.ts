/* values.ts: values for which neither JSON nor TypeScript has a type. */
import { normalMoment, readMoment } from "./record/time.js";

declare const moment: unique symbol;

/** A point in time as RFC 3339 text, in UTC with the shortest fraction:
 * "2026-11-21T04:15:00.5Z". The Z is missing if the received text had no zone.
 * Equal times have equal texts, and texts sort in the order of the times. */
export type DateTime = string & { readonly [moment]: true };

/** Converts a Date, or any RFC 3339 text, to a DateTime; throws a RangeError if
 * it is not valid. */
export function datetime(value: Date | string): DateTime {
  const text = typeof value === "string" ? value : value.toISOString();
  const normal = normalMoment(text);
  if (normal === undefined) {
    throw new RangeError(`not a datetime (RFC 3339): ${text}`);
  }
  return normal as DateTime;
}

/** Converts a DateTime to a Date, to the millisecond; without a zone it is
 * taken as UTC. */
export function toDate(value: DateTime): Date {
  const read = readMoment(value);
  if (read === undefined) {
    throw new RangeError(`not a datetime (RFC 3339): ${value}`);
  }
  return new Date(
    read.seconds * 1000 + Math.floor(read.nanoseconds / 1_000_000),
  );
}

/** A JSON value as text. For a `json` field, a program may send this instead of
 * a value: the text is checked and sent unchanged, except for white space. */
export class RawJson {
  constructor(readonly text: string) {}
}

/** The tag of a variant that is not in the schema: the text received and the
 * whole object as JSON. It takes the place of the tag's text, and may be sent
 * again. In a union without a tag it stands for the whole value, and its text
 * is empty. */
export class Unknown {
  constructor(
    /** The text of the tag. */
    readonly text: string,
    /** The value as received. */
    readonly raw: string,
  ) {}
}
