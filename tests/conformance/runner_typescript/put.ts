/* put.ts: puts into a value what JSON cannot say. It knows no table: a path is
 * the way through the value itself. */

/** A place in an object, a list or a map. */
interface Place {
  get(): unknown;
  set(value: unknown): void;
  clear(): void;
}

function member(object: object, name: string): Place {
  const define = (value: unknown): void => {
    Object.defineProperty(object, name, {
      value,
      configurable: true,
      enumerable: true,
      writable: true,
    });
  };
  return {
    get: () => Object.getOwnPropertyDescriptor(object, name)?.value,
    set: define,
    clear: () => {
      Reflect.deleteProperty(object, name);
    },
  };
}

function entry(map: Map<string, unknown>, key: string): Place {
  return {
    get: () => map.get(key),
    set: (value) => {
      map.set(key, value);
    },
    clear: () => {
      map.delete(key);
    },
  };
}

/** A path as errors spell it, cut into its steps. */
const STEP = /\["(.*?)"\]|\[(\d+)\]|\.?([^.[]+)/gy;

function step(value: unknown, match: RegExpExecArray): Place {
  const [, key, index, name] = match;
  if (key !== undefined && value instanceof Map) {
    return entry(value, key);
  }
  const part = index ?? name;
  if (part === undefined || typeof value !== "object" || value === null) {
    throw new Error(`the path leads nowhere: ${match[0]}`);
  }
  return member(value, part);
}

/** The same map, its first key replaced, as a Map keeps its order. */
function renameFirst(map: unknown, name: string): Map<string, unknown> {
  if (!(map instanceof Map) || map.size === 0) {
    throw new Error("a map with an entry is wanted");
  }
  const entries = [...(map as Map<string, unknown>)];
  return new Map(
    entries.map(([key, value], index) => [index === 0 ? name : key, value]),
  );
}

function meaning(what: string, old: unknown): unknown {
  if (what.startsWith("text:")) {
    return what.slice("text:".length);
  }
  if (what.startsWith("key:")) {
    return renameFirst(old, what.slice("key:".length));
  }
  switch (what) {
    case "bad-text":
      return "\ud800";
    case "bad-key":
      return renameFirst(old, "\ud800");
    case "nan":
      return NaN;
    case "infinity":
      return Infinity;
    case "-infinity":
      return -Infinity;
    case "-0":
      return -0;
    default:
      throw new Error(`${what} cannot be put there`);
  }
}

export function put(value: unknown, path: string, what: string): void {
  let place: Place | undefined;
  for (const match of path.matchAll(STEP)) {
    place = step(place === undefined ? value : place.get(), match);
  }
  if (place === undefined) {
    throw new Error("the path is empty");
  }
  if (what === "unset") {
    place.clear();
  } else {
    place.set(meaning(what, place.get()));
  }
}
