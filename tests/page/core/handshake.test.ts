import { expect, test } from "vitest";
import { hex } from "@page/bytes.ts";
import { sessionCiphers } from "@page/core/envelope.ts";
import { type GpEvent, GpHandshake, HandshakeError, TrustError } from "@page/core/handshake.ts";
import { Identity } from "@page/core/identity.ts";
import { Invitation } from "@page/core/invitation.ts";
import { REASONS } from "@page/core/knock.ts";
import { LETTER_KINDS, Letter } from "@page/core/letters.ts";
import vectors from "../../vectors/handshake.json";
import { FakeSite } from "./fake_site.ts";
import { flipped, unhex } from "./vectors.ts";

const EXPIRY_S = 1_800_000_000;
const NOW_MS = EXPIRY_S * 1000 - 1;
const DRAWS = {
  ephemeralSeed: new Uint8Array(32).fill(1),
  share: new Uint8Array(32).fill(2),
  nonce: new Uint8Array(32).fill(3),
  time_s: 7,
};

async function met() {
  const siteIdentity = await Identity.of(await Identity.made());
  const gpIdentity = await Identity.of(await Identity.made());
  const secret = new Uint8Array(16).fill(9);
  const invitation = new Invitation(siteIdentity.address, secret, EXPIRY_S, null);
  const site = new FakeSite(siteIdentity, invitation, DRAWS);
  const gp = await GpHandshake.create(gpIdentity, invitation);
  return { site, gp, invitation, siteIdentity, gpIdentity };
}

function letterIn(events: readonly GpEvent[]): Letter {
  const [event] = events;
  if (event?.kind !== "post") throw new Error("no letter to post");
  return event.letter;
}

test("both ends agree on keys, words and each other", async () => {
  const { site, gp, siteIdentity } = await met();
  const m1 = await site.answer(letterIn(await gp.start(NOW_MS)));
  const { agreement, gpNonce } = await site.agree(letterIn(await gp.receive(m1, NOW_MS)));
  const m3 = new Letter("m3", await agreement.sealNonce(DRAWS.nonce));
  const [agreed, ...more] = await gp.receive(m3, NOW_MS);
  if (agreed?.kind !== "keys_agreed") throw new Error("no keys");
  expect(more).toEqual([]);
  expect(agreed.keys).toEqual(agreement.keys);
  expect(agreed.words).toEqual(await agreement.words(DRAWS.nonce, gpNonce));
  expect(agreed.words.length).toBe(4);
  expect(agreed.peerPublic).toEqual(siteIdentity.public);
  const { sealer } = sessionCiphers(agreed.keys, "gp");
  const { opener } = sessionCiphers(agreement.keys, "site");
  expect(hex(await opener.open(await sealer.seal(unhex("0102"))))).toBe("0102");
  expect(gp.rejected).toBe(0);
});

test("every letter goes to the site's mailbox with its token", async () => {
  const { gp, invitation } = await met();
  const [post] = await gp.start(NOW_MS);
  const token = await invitation.siteToken();
  expect(post).toMatchObject({ kind: "post", to: invitation.siteAddress, token });
});

test("letters that come again are answered again, and agree once", async () => {
  const { site, gp } = await met();
  const knock = letterIn(await gp.start(NOW_MS));
  expect(letterIn(await gp.start(NOW_MS))).toEqual(knock);
  const m1 = await site.answer(knock);
  const [first, second] = await Promise.all([gp.receive(m1, NOW_MS), gp.receive(m1, NOW_MS)]);
  expect(second).toEqual(first);
  const { agreement } = await site.agree(letterIn(first));
  const m3 = new Letter("m3", await agreement.sealNonce(DRAWS.nonce));
  const agreed = await Promise.all([gp.receive(m3, NOW_MS), gp.receive(m3, NOW_MS)]);
  expect(agreed.map((events) => events.length)).toEqual([1, 0]);
  expect(gp.rejected).toBe(0);
});

