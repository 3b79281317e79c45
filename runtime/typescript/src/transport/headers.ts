/* headers.ts: a program's own headers of a request. It knows no connection. */

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** A reader would drop spaces around it. */
const PRINTABLE = /^(?:[!-~](?:[ -~]*[!-~])?)?$/;

/** Why they cannot be sent, and no value: that may be a secret. undefined: they
 * can. `taken` are the owner's own. */
export function wrongHeaders(
  headers: Readonly<Record<string, string>> | undefined,
  origin: string | undefined,
  taken: RegExp,
  owner: string,
): string | undefined {
  if (origin !== undefined && !PRINTABLE.test(origin)) {
    return "origin is not printable ASCII without spaces around it";
  }
  if (headers === undefined) {
    return undefined;
  }
  const given: unknown = headers;
  if (
    typeof given !== "object" ||
    given === null ||
    Symbol.iterator in given // a Map, or the fetch API's Headers
  ) {
    return "headers is not an object of names and values";
  }
  const names = new Set<string>();
  for (const [name, value] of Object.entries(headers)) {
    if (!TOKEN.test(name)) {
      return "the name of a header is not a token (RFC 9110 5.6.2)";
    }
    if (taken.test(name)) {
      return `header ${name}: it belongs to ${owner}`;
    }
    if (typeof value !== "string" || !PRINTABLE.test(value)) {
      return (
        `header ${name}: its value is not printable ASCII without spaces ` +
        "around it"
      );
    }
    if (names.size === names.add(name.toLowerCase()).size) {
      return `header ${name}: it is there twice`;
    }
    if (origin !== undefined && name.toLowerCase() === "origin") {
      return "origin and the header Origin: give one of them";
    }
  }
  return undefined;
}
