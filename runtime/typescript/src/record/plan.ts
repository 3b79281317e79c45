/* plan.ts: a record's table made ready: its keys as bytes and by name. Made
 * once, when a table is used first. */
import type { Field, ItemType, Kind, RecordType } from "../tables.js";
import type { Type, UnionType, Variant } from "../tables.js";
import { utf8Of } from "../utf8.js";
import { haveIndexes } from "./property.js";

/** A field, everything about it said. */
export interface Member {
  readonly name: string;
  readonly type: Type;
  readonly kind: Kind;
  /** May be left out. */
  readonly optional: boolean;
  /** null says that it is not there. */
  readonly nullable: boolean;
  readonly fallback: string | undefined;
  /** What the fallback reads as, where that is a value that cannot change. */
  known: unknown;
}

export interface Plan {
  readonly name: string;
  readonly fields: readonly Member[];
  /** `"name":` as JSON. */
  readonly keys: readonly Uint8Array[];
  readonly places: ReadonlyMap<string, number>;
  readonly strict: boolean;
  /** The map that keeps members beside the fields. */
  readonly others: ItemType | undefined;
  /** Objects do not keep the order of its names. */
  readonly hasIndexes: boolean;
}

export interface UnionPlan {
  readonly variants: ReadonlyMap<string, Variant>;
  /** Of the fields that all variants share. */
  readonly shared: Plan | undefined;
}

const records = new WeakMap<RecordType, Plan>();
const unions = new WeakMap<UnionType, UnionPlan>();

function memberOf({ name, type, state, fallback }: Field): Member {
  return {
    name,
    type,
    kind: type.kind,
    optional: state === "optional" || state === "either",
    nullable: state === "nullable" || state === "either",
    fallback,
    known: undefined,
  };
}

function make(
  name: string,
  fields: readonly Field[],
  strict: boolean,
  others?: ItemType,
): Plan {
  return {
    name,
    fields: fields.map(memberOf),
    keys: fields.map((field) => utf8Of(`${JSON.stringify(field.name)}:`)),
    places: new Map(fields.map((field, place) => [field.name, place])),
    strict,
    others,
    hasIndexes: haveIndexes(fields.map((field) => field.name)),
  };
}

export function planOf(type: RecordType): Plan {
  let plan = records.get(type);
  if (plan === undefined) {
    plan = make(
      type.name,
      type.fields(),
      type.strict ?? false,
      type.others?.(),
    );
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