test("a nonce chosen after the fact is found out", async () => {
  const { site, gp } = await met();
  const m1 = await site.answer(letterIn(await gp.start(NOW_MS)));
  const { agreement } = await site.agree(letterIn(await gp.receive(m1, NOW_MS)));
  const another = new Letter("m3", await agreement.sealNonce(new Uint8Array(32)));
  await expect(gp.receive(another, NOW_MS)).rejects.toThrow(HandshakeError);
});

test("an M1 of another site is not answered, and does no harm", async () => {
  const { site, gp, invitation, gpIdentity } = await met();
  const knock = letterIn(await gp.start(NOW_MS));
  const impostor = new FakeSite(gpIdentity, invitation, DRAWS);
  expect(await gp.receive(await impostor.answer(knock), NOW_MS)).toEqual([]);
  expect(gp.rejected).toBe(1);
  expect(letterIn(await gp.receive(await site.answer(knock), NOW_MS)).isM2).toBe(true);
});

test("nobody can answer in the name of the site", async () => {
  const { site, gp, invitation, siteIdentity } = await met();
  const knock = letterIn(await gp.start(NOW_MS));
  const pretended = await Identity.fromSeed(new Uint8Array(32), siteIdentity.public);
  const thief = new FakeSite(pretended, invitation, DRAWS);
  expect(await gp.receive(await thief.answer(knock), NOW_MS)).toEqual([]);
  expect(letterIn(await gp.receive(await site.answer(knock), NOW_MS)).isM2).toBe(true);
});

test("a letter with any bit changed yields nothing and does no harm", async () => {
  const { site, gp } = await met();
  const m1 = await site.answer(letterIn(await gp.start(NOW_MS)));
  for (let bit = 0; bit < m1.body.length * 8; bit += 1_999) {
    const changed = new Letter("m1", flipped(m1.body, bit));
    expect(await gp.receive(changed, NOW_MS)).toEqual([]);
  }
  const { agreement } = await site.agree(letterIn(await gp.receive(m1, NOW_MS)));
  const m3 = new Letter("m3", await agreement.sealNonce(DRAWS.nonce));
  for (let bit = 0; bit < m3.body.length * 8; bit += 5) {
    expect(await gp.receive(new Letter("m3", flipped(m3.body, bit)), NOW_MS)).toEqual([]);
  }
  expect((await gp.receive(m3, NOW_MS)).length).toBe(1);
});

test.each(REASONS)("a refusal is told apart: %s", async (reason) => {
  const { site, gp } = await met();
  const refused = gp.receive(await site.refusal(reason), NOW_MS);
  await expect(refused).rejects.toEqual(new TrustError(reason));
});

test("an unknown or a forged refusal is none", async () => {
  const { site, gp } = await met();
  expect(await gp.receive(await site.refusal("by mistake"), NOW_MS)).toEqual([]);
  const { body } = await site.refusal("used");
  expect(await gp.receive(new Letter("refusal", flipped(body, 200)), NOW_MS)).toEqual([]);
  expect(gp.rejected).toBe(2);
});

test("a refusal cannot undo an agreement", async () => {
  const { site, gp } = await met();
  const m1 = await site.answer(letterIn(await gp.start(NOW_MS)));
  const { agreement } = await site.agree(letterIn(await gp.receive(m1, NOW_MS)));
  await gp.receive(new Letter("m3", await agreement.sealNonce(DRAWS.nonce)), NOW_MS);
  expect(await gp.receive(await site.refusal("used"), NOW_MS)).toEqual([]);
});

test("nothing is sent once the invitation has expired", async () => {
  const { site, gp } = await met();
  const m1 = await site.answer(letterIn(await gp.start(NOW_MS)));
  const expired = new TrustError("expired");
  await expect(gp.start(NOW_MS + 1)).rejects.toEqual(expired);
  await expect(gp.receive(m1, NOW_MS + 1)).rejects.toEqual(expired);
});

test.each(LETTER_KINDS)("a %s that means nothing is counted", async (kind) => {
  const { gp } = await met();
  expect(await gp.receive(new Letter(kind, unhex("00ff")), NOW_MS)).toEqual([]);
  expect(gp.rejected).toBe(1);
});

test("the vectors were sealed by both implementations", () => {
  expect(vectors.cases.map((known) => known.sealed_by)).toEqual(["page", "python"]);
});
