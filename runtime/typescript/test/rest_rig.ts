/* rest_rig.ts: what tests of `rest` have in common: methods written by hand,
 * and a server that answers each call as it is told. */
import assert from "node:assert/strict";

import {
  BellError,
  type ErrorDetails,
  type HttpError,
  RESTClient,
  type RESTOptions,
  RPCError,
} from "../src/index.js";
import type { AnyMethod, Field, Route, Type } from "../src/schema.js";
import { type Heard, type Lie, Liar, say } from "./liar.js";
import { record, scalars } from "./tables.js";

const { string } = scalars;

export function part(name: string, ...fields: Field[]): Field {
  return { name, type: record(name, () => fields) };
}

export function optional(name: string, type: Type): Field {
  return { name, type, state: "optional" };
}

export const thing = record("Thing", () => [{ name: "id", type: string }]);

/** A method with these parts of params. */
export function method(
  verb: string,
  parts: readonly Field[],
  more: Partial<AnyMethod> = {},
  route: Partial<Route> = {},
): AnyMethod {
  const path: Route["parts"] = parts.some(({ name }) => name === "path")
    ? [{ text: "/things/", field: "id" }]
    : [{ text: "/things" }];
  return {
    name: `things.${verb.toLowerCase()}`,
    ...(parts.length === 0 ? {} : { params: record("Params", () => parts) }),
    result: thing,
    idempotent: verb !== "POST" && verb !== "PATCH",
    route: { verb, path: "/things/{id}", parts: path, ...route },
    ...more,
  };
}

export const byId = part("path", { name: "id", type: string });
export const get = method("GET", [byId]);

export interface Caught extends Error, ErrorDetails {
  readonly http?: HttpError;
  readonly data?: unknown;
}

export async function caught(call: Promise<unknown>): Promise<Caught> {
  try {
    await call;
  } catch (error) {
    assert.ok(error instanceof BellError || error instanceof RPCError);
    return error;
  }
  return assert.fail("it did not fail");
}

export function spell({ status, code, sent, message }: Caught): string {
  return `${status} ${code} ${sent}: ${message}`;
}

export const quick = { retryMinMs: 1, retryMaxMs: 2 };

/** An answer that is no success. */
export function refusal(status: number, head: string, body: string): string {
  const size = `Content-Length: ${body.length}\r\n`;
  return `HTTP/1.1 ${status} No\r\n${size}${head}\r\n${body}`;
}

export class RestRig {
  readonly liar = new Liar();
  readonly #opened: RESTClient[] = [];
  #names = 0;

  close(): void {
    for (const client of this.#opened) {
      client.close();
    }
    this.liar.close();
  }

  open(token = "", options: RESTOptions = {}, url = this.liar.url): RESTClient {
    const client = new RESTClient(url, token, { ...quick, ...options });
    this.#opened.push(client);
    return client;
  }

  /** What the path of the next answer ends with. */
  get next(): string {
    return `t${this.#names + 1}`;
  }

  /** A path of its own and its answers, in turn; the last one stays. */
  answer(...lies: (Lie | string)[]): { id: string; path: string } {
    const id = `t${++this.#names}`;
    const path = `/things/${id}`;
    let turn = 0;
    const next = () => {
      const lie = lies[Math.min(turn, lies.length - 1)] ?? "";
      return typeof lie === "string" ? say(lie) : lie;
    };
    this.liar.lies.set(path, {
      atHead: (socket) => next().atHead?.(socket),
      answer: (socket, heard) => {
        next().answer?.(socket, heard);
        turn++;
      },
    });
    return { id, path };
  }

  get last(): Heard {
    const heard = this.liar.heard.at(-1);
    assert.ok(heard !== undefined);
    return heard;
  }
}
