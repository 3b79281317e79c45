/* base64.ts: bytes as text (RFC 4648 4; the url-safe alphabet and text without
 * padding are read too). It knows no JSON. */

const LETTERS =
  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

const worths = new Uint8Array(128).fill(64);
for (let i = 0; i < 64; i++) {
  worths[LETTERS.charCodeAt(i)] = i;
}
worths["-".charCodeAt(0)] = 62;
worths["_".charCodeAt(0)] = 63;

export function spellBase64(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length; i += 3) {
    const left = bytes.length - i;
    const group =
      ((bytes[i] ?? 0) << 16) |
      ((bytes[i + 1] ?? 0) << 8) |
      (bytes[i + 2] ?? 0);
    text += LETTERS.charAt(group >> 18);
    text += LETTERS.charAt((group >> 12) & 63);
    text += left > 1 ? LETTERS.charAt((group >> 6) & 63) : "=";
    text += left > 2 ? LETTERS.charAt(group & 63) : "=";
  }
  return text;
}

/** What is wrong with a text, and at which of its letters. */
export interface Wrong {
  readonly words: string;
  readonly place: number;
}

/** How much of the text is letters: less the padding, where it is right. */
function countLetters(text: string): number {
  const pads = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  return text.length % 4 === 0 ? text.length - pads : text.length;
}

export function readBase64(text: string): Uint8Array | Wrong {
  const count = countLetters(text);
  const bytes = new Uint8Array(Math.floor((count * 3) / 4));
  let group = 0;
  let size = 0;
  for (let i = 0; i < count; i++) {
    const worth = worths[text.charCodeAt(i)] ?? 64;
    if (worth > 63) {
      return { words: "a byte that is not base64", place: i };
    }
    group = ((group << 6) | worth) & 0xffffff;
    if (i % 4 === 3) {
      bytes[size++] = group >> 16;
      bytes[size++] = group >> 8;
      bytes[size++] = group;
    }
  }
  const left = count % 4;
  if (left === 0) {
    return bytes;
  }
  if (left === 1) {
    return { words: "base64 ends with half a byte", place: count - 1 };
  }
  group <<= left === 2 ? 12 : 6;
  if ((group & (left === 2 ? 0xffff : 0xff)) !== 0) {
    return {
      words: "base64 ends with bits that are not 0",
      place: count - 1,
    };
  }
  bytes[size++] = group >> 16;
  if (left === 3) {
    bytes[size] = group >> 8;
  }
  return bytes;
}
