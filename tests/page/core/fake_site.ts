/** The site's side of the handshake, enough of it to test the page's. */

import type { Identity } from "@page/core/identity.ts";
import type { Invitation } from "@page/core/invitation.ts";
import { KeyPair, seal } from "@page/core/kem.ts";
import { itemsOf, type Reason } from "@page/core/knock.ts";
import { Letter } from "@page/core/letters.ts";
import { pack } from "@page/core/plain_cbor.ts";
import { aesKey, aesOpen, aesSeal, type Bytes, joined, purpose, sha256, utf8 } from "@page/core/primitives.ts";
import { Agreement, commitmentTo, firstHash, m1Info, secondHash } from "@page/core/transcript.ts";

/** What the site would draw. */
export interface SiteDraws {
  readonly ephemeralSeed: Bytes;
  readonly share: Bytes;
  readonly nonce: Bytes;
  readonly time_s: number;
}

export class FakeSite {
  readonly #identity: Identity;
  readonly #invitation: Invitation;
  readonly #draws: SiteDraws;
  #bundle: Bytes = new Uint8Array();
  #h1: Bytes = new Uint8Array();

  constructor(identity: Identity, invitation: Invitation, draws: SiteDraws) {
    this.#identity = identity;
    this.#invitation = invitation;
    this.#draws = draws;
  }

  /** M1 in answer to a KNOCK, whose bundle it trusts. */
  async answer(knock: Letter): Promise<Letter> {
    const opened = await this.#openUnderSecret(knock.body, this.#invitation.siteAddress);
    this.#bundle = bytesOf(itemsOf(opened)[0]);
    const prekey = bytesOf(itemsOf(this.#bundle)[1]);
    const { share, nonce, time_s, ephemeralSeed } = this.#draws;
    const ephemeral = await KeyPair.fromSeed(ephemeralSeed);
    const commitment = await commitmentTo(this.#identity.public, nonce);
    const said = [this.#identity.public, ephemeral.public, share, commitment, time_s] as const;
    const signed = joined(await sha256(this.#bundle), pack(...said));
    const plaintext = pack(...said, await this.#identity.sign("m1", signed));
    const body = await seal(prekey, plaintext, await m1Info(this.#bundle));
    this.#h1 = await firstHash(this.#bundle, body);
    return new Letter("m1", body);
  }

  /** The agreement an M2 leads to. */
  async agree(m2: Letter): Promise<{ agreement: Agreement; gpNonce: Bytes }> {
    const ephemeral = await KeyPair.fromSeed(this.#draws.ephemeralSeed);
    const items = itemsOf(await ephemeral.open(m2.body, joined(purpose("m2"), this.#h1)));
    const [gpShare, gpNonce] = [bytesOf(items[0]), bytesOf(items[1])];
    const h2 = await secondHash(this.#h1, m2.body);
    const { secret } = this.#invitation;
    return { agreement: await Agreement.reached(this.#draws.share, gpShare, secret, h2), gpNonce };
  }

  /** The letter that turns a page away. */
  async refusal(reason: Reason | "by mistake"): Promise<Letter> {
    const nonce = new Uint8Array(12);
    const key = await aesKey(await this.#invitation.derived("knock", 32));
    const context = joined(utf8("refusal"), this.#invitation.siteAddress);
    return new Letter("refusal", joined(nonce, await aesSeal(key, nonce, pack(reason), context)));
  }

  async #openUnderSecret(body: Bytes, context: Bytes): Promise<Bytes> {
    const key = await aesKey(await this.#invitation.derived("knock", 32));
    return bytesOf(await aesOpen(key, body.slice(0, 12), body.slice(12), context));
  }
}

function bytesOf(item: unknown): Bytes {
  if (!(item instanceof Uint8Array)) throw new Error("no bytes here");
  return joined(item);
}
