/** Who the GP is, typed once; their own name, number and practice, nothing of a patient. */

import type { Self } from "../session/ports.ts";

const KEY = "chevet.self";
const NOBODY: Self = { name: "", place: "", rpps: "" };

/** A getter, since the very mention of a storage that is closed to us throws. */
type AskStorage = () => Pick<Storage, "getItem" | "setItem">;

export function recallSelf(storage: AskStorage): Self {
  try {
    const found: unknown = JSON.parse(storage().getItem(KEY) ?? "{}");
    const { name, place, rpps } = found as Partial<Record<keyof Self, unknown>>;
    return { name: String(name ?? ""), place: String(place ?? ""), rpps: String(rpps ?? "") };
  } catch {
    return NOBODY; // written by something else, or storage is closed to us
  }
}

export function rememberSelf(storage: AskStorage, self: Self): void {
  try {
    storage().setItem(KEY, JSON.stringify(self));
  } catch {
    // a private window keeps nothing: the GP types it again
  }
}
