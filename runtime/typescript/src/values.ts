/* values.ts: values that neither JSON nor TypeScript has a type for. */
import { normalMoment, readMoment } from "./record/time.js";

declare const moment: unique symbol;

/** A moment as RFC 3339 spells it, in UTC with the shortest fraction:
 * "2026-11-21T04:15:00.5Z". Without the Z where what came named no zone. Equal
 * moments are equal texts, and their order is that of the texts. */
export type DateTime = string & { readonly [moment]: true };

/** A Date, or any text of RFC 3339, as a DateTime; a RangeError where it is
 * none. */
export function datetime(value: Date | string): DateTime {
  const text = typeof value === "string" ? value : value.toISOString();
  const normal = normalMoment(text);
  if (normal === undefined) {
    throw new RangeError(`not a datetime (RFC 3339): ${text}`);
  }
  return normal as DateTime;
}

/** The moment as a Date, to the millisecond; without a zone it is taken for
 * UTC. */
export function toDate(value: DateTime): Date {
  const read = readMoment(value);
  if (read === undefined) {
    throw new RangeError(`not a datetime (RFC 3339): ${value}`);
  }
  return new Date(
    read.seconds * 1000 + Math.floor(read.nanoseconds / 1_000_000),
  );
}

/** A JSON value as its text. Where a schema says `json`, a program may send
 * one instead of the value: the text is checked and goes out as it is, without
 * its white space. */
export class RawJson {
  constructor(readonly text: string) {}
}

/** The tag of a union's variant that the schema does not know: what came, and
 * the whole object as JSON. It stands where else the tag's text stands, and
 * may be sent on. */
export class Unknown {
  constructor(
    /** What the tag says. */
    readonly text: string,
    /** The object as it came. */
    readonly raw: string,
  ) {}
}
