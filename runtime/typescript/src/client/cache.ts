/* cache.ts: answers to GETs that are kept for a while, within a bound of bytes.
 * It knows no connections. */
import { cacheMsOf } from "../protocol/cache_control.js";
import type { Header, Reply } from "../seam/exchange.js";
import { clock } from "./line.js";

const SAFE = ["HEAD", "OPTIONS"];
/** What one has beside its bytes, about. */
const ENTRY_BYTES = 128;
/** Of all, one may have this part. */
const PART = 4;
const OK = 200;
const UNAUTHORIZED = 401;

/** A request that is under way. */
export interface Asked {
  readonly key: string;
  readonly target: string;
  readonly changes: boolean;
  /** Its answer may be kept. */
  keeps: boolean;
}

interface Kept {
  readonly target: string;
  readonly reply: Reply;
  readonly size: number;
  readonly until: number;
}

export class Cache {
  readonly #ms: number;
  readonly #bytesMax: number;
  /** The oldest first. */
  readonly #kept = new Map<string, Kept>();
  readonly #asking = new Set<Asked>();
  #size = 0;

  constructor(ms: number, bytesMax: number) {
    this.#ms = ms;
    this.#bytesMax = bytesMax;
  }

  /** A request begins; undefined: it is of no matter here. `headers` are all
   * that the server is shown, the token too. */
  ask(
    verb: string,
    target: string,
    headers: readonly Header[],
  ): Asked | undefined {
    if (SAFE.includes(verb)) {
      return undefined;
    }
    const isGet = verb === "GET";
    const lines = headers.map(([name, value]) => `${name}: ${value}\n`);
    const key = isGet ? `${target}\n${lines.join("")}` : "";
    const asked = { key, target, changes: !isGet, keeps: isGet };
    if (isGet) {
      this.#asking.add(asked);
    }
    return asked;
  }

  /** The answer that is kept for it. */
  find({ key, changes }: Asked): Reply | undefined {
    const found = changes ? undefined : this.#kept.get(key);
    if (found === undefined || clock() < found.until) {
      return found?.reply;
    }
    this.#remove(key, found);
    return undefined;
  }

  /** It is over, with or without an answer. */
  end(asked: Asked | undefined): void {
    if (asked !== undefined) {
      this.#asking.delete(asked);
    }
  }

  /** What an answer means for what is kept. */
  learn(asked: Asked | undefined, reply: Reply): void {
    const { status } = reply;
    if (status === UNAUTHORIZED) {
      this.forget();
    } else if (asked?.changes === true && status >= OK && status < 300) {
      this.#change(asked.target);
    } else if (asked?.keeps === true && status === OK) {
      this.#keep(asked, reply);
    }
  }

  /** Everything; what is under way is of before. */
  forget(): void {
    this.#kept.clear();
    this.#size = 0;
    for (const asked of this.#asking) {
      asked.keeps = false;
    }
  }

  #change(target: string): void {
    for (const [key, kept] of this.#kept) {
      if (kept.target === target) {
        this.#remove(key, kept);
      }
    }
    for (const asked of this.#asking) {
      asked.keeps &&= asked.target !== target;
    }
  }

  #keep({ key, target }: Asked, reply: Reply): void {
    const old = this.#kept.get(key);
    if (old !== undefined) {
      this.#remove(key, old);
    }
    const ms = Math.min(this.#ms, cacheMsOf(reply.headers));
    const size = ENTRY_BYTES + key.length + sizeOf(reply);
    if (ms <= 0 || size > this.#bytesMax / PART) {
      return;
    }
    for (const [oldest, kept] of this.#kept) {
      if (this.#size + size <= this.#bytesMax) {
        break;
      }
      this.#remove(oldest, kept);
    }
    // A body may be a part of what was read at once.
    const body = Uint8Array.from(reply.body);
    const until = clock() + ms;
    this.#kept.set(key, { target, reply: { ...reply, body }, size, until });
    this.#size += size;
  }

  #remove(key: string, kept: Kept): void {
    this.#kept.delete(key);
    this.#size -= kept.size;
  }
}

function sizeOf({ headers, body }: Reply): number {
  return headers.reduce(
    (size, [name, value]) => size + name.length + value.length,
    body.length,
  );
}
