/* duration.ts: nanoseconds as ISO 8601 spells them, and as a number. A program
 * sees seconds. It knows no calendar: a day has 24 hours. */
import { spellDouble } from "../json/number.js";
import { type Moment, momentOf } from "./time.js";

const SECOND = 1_000_000_000n;
const LOWEST = -(1n << 63n);
const HIGHEST = (1n << 63n) - 1n;

export type Unit = "seconds" | "milliseconds";

function isInside(nanoseconds: bigint): boolean {
  return nanoseconds >= LOWEST && nanoseconds <= HIGHEST;
}

/** `0.5` as `.5`: the digits of a billionth that count. */
function spellFraction(nanoseconds: bigint): string {
  const digits = String(nanoseconds).padStart(9, "0").replace(/0+$/, "");
  return digits === "" ? "" : `.${digits}`;
}

/** Nanoseconds of a number of seconds, taken as its shortest digits say it:
 * 0.1 is a tenth. Digits beyond nanoseconds are rounded, halves away from 0.
 * undefined where it does not fit 64 bits, or is none. */
export function nanosecondsOf(seconds: number): bigint | undefined {
  if (!Number.isFinite(seconds) || Math.abs(seconds) > 1e10) {
    return undefined;
  }
  const size = Math.abs(seconds);
  // Below this a number has an exponent, and is nothing.
  const text = size < 1e-6 ? size.toFixed(12) : String(size);
  const [whole = "0", fraction = ""] = text.split(".");
  const digits = fraction.padEnd(10, "0");
  const up = digits.charAt(9) >= "5" ? 1n : 0n;
  const sum = BigInt(whole) * SECOND + BigInt(digits.slice(0, 9)) + up;
  const nanoseconds = seconds < 0 ? -sum : sum;
  return isInside(nanoseconds) ? nanoseconds : undefined;
}

/** The number of seconds nearest to it. */
export function secondsOf(nanoseconds: bigint): number {
  const left = nanoseconds < 0n ? -nanoseconds : nanoseconds;
  const size = Number(`${left / SECOND}${spellFraction(left % SECOND)}`);
  return nanoseconds < 0n ? -size : size;
}

/** `PT1H30M`: hours, minutes and seconds. */
export function spellDuration(nanoseconds: bigint): string {
  const left = nanoseconds < 0n ? -nanoseconds : nanoseconds;
  if (left === 0n) {
    return "PT0S";
  }
  const seconds = left / SECOND;
  const fraction = spellFraction(left % SECOND);
  const parts: [bigint, string, string][] = [
    [seconds / 3600n, "", "H"],
    [(seconds / 60n) % 60n, "", "M"],
    [seconds % 60n, fraction, "S"],
  ];
  const spelled = parts
    .filter(([count, behind]) => count !== 0n || behind !== "")
    .map(([count, behind, letter]) => `${count}${behind}${letter}`);
  return `${nanoseconds < 0n ? "-" : ""}PT${spelled.join("")}`;
}

const NUMBER = String.raw`(\d+)(?:[.,](\d+))?`;
const SHAPE = new RegExp(
  `^([-+]?)P(?:${NUMBER}W)?(?:${NUMBER}D)?` +
    `(T(?:${NUMBER}H)?(?:${NUMBER}M)?(?:${NUMBER}S)?)?$`,
);
const UNITS = [604_800n, 86_400n, 3600n, 60n, 1n];
/** Where in a match of SHAPE the units stand. */
const PLACES = [2, 4, 7, 9, 11];

/** Digits as a number; so many that it cannot fit as one that does not. */
function countOf(digits: string): bigint {
  const short = digits.replace(/^0+(?=\d)/, "");
  return short.length > 20 ? HIGHEST : BigInt(short);
}

/** undefined where the text is no duration, or more than 64 bits of
 * nanoseconds. A fraction ends the text. */
export function readDuration(text: string): bigint | undefined {
  const parts = SHAPE.exec(text);
  if (parts === null || /[PT]$/.test(text) || /[.,]\d+[A-Z]./.test(text)) {
    return undefined;
  }
  let sum = 0n;
  for (const [i, unit] of UNITS.entries()) {
    const place = PLACES[i] ?? 0;
    const billionths = (parts[place + 1] ?? "").slice(0, 9).padEnd(9, "0");
    sum += countOf(parts[place] ?? "0") * unit * SECOND;
    sum += BigInt(billionths) * unit;
  }
  const nanoseconds = parts[1] === "-" ? -sum : sum;
  return isInside(nanoseconds) ? nanoseconds : undefined;
}

/** Digits that a part of a unit has, in nanoseconds. */
function digitsOf(unit: Unit): number {
  return unit === "seconds" ? 9 : 6;
}

/** All its digits, none lost; with an exponent where JSON has one. */
export function spellUnits(nanoseconds: bigint, unit: Unit): string {
  const count = digitsOf(unit);
  const left = nanoseconds < 0n ? -nanoseconds : nanoseconds;
  const sign = nanoseconds < 0n ? "-" : "";
  const digits = String(left).padStart(count + 1, "0");
  const whole = digits.slice(0, -count);
  const part = digits.slice(-count).replace(/0+$/, "");
  if (part !== "" && left * 1_000_000n < 10n ** BigInt(count)) {
    return sign + spellDouble(Number(left) / 10 ** count);
  }
  return sign + whole + (part === "" ? "" : `.${part}`);
}

/** The nanoseconds of a number, exact, and rounded, halves away from 0;
 * undefined where they have too many digits. */
function scale(text: string, unit: Unit, most: number): bigint | undefined {
  const [mantissa = "", power = "0"] = text.toLowerCase().split("e");
  const [whole = "", part = ""] = mantissa.replace("-", "").split(".");
  const digits = (whole + part).replace(/^0+/, "");
  const shift = Number(power) - part.length + digitsOf(unit);
  if (digits === "" || digits.length + shift < 0) {
    return 0n; // less than a tenth
  }
  if (digits.length + shift > most) {
    return undefined;
  }
  const kept = shift < 0 ? digits.slice(0, digits.length + shift) : digits;
  const up = shift < 0 && digits.charAt(kept.length) >= "5" ? 1n : 0n;
  const size = (BigInt(kept) + up) * 10n ** BigInt(Math.max(shift, 0));
  return text.startsWith("-") ? -size : size;
}

/** A duration; undefined where it does not fit. */
export function readUnits(text: string, unit: Unit): bigint | undefined {
  const nanoseconds = scale(text, unit, 20);
  return nanoseconds !== undefined && isInside(nanoseconds)
    ? nanoseconds
    : undefined;
}

/** A moment, since 1970; undefined where it is not of its years. */
export function readUnix(text: string, unit: Unit): Moment | undefined {
  const nanoseconds = scale(text, unit, 21);
  return nanoseconds === undefined ? undefined : momentOf(nanoseconds);
}

/** Whether every text that is read as this number has the same nanoseconds: it
 * is far enough from where they are rounded. */
export function isSure(value: number, unit: Unit): boolean {
  const nanoseconds = Math.abs(value) * 10 ** digitsOf(unit);
  const doubt = nanoseconds * 2 ** -51;
  return Math.abs(nanoseconds - Math.trunc(nanoseconds) - 0.5) > doubt;
}
