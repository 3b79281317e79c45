/* decode_json.ts: free-form JSON to values: what JSON.parse gives, but for
 * integers that a number cannot hold, which become bigint. */
import { integerOf } from "../json/number.js";
import {
  COMMA,
  LIST,
  LIST_END,
  MAP,
  MAP_END,
  numberEnd,
  QUOTE,
  rawText,
} from "../json/scan.js";
import { RawJson } from "../values.js";
import { type Decoder, readKey } from "./decode.js";
import { setProperty } from "./plan.js";

function numberOf(text: string): number | bigint {
  const near = Number(text);
  if (Number.isSafeInteger(near)) {
    return near;
  }
  const exact = /[.eE]/.test(text) ? undefined : integerOf(text);
  return exact ?? near;
}

/** The text is checked already: these only take it apart. */
function takeList(decoder: Decoder): unknown[] {
  const items: unknown[] = [];
  decoder.at++;
  decoder.space();
  while (decoder.byte !== LIST_END) {
    items.push(take(decoder));
    decoder.space();
    decoder.at += decoder.byte === COMMA ? 1 : 0;
    decoder.space();
  }
  decoder.at++;
  return items;
}

function takeMap(decoder: Decoder): Record<string, unknown> {
  const members: Record<string, unknown> = {};
  decoder.at++;
  decoder.space();
  while (decoder.byte !== MAP_END) {
    const key = readKey(decoder);
    setProperty(members, key, take(decoder));
    decoder.space();
    decoder.at += decoder.byte === COMMA ? 1 : 0;
    decoder.space();
  }
  decoder.at++;
  return members;
}

function takeWord(decoder: Decoder): boolean | null {
  const isNull = decoder.is("null");
  const value = decoder.is("true");
  decoder.at += isNull || value ? 4 : 5;
  return isNull ? null : value;
}

function take(decoder: Decoder): unknown {
  decoder.space();
  switch (decoder.byte) {
    case MAP:
      return takeMap(decoder);
    case LIST:
      return takeList(decoder);
    case QUOTE:
      return decoder.text();
    case 0x74:
    case 0x66:
    case 0x6e:
      return takeWord(decoder);
    default: {
      const start = decoder.at;
      decoder.at = numberEnd(decoder.bytes, start);
      return numberOf(rawText(decoder.bytes, start, decoder.at));
    }
  }
}

export function readJson(decoder: Decoder): unknown {
  const start = decoder.at;
  decoder.skip();
  const end = decoder.at;
  if (decoder.rawJson) {
    return new RawJson(rawText(decoder.bytes, start, end));
  }
  decoder.at = start;
  return take(decoder);
}
