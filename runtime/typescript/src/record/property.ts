/* property.ts: properties of objects as data, whatever their names, and what
 * names do to their order. It knows no tables. */

/** A property as data, whatever its name: `__proto__` is a key like others. */
export function setProperty(
  object: Record<string, unknown>,
  name: string,
  value: unknown,
): void {
  if (name !== "__proto__") {
    object[name] = value;
    return;
  }
  Object.defineProperty(object, name, {
    value,
    configurable: true,
    enumerable: true,
    writable: true,
  });
}

/** A property that is the object's own. */
export function getProperty(object: object, name: string): unknown {
  return Object.hasOwn(object, name)
    ? (object as Record<string, unknown>)[name]
    : undefined;
}

/** Whether a name is one that objects put in an order of their own. */
export function isIndex(name: string): boolean {
  const unit = name.charCodeAt(0);
  return unit >= 0x30 && unit <= 0x39;
}

export function haveIndexes(names: readonly unknown[]): boolean {
  return names.some((name) => typeof name === "string" && isIndex(name));
}
