/** Tells known sites of new call keys, and hears who calls. */

import { areEqual } from "../bytes.ts";
import type { Bond, Call } from "../core/bond.ts";
import { GpAnswer } from "../core/call.ts";
import type { Identity } from "../core/identity.ts";
import { BadLetterError } from "../core/knock.ts";
import { Letter, LetterUnreadableError } from "../core/letters.ts";
import { type Prekey, prekeyOf } from "../core/prekeys.ts";
import { browserEntropy, sha256 } from "../core/primitives.ts";
import type { Book, KnownSite } from "../store/book.ts";
import type { Mailbox, Ports } from "./ports.ts";
import { byCall, type Way } from "./ways.ts";

/** How long sites may write to our mailbox from now on; the relay's limit. */
const ADMITTED_FOR_S = 30 * 86_400;
/** As long as the relay keeps anything. */
const BUNDLE_TTL_S = 7 * 86_400;

/** Until when a site that is known may write to us. */
export function admittedUntil_s(now_ms: number): number {
  return Math.floor(now_ms / 1000) + ADMITTED_FOR_S;
}

/** A site that calls now, or called while this page was closed. */
export interface Ringing {
  readonly site: KnownSite;
  readonly bond: Bond;
  readonly call: Call;
  readonly prekey: Prekey;
}

/** A letter that is to be brought again: nobody has decided about it. */
class UndecidedError extends Error {
  override readonly name = "UndecidedError";
}

export class Lobby {
  ringing: readonly Ringing[] = [];
  /** Letters that meant nothing, or came again. */
  rejected = 0;
  readonly #ports: Ports;
  readonly #book: Book;
  readonly #onChange: () => void;
  #mailboxes = new Map<string | null, Mailbox>();
  /** Being answered. */
  readonly #taking = new Set<Ringing>();
  #isClosed = false;

  constructor(ports: Ports, book: Book, onChange: () => void) {
    this.#ports = ports;
    this.#book = book;
    this.#onChange = onChange;
  }

