/* list.ts: arrays, Maps, items that may be null, and items under constraints:
 * values that hold values. */
import {
  Fault,
  inside,
  mismatch,
  TOO_MUCH_WORK,
  tooMany,
} from "../json/fault.js";
import { COMMA, LIST, LIST_END, MAP, MAP_END, QUOTE } from "../json/scan.js";
import type { ItemType, Kind, RuledType } from "../tables.js";
import type { Decoder } from "./decoder.js";
import { checkCount, checkKey, Members, refuse, wrongType } from "./encoder.js";
import { readKey, readValue } from "./member.js";
import { haveIndexes, isIndex } from "./property.js";
import { wrongBy } from "./rule.js";
import { UNSURE } from "./taker.js";

// ---- Reading ---------------------------------------------------------------

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
    const words = closing === LIST_END ? "expected , or ]" : "expected , or }";
    throw new Fault(words, decoder.at);
  }
  decoder.at++;
  if (byte === COMMA) {
    decoder.space();
  }
  return byte === closing;
}

// ---- Arrays ----------------------------------------------------------------

export const list: Kind = {
  read(decoder, type: ItemType) {
    const items: unknown[] = [];
    const item = type.item();
    let isOver = enter(decoder, type, LIST, LIST_END);
    while (!isOver) {
      try {
        if (items.length >= decoder.limits.items) {
          throw tooMany(decoder.at);
        }
        items.push(readValue(decoder, item));
      } catch (error) {
        throw inside(error, `[${items.length}]`);
      }
      isOver = passComma(decoder, LIST_END);
    }
    decoder.leave();
    return items;
  },
  take(taker, type: ItemType, value) {
    if (!Array.isArray(value) || value.length > taker.limits.items) {
      throw UNSURE;
    }
    const items = value as unknown[];
    const item = type.item();
    taker.enter();
    for (let i = 0; i < items.length; i++) {
      items[i] = item.kind.take(taker, item, items[i]);
    }
    taker.leave();
    return items;
  },
  plain(encoder, type: ItemType, value) {
    if (!Array.isArray(value)) {
      throw wrongType(type.name, value);
    }
    const given = value as unknown[];
    const item = type.item();
    let items = "toJSON" in given ? [...given] : given;
    checkCount(encoder, given.length);
    encoder.enter();
    for (let i = 0; i < given.length; i++) {
      try {
        const plain = item.kind.plain(encoder, item, given[i]);
        if (plain !== given[i]) {
          items = items === given ? [...given] : items;
          items[i] = plain;
        }
      } catch (error) {
        throw inside(error, `[${i}]`);
      }
    }
    encoder.leave();
    return items;
  },
};

// ---- Maps ------------------------------------------------------------------

export const map: Kind = {
  read(decoder, type: ItemType) {
    const entries = new Map<string, unknown>();
    const item = type.item();
    let count = 0;
    let isOver = enter(decoder, type, MAP, MAP_END);
    while (!isOver) {
      if (count++ >= decoder.limits.items) {
        throw tooMany(decoder.at);
      }
      if (decoder.byte !== QUOTE) {
        throw new Fault("a key is missing here", decoder.at);
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
  },
  take(taker, type: ItemType, value) {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw UNSURE;
    }
    const entries = new Map<string, unknown>();
    const item = type.item();
    let hasIndexes = false;
    taker.enter();
    for (const key in value) {
      taker.texts++;
      hasIndexes ||= isIndex(key);
      const each = (value as Record<string, unknown>)[key];
      entries.set(key, item.kind.take(taker, item, each));
    }
    taker.leave();
    // Their order is not that of the text.
    if (entries.size > taker.limits.items || (hasIndexes && entries.size > 1)) {
      throw UNSURE;
    }
    return entries;
  },
  plain(encoder, type: ItemType, value) {
    if (!(value instanceof Map)) {
      throw wrongType(type.name, value);
    }
    const entries = value as Map<unknown, unknown>;
    const item = type.item();
    checkCount(encoder, entries.size);
    encoder.enter();
    const members = new Members(haveIndexes([...entries.keys()]));
    let place = 0;
    for (const [key, each] of entries) {
      const name = checkKey(encoder, key, place++);
      try {
        members.add(name, item.kind.plain(encoder, item, each));
      } catch (error) {
        throw inside(error, `["${name}"]`);
      }
    }
    encoder.leave();
    return members.plain(encoder);
  },
};

// ---- Items -----------------------------------------------------------------

export const option: Kind = {
  read(decoder, type: ItemType) {
    if (decoder.is("null")) {
      decoder.at += 4;
      return null;
    }
    return readValue(decoder, type.item());
  },
  take(taker, type: ItemType, value) {
    const item = type.item();
    return value === null ? null : item.kind.take(taker, item, value);
  },
  plain(encoder, type: ItemType, value) {
    const item = type.item();
    return value === null ? null : item.kind.plain(encoder, item, value);
  },
};

/** The value first: what is none at all is told as such. */
export const ruled: Kind = {
  read(decoder, type: RuledType) {
    const at = decoder.at;
    const value = readValue(decoder, type.item());
    const { work } = decoder.limits;
    const wrong = decoder.rules ? wrongBy(type, value, work) : undefined;
    if (work.left < 0) {
      throw new Fault(TOO_MUCH_WORK, at, "", true);
    }
    if (wrong !== undefined) {
      throw new Fault(wrong, at);
    }
    return value;
  },
  take(taker, type: RuledType, value) {
    const item = type.item();
    const taken = item.kind.take(taker, item, value);
    if (taker.rules && wrongBy(type, taken, taker.limits.work) !== undefined) {
      throw UNSURE;
    }
    return taken;
  },
  plain(encoder, type: RuledType, value) {
    const item = type.item();
    const plain = item.kind.plain(encoder, item, value);
    // The program's own values.
    const wrong = wrongBy(type, value, { left: Infinity });
    if (wrong !== undefined) {
      throw refuse(wrong);
    }
    return plain;
  },
};
