/** The sites this GP knows and the keys by which they call, sealed under a key of the browser's. */

import { decode, encode } from "cborg";
import { areEqual, hex } from "../bytes.ts";
import { Bond, bondSecret } from "../core/bond.ts";
import type { Identity } from "../core/identity.ts";
import { Prekey, type PrekeyParts, renewed } from "../core/prekeys.ts";
import { type Bytes, browserEntropy, joined } from "../core/primitives.ts";
import type { Agreed, ReplyParts } from "../core/reply.ts";
import { AnswerSeals } from "./answer_seals.ts";
import type { Database } from "./database.ts";

const KEY_NAME = "book key";
const BOOK_NAME = "book";
const NONCE_BYTES = 12; // SP 800-38D, 8.2.1
/** A call is answered within a week of it, and then the site's M3 may lie here for another. */
export const ANSWER_LASTS_MS = 14 * 86_400_000;
/** chosen: all are admitted to one mailbox, some twice; the relay keeps 64 tokens. */
export const SITES_LIMIT = 30;
const NAME_LIMIT = 120;

/** A site whose key is pinned here. */
export interface KnownSite {
  readonly public: Bytes;
  readonly address: Bytes;
  readonly name: string;
  readonly role: string;
  readonly verified_ms: number;
  /** Of bonds: the newest, and the one before while the site may still use it. */
  readonly secrets: readonly Bytes[];
  /** Number of the newest call that was answered. */
  readonly calls: number;
  /** Where the site is reached; `null` for the relay that served the page. */
  readonly relay: string | null;
  /** The newest bundle it was sent. */
  readonly publishedEpoch: number;
}

/** The answer to a call, whose site has not taken it up yet. */
export interface KeptAnswer {
  readonly number: number;
  /** Tells it from those to other calls. */
  readonly id: Bytes;
  readonly made_ms: number;
  readonly sitePublic: Bytes;
  /** Of the bond by which the site called. */
  readonly secret: Bytes;
  /** What an M3 is taken with (`AnswerSeals`). */
  readonly sealed: Bytes;
  /** Its M2 lies in the site's mailbox. */
  readonly isPosted: boolean;
}

/** One that was given now. */
export interface NewAnswer extends Pick<KeptAnswer, "id" | "made_ms" | "secret"> {
  readonly reply: ReplyParts;
}

/** One to go on with. */
export interface OpenAnswer {
  readonly answer: KeptAnswer;
  readonly reply: ReplyParts;
  readonly site: KnownSite;
}

interface Kept {
  readonly sites: readonly KnownSite[];
  readonly prekeys: readonly PrekeyParts[];
  readonly answers?: readonly KeptAnswer[];
}

/** What the session needs to know of a site after a verified visit. */
export interface Meeting {
  readonly agreed: Agreed;
  readonly name: string;
  readonly role: string;
  /** The bond's secret by which the visit came about; `null` after an invitation. */
  readonly used: Bytes | null;
  readonly relay: string | null;
}

export class Book {
  sites: readonly KnownSite[] = [];
  prekeys: readonly Prekey[] = [];
  answers: readonly KeptAnswer[] = [];
  readonly #database: Database;
  readonly #seals: AnswerSeals;
  /** Writes follow each other. */
  #writing: Promise<void> = Promise.resolve();

  private constructor(database: Database) {
    this.#database = database;
    this.#seals = new AnswerSeals(database);
  }

  /** The book of this browser; an empty one where there is none or its key is gone. */
  static async open(database: Database): Promise<Book> {
    const book = new Book(database);
    const kept = await database.get(BOOK_NAME);
    const key = await database.get(KEY_NAME);
    if (!(kept instanceof Uint8Array) || !(key instanceof CryptoKey)) return book;
    try {
      const parameters = { name: "AES-GCM", iv: Uint8Array.from(kept.subarray(0, NONCE_BYTES)) };
      const sealed = Uint8Array.from(kept.subarray(NONCE_BYTES));
      const opened = await crypto.subtle.decrypt(parameters, key, sealed);
      const { sites, prekeys, answers = [] } = decode(new Uint8Array(opened)) as Kept;
      book.sites = sites;
      book.answers = answers;
      book.prekeys = prekeys.map((parts) => new Prekey(parts));
    } catch {
      // damaged, or of other keys: the sites have to be met again, which the first screen says
    }
    return book;
  }

  /** The bonds with this site, the newest first. */
  bonds(site: KnownSite, gpAddress: Bytes): readonly Bond[] {
    return site.secrets.map((secret) => new Bond(site.address, gpAddress, secret));
  }

  /** By which to be called from now on; a new one each day. */
  async newest(identity: Identity, now_ms: number): Promise<Prekey> {
    const before = this.prekeys;
    const isOver = ({ made_ms }: KeptAnswer) => now_ms >= made_ms + ANSWER_LASTS_MS;
    await this.#eraseAnswers(isOver);
    this.prekeys = await renewed(before, identity, Math.floor(now_ms / 1000), browserEntropy);
    if (this.prekeys.length !== before.length || this.prekeys.at(-1) !== before.at(-1)) {
      await this.#save();
    }
    const newest = this.prekeys.at(-1);
    if (newest === undefined) throw new Error("there is always one after renewing");
    return newest;
  }

