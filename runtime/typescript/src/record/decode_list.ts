/* decode_list.ts: JSON to arrays and Maps. */
import { Fault, inside, mismatch } from "../json/fault.js";
import { COMMA, LIST, LIST_END, MAP, MAP_END, QUOTE } from "../json/scan.js";
import type { ItemType } from "../tables.js";
import { type Decoder, readKey, readValue } from "./decode.js";

/** Counts the level, and passes the bracket. True where nothing is in it. */
function enter(
  decoder: Decoder,
  type: ItemType,
  bracket: number,
  closing: number,
): boolean {
  if (decoder.byte !== bracket) {
    throw mismatch(decoder.at, type.name);
  }
  decoder.enter(decoder.at);
  decoder.at++;
  decoder.space();
  const isOver = decoder.byte === closing;
  decoder.at += isOver ? 1 : 0;
  return isOver;
}

/** From behind an item to the next one; true behind the bracket. */
function passComma(decoder: Decoder, closing: number): boolean {
  decoder.space();
  const byte = decoder.byte;
  if (byte !== COMMA && byte !== closing) {
    const words =
      closing === LIST_END ? "a list wants , or ]" : "a map wants , or }";
    throw new Fault(words, decoder.at);
  }
  decoder.at++;
  if (byte === COMMA) {
    decoder.space();
  }
  return byte === closing;
}

function tooMany(decoder: Decoder): Fault {
  return new Fault("more than items_max items", decoder.at, "", true);
}

export function readList(decoder: Decoder, type: ItemType): unknown[] {
  const items: unknown[] = [];
  const item = type.item();
  let isOver = enter(decoder, type, LIST, LIST_END);
  while (!isOver) {
    try {
      if (items.length >= decoder.limits.items) {
        throw tooMany(decoder);
      }
      items.push(readValue(decoder, item));
    } catch (error) {
      throw inside(error, `[${items.length}]`);
    }
    isOver = passComma(decoder, LIST_END);
  }
  decoder.leave();
  return items;
}

export function readMap(
  decoder: Decoder,
  type: ItemType,
): Map<string, unknown> {
  const entries = new Map<string, unknown>();
  const item = type.item();
  let count = 0;
  let isOver = enter(decoder, type, MAP, MAP_END);
  while (!isOver) {
    if (count++ >= decoder.limits.items) {
      throw tooMany(decoder);
    }
    if (decoder.byte !== QUOTE) {
      throw new Fault("a map wants a key here", decoder.at);
    }
    const key = readKey(decoder);
    try {
      entries.set(key, readValue(decoder, item));
    } catch (error) {
      throw inside(error, `["${key}"]`);
    }
    isOver = passComma(decoder, MAP_END);
  }
  decoder.leave();
  return entries;
}
