/* plan.ts: a record's table made ready for reading: its keys as bytes and by
 * name. Made once, when a table is used first. */
import type { Field, RecordType, Type, UnionType, Variant } from "../tables.js";

export interface Plan {
  readonly name: string;
  readonly fields: readonly Field[];
  /** `"name":` as JSON. */
  readonly keys: readonly Uint8Array[];
  readonly places: ReadonlyMap<string, number>;
  readonly strict: boolean;
}

export interface UnionPlan {
  readonly variants: ReadonlyMap<string, Variant>;
  /** Of the fields that all variants share. */
  readonly shared: Plan | undefined;
}

const utf8 = new TextEncoder();
const records = new WeakMap<RecordType, Plan>();
const unions = new WeakMap<UnionType, UnionPlan>();

function make(name: string, fields: readonly Field[], strict: boolean): Plan {
  return {
    name,
    fields,
    keys: fields.map((field) => utf8.encode(`${JSON.stringify(field.name)}:`)),
    places: new Map(fields.map((field, place) => [field.name, place])),
    strict,
  };
}

export function planOf(type: RecordType): Plan {
  let plan = records.get(type);
  if (plan === undefined) {
    plan = make(type.name, type.fields(), type.strict ?? false);
    records.set(type, plan);
  }
  return plan;
}

export function unionPlanOf(type: UnionType): UnionPlan {
  let plan = unions.get(type);
  if (plan === undefined) {
    const variants = type.variants();
    plan = {
      variants: new Map(variants.map((variant) => [variant.name, variant])),
      shared: type.shared && make(type.name, type.shared(), false),
    };
    unions.set(type, plan);
  }
  return plan;
}

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

/** What a constraint stands on. */
export function plainType(type: Type): Exclude<Type, { kind: "ruled" }> {
  while (type.kind === "ruled") {
    type = type.item();
  }
  return type;
}
