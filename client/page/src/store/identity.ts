/** The GP's identity, kept by this browser: a signing key whose private half nobody can read. */

import { Identity } from "../core/identity.ts";
import type { Database } from "./database.ts";

const NAME = "identity";

/** Remembered beside the database, so that an emptied one is noticed. */
const MARK = "chevet.identity";

/** A getter, since the very mention of a storage that is closed to us throws. */
type AskStorage = () => Pick<Storage, "getItem" | "setItem" | "removeItem">;

/** The identity of the last visit, or a new one; losing it costs a new spoken check, no more. */
export async function keptIdentity(database: Database, storage: AskStorage): Promise<Identity> {
  const kept = await database.get(NAME);
  if (isKeyPair(kept)) return Identity.of(kept);
  const made = await Identity.made();
  await database.put(NAME, made);
  attempt(() => storage().setItem(MARK, "made"));
  return Identity.of(made);
}

/** Whether this browser had keys and has lost them: sites that know us must meet us again. */
export async function hasLostIdentity(database: Database, storage: AskStorage): Promise<boolean> {
  if (isKeyPair(await database.get(NAME))) return false;
  return attempt(() => storage().getItem(MARK)) === "made";
}

/** The GP has read of the loss: the next visit makes new keys. */
export function acceptLoss(storage: AskStorage): void {
  attempt(() => storage().removeItem(MARK));
}

function attempt<T>(act: () => T): T | null {
  try {
    return act();
  } catch {
    return null; // a private window keeps nothing, and notices nothing
  }
}

function isKeyPair(value: unknown): value is CryptoKeyPair {
  const isObject = typeof value === "object" && value !== null;
  return isObject && "privateKey" in value && "publicKey" in value;
}