  /** Listen at the relays of all known sites. */
  async open(): Promise<void> {
    if (this.#book.sites.length === 0) return;
    const identity = await this.#ports.identity();
    const newest = await this.#book.newest(identity, this.#ports.clock_ms());
    for (const site of this.#book.sites) {
      const mailbox = await this.#mailbox(site.relay, identity);
      if (this.#isClosed || mailbox === null) return;
      await this.#admit(mailbox, site, identity);
      if (site.publishedEpoch < newest.parts.epoch) await this.#publish(mailbox, site, newest);
    }
  }

  /** Nothing more is heard; a call that nobody decided about comes again the next time. */
  close(): void {
    this.#isClosed = true;
    this.ringing = [];
    for (const mailbox of this.#mailboxes.values()) mailbox.stop();
    this.#mailboxes.clear();
  }

  /** Answer this call: it is remembered as answered, and the answer kept, before anything is said. */
  async take(ringing: Ringing): Promise<Way> {
    this.ringing = this.ringing.filter((other) => other !== ringing);
    this.#taking.add(ringing);
    const { site, bond, call, prekey } = ringing;
    const identity = await this.#ports.identity();
    const answer = GpAnswer.to(identity, bond, site.public, call, prekey);
    const parts = await answer.then((one) => one.parts).catch(() => null); // the visit tells why
    const { number, m1 } = call;
    const id = await sha256(m1);
    const known = { id, made_ms: this.#ports.clock_ms(), secret: bond.secret };
    await this.#book.answered(site, number, parts && { ...known, reply: parts });
    this.#taking.delete(ringing);
    return byCall(site, bond, { id, number, isPosted: false }, () => answer, this.#book);
  }

  /** Tell the site that nobody will come. */
  async decline(ringing: Ringing): Promise<void> {
    await this.#refuse(ringing.site, ringing.bond, ringing.call, "declined");
    this.ringing = this.ringing.filter((other) => other !== ringing);
    this.#onChange();
  }

  async #mailbox(relay: string | null, identity: Identity): Promise<Mailbox | null> {
    const known = this.#mailboxes.get(relay);
    if (known !== undefined) return known;
    const mailbox = await this.#ports.openMailbox(identity, relay, {
      onLetter: (data) => this.#receive(data, identity),
      onReachable: () => undefined,
      onStored: () => undefined,
      onRefused: () => undefined, // a site that has forgotten us, which it will say itself
    });
    if (this.#isClosed) {
      mailbox.stop();
      return null;
    }
    this.#mailboxes.set(relay, mailbox);
    return mailbox;
  }

  async #admit(mailbox: Mailbox, site: KnownSite, identity: Identity): Promise<void> {
    const until_s = admittedUntil_s(this.#ports.clock_ms());
    for (const bond of this.#book.bonds(site, identity.address)) {
      mailbox.admit(await sha256(await bond.gpToken()), until_s);
    }
  }

  /** Under each bond that the site may have; it knows one of them. */
  async #publish(mailbox: Mailbox, site: KnownSite, newest: Prekey): Promise<void> {
    const identity = await this.#ports.identity();
    for (const bond of this.#book.bonds(site, identity.address)) {
      const letter = new Letter("bundle", await bond.sealBundle(newest.bundle, browserEntropy));
      mailbox.put(bond.siteAddress, await bond.siteToken(), letter.encode(), BUNDLE_TTL_S);
    }
    await this.#book.published(site, newest.parts.epoch);
  }

  async #receive(data: Uint8Array, identity: Identity): Promise<void> {
    if (this.#isClosed) throw new UndecidedError("this page listens no more");
    const letter = readLetter(data);
    if (letter?.kind !== "call") {
      this.rejected += 1;
      return;
    }
    for (const site of this.#book.sites) {
      for (const bond of this.#book.bonds(site, identity.address)) {
        const call = await opened(bond, letter);
        if (call !== null) return this.#called(site, bond, call);
      }
    }
    this.rejected += 1;
  }

  async #called(site: KnownSite, bond: Bond, call: Call): Promise<void> {
    if (call.number <= site.calls) {
      this.rejected += 1; // answered before, or older than one that was
      return;
    }
    const isTaken = [...this.#taking].some(
      (one) => areEqual(one.site.public, site.public) && one.call.number >= call.number,
    );
    if (isTaken) throw new UndecidedError("is being answered");
    const prekey = await prekeyOf(this.#book.prekeys, call.bundleDigest);
    if (prekey === null) return this.#refuse(site, bond, call, "expired");
    const others = this.ringing.filter((other) => !areEqual(other.site.public, site.public));
    const same = this.ringing.find((other) => areEqual(other.site.public, site.public));
    if (same === undefined || same.call.number < call.number) {
      this.ringing = [...others, { site, bond, call, prekey }];
      this.#onChange();
    }
    throw new UndecidedError("waits for the GP"); // so the relay keeps it
  }

  async #refuse(
    site: KnownSite,
    bond: Bond,
    call: Call,
    reason: "declined" | "expired",
  ): Promise<void> {
    await this.#book.answered(site, call.number);
    const body = await bond.sealRefusal(call.number, reason, browserEntropy);
    const letter = new Letter("refusal", body);
    const mailbox = this.#mailboxes.get(site.relay);
    mailbox?.put(bond.siteAddress, await bond.siteToken(), letter.encode(), BUNDLE_TTL_S);
  }
}

async function opened(bond: Bond, letter: Letter): Promise<Call | null> {
  try {
    return await bond.openCall(letter.body);
  } catch (error) {
    if (error instanceof BadLetterError) return null;
    throw error;
  }
}

function readLetter(data: Uint8Array): Letter | null {
  try {
    return Letter.decode(data);
  } catch (error) {
    if (error instanceof LetterUnreadableError) return null;
    throw error;
  }
}
