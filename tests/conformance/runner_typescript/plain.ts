/* plain.ts: tables without defaults: what a program makes has none but those
 * that it sets. */
import type { Field, ItemType, Type } from "bellpull/schema";

const known = new Map<Type, Type>();

function plainFields(fields: () => readonly Field[]): () => readonly Field[] {
  const all = (): readonly Field[] =>
    fields().map(({ name, type, state }) => ({
      name,
      type: plain(type),
      state: state ?? "required",
    }));
  let made: readonly Field[] | undefined;
  return () => (made ??= all());
}

function make(type: Type): Type {
  if ("fields" in type) {
    const { others } = type;
    return {
      ...type,
      fields: plainFields(type.fields),
      ...(others && { others: () => plain(others()) as ItemType }),
    };
  }
  if ("variants" in type) {
    return {
      ...type,
      variants: () =>
        type.variants().map((each) => ({ ...each, type: plain(each.type) })),
      ...("shared" in type && { shared: plainFields(type.shared) }),
    } as Type;
  }
  return "item" in type ? { ...type, item: () => plain(type.item()) } : type;
}

/** The same type; reading by it fills nothing in. */
export function plain(type: Type): Type {
  const made = known.get(type) ?? make(type);
  known.set(type, made);
  return made;
}
