/** The GP's identity, kept by this browser: a signing key whose private half nobody can read. */

import { Identity } from "../core/identity.ts";
import type { Database } from "./database.ts";

const NAME = "identity";

/** The identity of the last visit, or a new one; losing it costs a new spoken check, no more. */
export async function keptIdentity(database: Database): Promise<Identity> {
  const kept = await database.get(NAME);
  if (isKeyPair(kept)) return Identity.of(kept);
  const made = await Identity.made();
  await database.put(NAME, made);
  return Identity.of(made);
}

function isKeyPair(value: unknown): value is CryptoKeyPair {
  const isObject = typeof value === "object" && value !== null;
  return isObject && "privateKey" in value && "publicKey" in value;
}
