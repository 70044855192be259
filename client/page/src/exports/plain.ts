/** What somebody wrote, without what nobody sees: in a document nothing turns other words around. */

import { legible } from "../ui/dom.ts";

/** Format characters but the two that join letters, halves of characters, private and empty ones. */
const UNSEEN = /(?![\u200c\u200d])\p{Cf}|\p{Cs}|\p{Co}|[\u115f\u1160\u3164\uffa0\ufffe\uffff]/gu;
/** The same, and controls, as they lie within the text of a JSON file. */
const HIDDEN = /(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}]/gu;

/** The same words. */
export function plain(text: string): string {
  return legible(text).replace(UNSEEN, "");
}

/** The same data with every text in it plain; files and streams are left alone. */
export function plainEverywhere<T>(value: T): T {
  return cleaned(value) as T;
}

function cleaned(value: unknown): unknown {
  if (typeof value === "string") return plain(value);
  if (Array.isArray(value)) return value.map(cleaned);
  if (value === null || typeof value !== "object") return value;
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([name, held]) => [name, cleaned(held)]));
}

/** JSON that says the same to programs, and whose reader sees every character of it. */
export function visibleJson(value: unknown): string {
  return JSON.stringify(value, null, 1).replace(HIDDEN, (sign) =>
    sign.split("").map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`).join(""),
  );
}
