/* correlation.ts: the ids by which channel mode finds a reply's call: 128
 * random bits a client, and the call's number. */

export class Correlation {
  readonly #prefix: string;

  constructor() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    const digits = [...bytes].map((byte) => byte.toString(16).padStart(2, "0"));
    this.#prefix = `${digits.join("")}-`;
  }

  of(call: number): string {
    return `${this.#prefix}${call}`;
  }

  /** The call's number; 0 where the id is not one of ours: another client of
   * the same user has its own prefix. */
  numberIn(id: string): number {
    const count = id.startsWith(this.#prefix)
      ? id.slice(this.#prefix.length)
      : "";
    return /^\d{1,16}$/.test(count) ? Number(count) : 0;
  }
}
