/** A broker of professions without a network; its word is signed as the real one's. */

import { Identity } from "@page/core/identity.ts";
import { pack } from "@page/core/plain_cbor.ts";
import type { Bytes } from "@page/core/primitives.ts";
import { LASTS_S } from "@page/core/profession.ts";
import type { Broker } from "@page/session/profession.ts";

export const WHO = ["https://login.example", "10001234567", "Hélène MARTIN"] as const;

export class ScriptedBroker implements Broker {
  /** What is found when somebody looks. */
  outcome: "waiting" | "refused" | Bytes = "waiting";
  url = "https://login.example/auth";
  #asked: readonly [Bytes, Bytes] | null = null;

  private constructor(readonly identity: Identity) {}

  static async open(): Promise<ScriptedBroker> {
    return new ScriptedBroker(await Identity.of(await Identity.made()));
  }

  key = async () => this.identity.public;

  begin = async (holder: Bytes, nonce: Bytes) => {
    this.#asked = [holder, nonce];
    return { ticket: "ticket", url: this.url };
  };

  look = async () => this.outcome;

  /** The login ends well. */
  async agree(now_ms: number): Promise<void> {
    if (this.#asked === null) throw new Error("nobody asked");
    this.outcome = await this.word(...this.#asked, now_ms);
  }

  async word(holder: Bytes, nonce: Bytes, now_ms: number): Promise<Bytes> {
    const now_s = Math.floor(now_ms / 1_000);
    const said = [...WHO, holder, nonce, now_s, now_s + LASTS_S] as const;
    const signature = await this.identity.sign("profession", pack(...said));
    return pack(...said, this.identity.public, signature);
  }
}
