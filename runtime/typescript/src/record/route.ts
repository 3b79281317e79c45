/* route.ts: the params of a call of `rest` as target, headers and body of an
 * HTTP request, by the tables. It knows no url and no connection. */
import { Fault, inside } from "../json/fault.js";
import type { AnyMethod, RecordType, Route } from "../tables.js";
import { encodeText, reportFault } from "./encode.js";
import { Encoder, refuse, wrongType } from "./encoder.js";
import { type CodecOptions, limitsOf } from "./limits.js";
import { plainField } from "./member.js";
import { type Member, planOf } from "./plan.js";
import { getProperty } from "./property.js";

export type Header = readonly [name: string, value: string];

/** What the params say of a request. */
export interface Written {
  /** Behind the path of the client's url: "/agents/a%2Fb?limit=5". */
  readonly target: string;
  readonly headers: readonly Header[];
  readonly body: string | undefined;
}

/** What a part that is left out holds. */
const NOTHING = {};
const ROOT = "params";
const DOTS = /^\.{1,2}$/;
/** A reader would drop spaces around it. */
export const PRINTABLE = /^(?:[!-~](?:[ -~]*[!-~])?)?$/;

/** RFC 3986 2.3: all but letters, digits and - . _ ~ */
function escape(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** A value as in JSON, a text without its quotes. */
function spell(encoder: Encoder, plain: unknown): string {
  const json = encoder.spell(plain);
  return json.startsWith('"') ? (JSON.parse(json) as string) : json;
}

/** A record of the params, and what writes its values. */
class Part {
  readonly #encoder: Encoder;
  readonly #fields: readonly Member[];
  readonly #value: object;

  constructor(encoder: Encoder, type: RecordType, value: unknown) {
    if (typeof value !== "object" || value === null) {
      throw wrongType(type.name, value);
    }
    this.#encoder = encoder;
    this.#fields = planOf(type).fields;
    this.#value = value;
  }

  /** `write` is handed the texts of a value: a list has one for each item. */
  each(write: (name: string, texts: readonly string[]) => void): void {
    for (const field of this.#fields) {
      try {
        write(field.name, this.#texts(field));
      } catch (error) {
        throw inside(error, `.${field.name}`);
      }
    }
  }

  #texts(field: Member): readonly string[] {
    const value = getProperty(this.#value, field.name);
    const plain = plainField(this.#encoder, field, value);
    if (plain === undefined || plain === null) {
      return [];
    }
    return Array.isArray(plain)
      ? plain.map((item) => spell(this.#encoder, item))
      : [spell(this.#encoder, plain)];
  }
}

function writePath(route: Route, part: Part | undefined): string {
  const texts = new Map<string, string>();
  part?.each((name, [text = ""]) => {
    if (text === "") {
      throw refuse("an empty text cannot be part of a path");
    }
    if (DOTS.test(text)) {
      throw refuse(`${text} cannot be part of a path`);
    }
    texts.set(name, escape(text));
  });
  return route.parts
    .map(({ text, field }) => text + (texts.get(field ?? "") ?? ""))
    .join("");
}

function writeQuery(part: Part | undefined): string {
  const pairs: string[] = [];
  part?.each((name, texts) => {
    const key = escape(name);
    pairs.push(...texts.map((text) => `${key}=${escape(text)}`));
  });
  return pairs.length === 0 ? "" : `?${pairs.join("&")}`;
}

function writeHeaders(part: Part | undefined): Header[] {
  const headers: Header[] = [];
  part?.each((name, texts) => {
    const value = texts.join(", ");
    if (!PRINTABLE.test(value)) {
      throw refuse("not printable ASCII without spaces around it");
    }
    if (texts.length > 0) {
      headers.push([name, value]);
    }
  });
  return headers;
}

/** Throws a BellError with the path of what cannot be sent. */
export function writeRoute(
  method: AnyMethod,
  route: Route,
  params: unknown,
  options: CodecOptions,
): Written {
  const parts = method.params as RecordType | undefined;
  const given = params === undefined ? NOTHING : params;
  const encoder = new Encoder(limitsOf(options), true);

  function open<T>(
    name: string,
    make: (member: Member | undefined, value: unknown) => T,
  ): T {
    const plan = parts && planOf(parts);
    const member = plan?.fields[plan.places.get(name) ?? -1];
    try {
      return make(member, getProperty(given as object, name));
    } catch (error) {
      throw inside(error, `.${name}`);
    }
  }
  function partOf(member: Member | undefined, value: unknown) {
    return (
      member && new Part(encoder, member.type as RecordType, value ?? NOTHING)
    );
  }

  try {
    if (typeof given !== "object" || given === null) {
      throw wrongType(parts?.name ?? ROOT, given);
    }
    const path = open("path", (member, value) =>
      writePath(route, partOf(member, value)),
    );
    const query = open("query", (member, value) =>
      writeQuery(partOf(member, value)),
    );
    const headers = open("headers", (member, value) =>
      writeHeaders(partOf(member, value)),
    );
    const body = open("body", (member, value) => {
      const given = member?.kind.fields === true ? (value ?? NOTHING) : value;
      return member === undefined
        ? undefined
        : encodeText(member.type, given, { ...options, root: `${ROOT}.body` });
    });
    return { target: path + query, headers, body };
  } catch (error) {
    throw error instanceof Fault ? reportFault(error, ROOT) : error;
  }
}
