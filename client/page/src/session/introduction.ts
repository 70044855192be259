/** Both ends get to know each other: who we say we are, and the site kept for its next call. */

import type { KeysAgreed } from "../core/handshake.ts";
import { sha256 } from "../core/primitives.ts";
import type { Message } from "../core/wire.ts";
import { admittedUntil_s } from "./lobby.ts";
import type { Meeting } from "./meeting.ts";
import type { Ports, Self } from "./ports.ts";

type Acquaintance = Extract<Message, { kind: "acquaintance" }>;

/** Only once we are sure of the site. */
export class Introduction {
  readonly #ports: Ports;
  readonly #meeting: Meeting;
  readonly #agreed: KeysAgreed;
  #said: Acquaintance | null = null;
  #isSure = false;

  constructor(ports: Ports, meeting: Meeting, agreed: KeysAgreed) {
    this.#ports = ports;
    this.#meeting = meeting;
    this.#agreed = agreed;
  }

  /** It is the site and nobody else: what to say, by which key to call us from now on. */
  async sure({ name, place, rpps }: Self): Promise<Acquaintance | null> {
    this.#isSure = true;
    const { identity } = this.#meeting;
    if (identity === null) return null;
    const { bundle } = await this.#ports.contacts.newest(identity, this.#ports.clock_ms());
    await this.#keep();
    return { kind: "acquaintance", name, role: place, rpps: rpps || null, bundle };
  }

  /** The site has said who it is. */
  async heard(said: Acquaintance): Promise<void> {
    this.#said = said;
    await this.#keep();
  }

  async #keep(): Promise<void> {
    const [said, identity] = [this.#said, this.#meeting.identity];
    if (!this.#isSure || said === null || identity === null) return;
    this.#said = null;
    const { used, relay } = this.#meeting.way;
    const met = { agreed: this.#agreed, name: said.name, role: said.role, used, relay };
    const now_ms = this.#ports.clock_ms();
    const site = await this.#ports.contacts.keep(met, identity, now_ms);
    for (const bond of this.#ports.contacts.bonds(site, identity.address)) {
      this.#meeting.admit(await sha256(await bond.gpToken()), admittedUntil_s(now_ms));
    }
  }
}
