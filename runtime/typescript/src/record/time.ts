/* time.ts: moments and days as RFC 3339 spells them. It knows no JSON, no clock
 * and no zone but those that texts name. */

/** A moment since 1970; nanoseconds are within 0 and 999,999,999. */
export interface Moment {
  seconds: number;
  nanoseconds: number;
  /** What was read named its zone. */
  zoned: boolean;
}

const MINUTE = 60;
const DAY = 86_400;
const SECOND = 1_000_000_000n;
const SECONDS_MIN = -62_167_219_200; // 0000-01-01T00:00:00Z
const SECONDS_MAX = 253_402_300_799; // 9999-12-31T23:59:59Z

function daysOfMonth(year: number, month: number): number {
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  if (month === 2) {
    return leap ? 29 : 28;
  }
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

/** Days since 1970-01-01. Date counts the years 0 to 99 from 1900. */
function dayNumber(year: number, month: number, day: number): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getTime() / (DAY * 1000);
}

function isDay(year: number, month: number, day: number): boolean {
  return (
    month >= 1 && month <= 12 && day >= 1 && day <= daysOfMonth(year, month)
  );
}

/** Whether the text is a day of the years 0 to 9999: YYYY-MM-DD. */
export function isDate(text: string): boolean {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  return (
    parts !== null &&
    isDay(Number(parts[1]), Number(parts[2]), Number(parts[3]))
  );
}

const SHAPE =
  /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d+))?)?([Zz]|[-+]\d{2}(?::?\d{2})?)?$/;

/** Minutes east of UTC; undefined where they are none. */
function readZone(zone: string): number | undefined {
  if (zone.length === 1) {
    return 0;
  }
  const hours = Number(zone.slice(1, 3));
  const minutes = zone.length === 3 ? 0 : Number(zone.slice(-2));
  if (hours > 23 || minutes > 59) {
    return undefined;
  }
  return (hours * 60 + minutes) * (zone.startsWith("-") ? -1 : 1);
}

/** undefined where the text is no moment of the years 0 to 9999. */
export function readMoment(text: string): Moment | undefined {
  const parts = SHAPE.exec(text);
  if (parts === null) {
    return undefined;
  }
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts
    .slice(1, 7)
    .map((part: string | undefined) => Number(part ?? "0"));
  const offset = readZone(parts[8] ?? "Z");
  const clock = hour <= 23 && minute <= 59 && second <= 60;
  if (!clock || !isDay(year, month, day) || offset === undefined) {
    return undefined;
  }
  const seconds =
    dayNumber(year, month, day) * DAY +
    hour * 3600 +
    minute * MINUTE +
    second -
    offset * MINUTE;
  if (seconds < SECONDS_MIN || seconds > SECONDS_MAX) {
    return undefined;
  }
  const digits = (parts[7] ?? "").slice(0, 9).padEnd(9, "0");
  return {
    seconds,
    nanoseconds: Number(digits),
    zoned: parts[8] !== undefined,
  };
}

/** In UTC, with the shortest fraction; with a Z where `zoned`. */
export function spellMoment(moment: Moment, zoned: boolean): string {
  const whole = new Date(moment.seconds * 1000).toISOString().slice(0, 19);
  const digits = String(moment.nanoseconds).padStart(9, "0");
  const fraction = digits.replace(/0+$/, "");
  return `${whole}${fraction === "" ? "" : `.${fraction}`}${zoned ? "Z" : ""}`;
}

/** Since 1970. */
export function nanosecondsSince(moment: Moment): bigint {
  return BigInt(moment.seconds) * SECOND + BigInt(moment.nanoseconds);
}

/** In UTC; undefined where it is not of the years 0 to 9999. */
export function momentOf(nanoseconds: bigint): Moment | undefined {
  const part = ((nanoseconds % SECOND) + SECOND) % SECOND;
  const seconds = Number((nanoseconds - part) / SECOND);
  return seconds < SECONDS_MIN || seconds > SECONDS_MAX
    ? undefined
    : { seconds, nanoseconds: Number(part), zoned: true };
}

/** The same moment as every other text of it; undefined where it is none. */
export function normalMoment(text: string): string | undefined {
  const moment = readMoment(text);
  return moment && spellMoment(moment, moment.zoned);
}
