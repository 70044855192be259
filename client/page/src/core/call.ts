/** The GP's answer to the call of a site it knows; mirrors `client/core/handshake/call.py`. */

import { areEqual } from "../bytes.ts";
import type { Bond, Call } from "./bond.ts";
import { type GpEvent, TrustError } from "./handshake.ts";
import type { Identity } from "./identity.ts";
import { BadLetterError } from "./knock.ts";
import type { Letter } from "./letters.ts";
import type { Prekey } from "./prekeys.ts";
import { type Bytes, browserEntropy, type Entropy } from "./primitives.ts";
import { Reply, type ReplyParts } from "./reply.ts";
import { openM1 } from "./transcript.ts";

/** The answer to one CALL, from M2 to the keys. */
export class GpAnswer {
  /** Letters that meant nothing. */
  rejected = 0;
  /** Of the call it answers. */
  readonly number: number;
  readonly #bond: Bond;
  readonly #reply: Reply;
  #isAgreed = false;
  /** One letter after the other: each step waits for WebCrypto. */
  #taking: Promise<unknown> = Promise.resolve();

  private constructor(bond: Bond, number: number, reply: Reply) {
    this.#bond = bond;
    this.number = number;
    this.#reply = reply;
  }

  /** `BadLetterError` for no M1; a `TrustError` if it is not the pinned site's. */
  static async to(
    identity: Identity,
    bond: Bond,
    sitePublic: Bytes,
    call: Call,
    prekey: Prekey,
    entropy: Entropy = browserEntropy,
  ): Promise<GpAnswer> {
    const m1 = await openM1(call.m1, prekey.bundle, await prekey.pair());
    if (!areEqual(m1.sitePublic, sitePublic)) throw new TrustError("changed_key");
    const { bundle } = prekey;
    const reply = await Reply.to(m1, call.m1, bundle, identity, bond.secret, entropy);
    return new GpAnswer(bond, call.number, reply);
  }

  /** One that was given before, perhaps by an earlier process of this page. */
  static async again(bond: Bond, number: number, parts: ReplyParts): Promise<GpAnswer> {
    return new GpAnswer(bond, number, await Reply.again(parts, bond.secret));
  }

  /** What `again` needs. */
  get parts(): ReplyParts {
    return this.#reply.parts;
  }

  /** Answer with M2; again, if nothing comes back. */
  async start(): Promise<readonly GpEvent[]> {
    const token = await this.#bond.siteToken();
    return [{ kind: "post", to: this.#bond.siteAddress, token, letter: this.#reply.m2 }];
  }

  /** Take a letter of any kind; a bad one is counted. `HandshakeError` for a broken promise. */
  receive(letter: Letter): Promise<readonly GpEvent[]> {
    const taken = this.#taking.then(() => this.#counted(letter));
    this.#taking = taken.catch(() => undefined); // the caller hears of it
    return taken;
  }

  async #counted(letter: Letter): Promise<readonly GpEvent[]> {
    try {
      return await this.#take(letter);
    } catch (error) {
      if (!(error instanceof BadLetterError)) throw error;
      this.rejected += 1;
      return [];
    }
  }

  async #take(letter: Letter): Promise<readonly GpEvent[]> {
    if (letter.kind === "call") {
      const again = await this.#bond.openCall(letter.body);
      if (again.number === this.number) return this.start();
    }
    if (letter.kind !== "m3") throw new BadLetterError(`${letter.kind} is not for an answer`);
    const agreed = await this.#reply.agreed(letter.body);
    if (this.#isAgreed) return [];
    this.#isAgreed = true;
    return [{ kind: "keys_agreed", ...agreed }];
  }
}
