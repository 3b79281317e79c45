/* number.ts: texts of JSON numbers to numbers, exactly, and numbers to their
 * shortest texts. It knows no types of a schema. */

const PARTS = /^-?(\d+)(?:\.(\d+))?(?:[eE]([-+]?\d+))?$/;

/** More digits than any integer of 64 bits has. */
const DIGITS_MAX = 20;

/** The exact integer that the number is; undefined where it has a fraction, or
 * is far beyond 64 bits. 1.0 and 1e2 are integers. */
export function integerOf(text: string): bigint | undefined {
  const parts = PARTS.exec(text);
  if (parts === null) {
    return undefined;
  }
  const [, whole = "", fraction = "", power = "0"] = parts;
  const digits = whole + fraction;
  const scale = Number(power) - fraction.length;
  const kept = scale < 0 ? Math.max(digits.length + scale, 0) : digits.length;
  if (!/^0*$/.test(digits.slice(kept))) {
    return undefined;
  }
  const body = digits.slice(0, kept).replace(/^0+/, "");
  const zeros = scale > 0 && body !== "" ? scale : 0;
  if (body.length + zeros > DIGITS_MAX) {
    return undefined;
  }
  const value = BigInt(body === "" ? "0" : body + "0".repeat(zeros));
  return text.startsWith("-") ? -value : value;
}

/** Of a double that lies in the middle between two floats: how the number that
 * it was rounded from compares with it. */
function compareExact(text: string, middle: number): number {
  const parts = PARTS.exec(text.replace(/^-/, ""));
  const [, whole = "0", fraction = "", power = "0"] = parts ?? [];
  // A middle has at most 150 significant digits: what follows only says
  // whether there is more.
  const all = (whole + fraction).replace(/^0+/, "");
  const digits = all.slice(0, 200);
  const more = /[1-9]/.test(all.slice(200));
  const scale = Number(power) - fraction.length + (all.length - digits.length);
  let left = (BigInt(`0${digits}`) * 10n + (more ? 1n : 0n)) << 150n;
  let right = BigInt(middle * 2 ** 150) * 10n;
  if (scale > 0) {
    left *= 10n ** BigInt(scale);
  } else {
    right *= 10n ** BigInt(-scale);
  }
  if (left === right) {
    return 0;
  }
  return left < right ? -1 : 1;
}

const cell = /* @__PURE__ */ new DataView(/* @__PURE__ */ new ArrayBuffer(4));

function floatOfBits(bits: number): number {
  cell.setUint32(0, bits);
  return cell.getFloat32(0);
}

function bitsOfFloat(value: number): number {
  cell.setFloat32(0, value);
  return cell.getUint32(0);
}

const BEYOND_FLOAT = 2 ** 128;

/** The floats below and above a double that is none. */
function around(size: number): [number, number] {
  const near = Math.fround(size);
  const over = near > size;
  const bits = bitsOfFloat(near);
  return over ? [floatOfBits(bits - 1), near] : [near, floatOfBits(bits + 1)];
}

/** Whether a double lies in the middle between two floats: only there what it
 * was rounded from matters to a float. */
export function isMiddle(value: number): boolean {
  const size = Math.abs(value);
  if (Math.fround(size) === size || size > BEYOND_FLOAT) {
    return false;
  }
  const [low, high] = around(size);
  return size === (low + (high === Infinity ? BEYOND_FLOAT : high)) / 2;
}

/** The nearest float of 32 bits; Infinity where it is beyond them. Rounding to
 * a double first goes wrong only where that is a middle of two floats. */
export function floatOf(text: string): number {
  const wide = Number(text);
  if (!isMiddle(wide)) {
    return Math.fround(wide);
  }
  const size = Math.abs(wide);
  const [low, high] = around(size);
  const order = compareExact(text, size);
  if (order === 0) {
    return Math.fround(wide);
  }
  return (order < 0 ? low : high) * (wide < 0 ? -1 : 1);
}

/** A finite double as ECMAScript spells it; -0 is 0. */
export function spellDouble(value: number): string {
  return String(value === 0 ? 0 : value);
}

/** Digits and exponent of d.ddde+x, one step of its last digit away from 0. */
function stepAway(text: string): string {
  const [digits = "", power = "0"] = text.split("e");
  const [whole = "", fraction = ""] = digits.split(".");
  const step = digits.startsWith("-") ? -1 : 1;
  const stepped = Number(whole + fraction) + step;
  return `${stepped}e${Number(power) - fraction.length}`;
}

/** A finite float of 32 bits: the fewest digits that read back as it. */
export function spellFloat(wanted: number): string {
  const value = Math.fround(wanted);
  for (let digits = 1; digits < 9; digits++) {
    const text = value.toExponential(digits - 1);
    for (const each of [text, stepAway(text)]) {
      if (floatOf(each) === value) {
        return spellDouble(Number(each));
      }
    }
  }
  return spellDouble(Number(value.toPrecision(9)));
}