  /** Keep the site of a verified visit. */
  async keep(meeting: Meeting, identity: Identity, now_ms: number): Promise<KnownSite> {
    const { agreed, used } = meeting;
    const site = agreed.peerPublic;
    const secret = await bondSecret(agreed.exporter, site, identity.public);
    const known = this.#of(site);
    const publishedEpoch = this.prekeys.at(-1)?.parts.epoch ?? 0; // said in the same visit
    const address = new Uint8Array(await crypto.subtle.digest("SHA-256", joined(site)));
    const kept = {
      public: site,
      address,
      name: meeting.name.trim().slice(0, NAME_LIMIT),
      role: meeting.role.trim().slice(0, NAME_LIMIT),
      verified_ms: known?.verified_ms ?? now_ms,
      secrets: used === null ? [secret] : [secret, used],
      calls: known?.calls ?? 0,
      relay: meeting.relay,
      publishedEpoch,
    };
    await this.#put(kept);
    return kept;
  }

  /** The call with this number is decided: neither it nor an older one will be again. */
  async answered(site: KnownSite, number: number, answer: NewAnswer | null = null): Promise<void> {
    if (answer !== null) {
      const { reply, ...known } = answer;
      const { sitePublic } = reply;
      // A full disk keeps nobody from answering: it holds until a reload then.
      const sealed = await this.#seals.seal(answer.id, reply).catch(() => null);
      const kept = sealed && { ...known, number, sitePublic, sealed, isPosted: false };
      this.answers = [...this.answers, ...(kept === null ? [] : [kept])];
    }
    await this.#put({ ...(this.#of(site.public) ?? site), calls: number });
  }

  /** Those that a site may still take up. */
  async openAnswers(now_ms: number): Promise<readonly OpenAnswer[]> {
    const found: OpenAnswer[] = [];
    for (const answer of this.answers) {
      const site = this.#of(answer.sitePublic);
      const reply = await this.#seals.open(answer.id, answer.sealed);
      const isOver = now_ms >= answer.made_ms + ANSWER_LASTS_MS;
      if (site !== undefined && reply !== null && !isOver) found.push({ answer, reply, site });
    }
    return found;
  }

  /** The M2 of this answer lies in the site's mailbox. */
  async posted(id: Bytes): Promise<void> {
    this.answers = this.answers.map((one) => (areEqual(one.id, id) ? { ...one, isPosted: true } : one));
    await this.#save();
  }

  /** Nothing waits for this answer any more. */
  async takenUp(id: Bytes): Promise<void> {
    await this.#eraseAnswers((one) => areEqual(one.id, id));
    await this.#save();
  }

  /** The site was sent this bundle. */
  async published(site: KnownSite, epoch: number): Promise<void> {
    await this.#put({ ...(this.#of(site.public) ?? site), publishedEpoch: epoch });
  }

  /** The site can call no more; it has to be met again. */
  async forget(site: KnownSite): Promise<void> {
    this.sites = this.sites.filter(({ public: key }) => hex(key) !== hex(site.public));
    await this.#eraseAnswers(({ sitePublic }) => areEqual(sitePublic, site.public));
    await this.#save();
  }

  async #eraseAnswers(isOver: (answer: KeptAnswer) => boolean): Promise<void> {
    const over = this.answers.filter(isOver);
    this.answers = this.answers.filter((answer) => !over.includes(answer));
    await this.#seals.erase(over.map(({ id }) => id));
  }

  #of(publicBytes: Bytes): KnownSite | undefined {
    return this.sites.find(({ public: key }) => hex(key) === hex(publicBytes));
  }

  async #put(site: KnownSite): Promise<void> {
    const others = this.sites.filter(({ public: key }) => hex(key) !== hex(site.public));
    this.sites = [...others, site].slice(-SITES_LIMIT);
    await this.#save();
  }

  #save(): Promise<void> {
    const { sites, answers } = this;
    const kept: Kept = { sites, prekeys: this.prekeys.map(({ parts }) => parts), answers };
    this.#writing = this.#writing.then(() => this.#write(kept)).catch(() => undefined);
    return this.#writing;
  }

  async #write(kept: Kept): Promise<void> {
    const nonce = browserEntropy(NONCE_BYTES);
    const parameters = { name: "AES-GCM", iv: nonce };
    const plaintext = Uint8Array.from(encode(kept));
    const sealed = await crypto.subtle.encrypt(parameters, await this.#key(), plaintext);
    await this.#database.put(BOOK_NAME, joined(nonce, new Uint8Array(sealed)));
  }

  async #key(): Promise<CryptoKey> {
    const known = await this.#database.get(KEY_NAME);
    if (known instanceof CryptoKey) return known;
    const algorithm = { name: "AES-GCM", length: 256 };
    const made = await crypto.subtle.generateKey(algorithm, false, ["encrypt", "decrypt"]);
    await this.#database.put(KEY_NAME, made);
    return made;
  }
}
