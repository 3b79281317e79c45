/* rule.ts: the constraints of a schema: does a value keep them? It knows no
 * JSON but the spelling of its numbers. */
import { spellDouble } from "../json/number.js";
import type { Kind, Rule, RuledType, Type } from "../tables.js";
import { fromUtf8, utf8Of } from "../utf8.js";
import type { Work } from "./limits.js";
import { isFound } from "./pattern.js";

/** Of the words about a pattern, so much is the pattern. */
const PATTERN_BYTES = 93;

type Amount = number | bigint;

/** What is wrong, or undefined. */
function wrongAmount(
  kind: Kind,
  rule: Rule,
  amount: Amount,
): string | undefined {
  // 0.1 as a float is above 0.1 as a double.
  const bound = (each: Amount): Amount => kind.bound?.(each) ?? each;
  const spell = (each: Amount): string =>
    typeof each === "bigint" ? String(each) : (kind.spell ?? spellDouble)(each);
  if (rule.min !== undefined && amount < bound(rule.min)) {
    return `${spell(amount)} is less than its min ${spell(rule.min)}`;
  }
  if (rule.max !== undefined && amount > bound(rule.max)) {
    return `${spell(amount)} is more than its max ${spell(rule.max)}`;
  }
  return undefined;
}

function wrongCount(
  rule: Rule,
  count: number,
  unit: string,
  bounds: "length" | "items",
): string | undefined {
  const said = `${count} ${unit}${count === 1 ? "" : "s"}`;
  if (rule.minCount !== undefined && count < rule.minCount) {
    return `${said}, min_${bounds} is ${rule.minCount}`;
  }
  if (rule.maxCount !== undefined && count > rule.maxCount) {
    return `${said}, max_${bounds} is ${rule.maxCount}`;
  }
  return undefined;
}

function countPoints(text: string): number {
  let count = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    count += unit >= 0xdc00 && unit <= 0xdfff ? 0 : 1;
  }
  return count;
}

function cutPattern(text: string): string {
  const bytes = utf8Of(text);
  if (bytes.length <= PATTERN_BYTES) {
    return text;
  }
  let size = PATTERN_BYTES;
  while (size > 0 && ((bytes[size] ?? 0) & 0xc0) === 0x80) {
    size--;
  }
  return `${fromUtf8(bytes.subarray(0, size))}...`;
}

function wrongText(rule: Rule, text: string, work: Work): string | undefined {
  const counted = rule.minCount !== undefined || rule.maxCount !== undefined;
  const wrong = counted
    ? wrongCount(rule, countPoints(text), "code point", "length")
    : undefined;
  if (
    wrong === undefined &&
    rule.pattern &&
    !isFound(rule.pattern, text, work)
  ) {
    return `does not match ${cutPattern(rule.pattern.text)}`;
  }
  return wrong;
}

/** What is wrong with a value that has the right type; undefined where it
 * keeps the rule. */
export function wrongBy(
  { rule, item }: RuledType,
  value: unknown,
  work: Work,
): string | undefined {
  if (typeof value === "string") {
    return wrongText(rule, value, work);
  }
  if (value instanceof Uint8Array) {
    return wrongCount(rule, value.length, "byte", "length");
  }
  if (Array.isArray(value)) {
    return wrongCount(rule, value.length, "item", "items");
  }
  if (value instanceof Map) {
    return wrongCount(rule, value.size, "item", "items");
  }
  if (typeof value !== "number" && typeof value !== "bigint") {
    return undefined; // no rule can be said of it
  }
  let type: Type = item();
  while ("rule" in type) {
    type = type.item();
  }
  const amount = type.kind.amount?.(value) ?? value;
  return wrongAmount(type.kind, rule, amount);
}
