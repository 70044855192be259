import { describe, expect, test } from "vitest";
import { hex } from "@page/bytes.ts";
import { GpHandshake, TrustError } from "@page/core/handshake.ts";
import { Identity } from "@page/core/identity.ts";
import { Invitation } from "@page/core/invitation.ts";
import { KeyPair } from "@page/core/kem.ts";
import { itemsOf, openRefusal, REASONS, signedBundle } from "@page/core/knock.ts";
import { Letter } from "@page/core/letters.ts";
import { pack } from "@page/core/plain_cbor.ts";
import { joined } from "@page/core/primitives.ts";
import { Agreement, commitmentTo, firstHash, openM1, secondHash } from "@page/core/transcript.ts";
import vectors from "../../vectors/handshake.json";
import { FakeSite } from "./fake_site.ts";
import { scripted, unhex } from "./vectors.ts";

const EARLY_MS = 0;

async function partiesOf(known: (typeof vectors.cases)[number]) {
  const bundle = unhex(known.bundle);
  const prekey = await KeyPair.fromSeed(unhex(known.prekey_seed));
  const m1 = await openM1(unhex(known.m1), bundle, prekey);
  const gpPublic = itemsOf(bundle)[0];
  if (!(gpPublic instanceof Uint8Array)) throw new Error("no key in the bundle");
  const site = await Identity.fromSeed(unhex(known.site_seed), m1.sitePublic);
  const gp = await Identity.fromSeed(unhex(known.gp_seed), gpPublic);
  const invitation = new Invitation(site.address, unhex(known.secret), known.expires_s, null);
  return { bundle, prekey, m1, site, gp, invitation };
}

describe.each(vectors.cases)("a handshake sealed by $sealed_by", (known) => {
  test("the knock is that of the vectors", async () => {
    const { bundle, prekey, gp, invitation } = await partiesOf(known);
    expect(await signedBundle(gp, prekey.public, known.expires_s)).toEqual(bundle);
    const draws = scripted(unhex(known.prekey_seed), unhex(known.knock_nonce));
    const [post] = await (await GpHandshake.create(gp, invitation, draws)).start(EARLY_MS);
    if (post?.kind !== "post") throw new Error("no knock");
    expect(hex(post.letter.body)).toBe(known.knock);
  });

  test("M1 opens", async () => {
    const { bundle, m1, site } = await partiesOf(known);
    const ephemeral = await KeyPair.fromSeed(unhex(known.ephemeral_seed));
    expect(m1).toEqual({
      sitePublic: site.public,
      ephemeral: ephemeral.public,
      seed: unhex(known.site_share),
      commitment: unhex(known.commitment),
      time_s: known.time_s,
      signature: unhex(known.m1_signature),
    });
    expect(hex(await firstHash(bundle, unhex(known.m1)))).toBe(known.h1);
    const commitment = await commitmentTo(m1.sitePublic, unhex(known.site_nonce));
    expect(hex(commitment)).toBe(known.commitment);
  });

  test("M2 opens and its signature is ours", async () => {
    const { m1, gp } = await partiesOf(known);
    const h1 = unhex(known.h1);
    const ephemeral = await KeyPair.fromSeed(unhex(known.ephemeral_seed));
    const [share, nonce] = [unhex(known.gp_share), unhex(known.gp_nonce)];
    const signature = await gp.sign("m2", joined(h1, m1.sitePublic, pack(share, nonce)));
    expect(hex(signature)).toBe(known.m2_signature);
    const info = joined(new TextEncoder().encode("chevet/1 m2"), h1);
    const opened = await ephemeral.open(unhex(known.m2), info);
    expect(hex(opened)).toBe(hex(pack(share, nonce, signature)));
    expect(hex(await secondHash(h1, unhex(known.m2)))).toBe(known.h2);
  });

  test("keys, M3 and words are those of the vectors", async () => {
    const [share, gpShare] = [unhex(known.site_share), unhex(known.gp_share)];
    const agreement = await Agreement.reached(share, gpShare, unhex(known.secret), unhex(known.h2));
    const { siteKey, gpKey, siteIv, gpIv, tag } = agreement.keys;
    expect({
      site_key: hex(siteKey),
      gp_key: hex(gpKey),
      site_iv: hex(siteIv),
      gp_iv: hex(gpIv),
      tag: hex(tag),
    }).toEqual(known.keys);
    expect(hex(await agreement.sealNonce(unhex(known.site_nonce)))).toBe(known.m3);
    expect(hex(await agreement.openNonce(unhex(known.m3)))).toBe(known.site_nonce);
    const words = await agreement.words(unhex(known.site_nonce), unhex(known.gp_nonce));
    expect(words).toEqual(known.words);
  });

  test.each(REASONS)("the refusal is read: %s", async (reason) => {
    const { gp, invitation } = await partiesOf(known);
    const body = unhex(known.refusals[reason]);
    expect(await openRefusal(invitation, body)).toBe(reason);
    const handshake = await GpHandshake.create(gp, invitation);
    const refused = handshake.receive(new Letter("refusal", body), EARLY_MS);
    await expect(refused).rejects.toEqual(new TrustError(reason));
  });

  test("a whole end takes the recorded M1 and agrees", async () => {
    const { gp, site, invitation } = await partiesOf(known);
    const draws = scripted(
      unhex(known.prekey_seed),
      unhex(known.knock_nonce),
      unhex(known.gp_share),
      unhex(known.gp_nonce),
    );
    const handshake = await GpHandshake.create(gp, invitation, draws);
    const recorded = new Letter("m1", unhex(known.m1));
    const [post] = await handshake.receive(recorded, EARLY_MS);
    expect(post).toMatchObject({ kind: "post", to: site.address });
  });
});

test("what the fake site seals, the page opens", async () => {
  const [known] = vectors.cases;
  if (known === undefined) throw new Error("no vectors");
  const { bundle, prekey, site, invitation } = await partiesOf(known);
  const fake = new FakeSite(site, invitation, {
    ephemeralSeed: unhex(known.ephemeral_seed),
    share: unhex(known.site_share),
    nonce: unhex(known.site_nonce),
    time_s: known.time_s,
  });
  const letter = await fake.answer(new Letter("knock", unhex(known.knock)));
  const m1 = await openM1(letter.body, bundle, prekey);
  expect(hex(m1.signature)).toBe(known.m1_signature);
});
