/** The site of the bond's vectors, which has called: its keys, and its part of the agreement. */

import { Bond } from "@page/core/bond.ts";
import { Identity } from "@page/core/identity.ts";
import { KeyPair } from "@page/core/kem.ts";
import { itemsOf } from "@page/core/knock.ts";
import type { Letter } from "@page/core/letters.ts";
import { Prekey } from "@page/core/prekeys.ts";
import { joined, purpose } from "@page/core/primitives.ts";
import { Agreement, firstHash, secondHash } from "@page/core/transcript.ts";
import vectors from "../../vectors/bond.json";
import { unhex } from "./vectors.ts";

export const known = vectors.case;

export async function parties() {
  const site = await Identity.fromSeed(unhex(known.site_seed), unhex(known.site_public));
  const gp = await Identity.fromSeed(unhex(known.gp_seed), unhex(known.gp_public));
  const bond = new Bond(site.address, gp.address, unhex(known.secret));
  const prekey = new Prekey({
    seed: unhex(known.prekey_seed),
    made_s: known.epoch,
    expires_s: known.expires_s,
    epoch: known.epoch,
    bundle: unhex(known.bundle),
  });
  return { site, gp, bond, prekey };
}

/** The site's part after M2, by the recorded secrets of its M1. */
export async function agreedBySite(m2: Letter) {
  const ephemeral = await KeyPair.fromSeed(unhex(known.ephemeral_seed));
  const h1 = await firstHash(unhex(known.bundle), unhex(known.m1));
  const items = itemsOf(await ephemeral.open(m2.body, joined(purpose("m2"), h1)));
  const [share, nonce] = [items[0], items[1]];
  if (!(share instanceof Uint8Array && nonce instanceof Uint8Array)) throw new Error("no M2");
  const h2 = await secondHash(h1, m2.body);
  const siteShare = unhex(known.site_share_seed);
  return Agreement.reached(siteShare, joined(share), unhex(known.secret), h2);
}
