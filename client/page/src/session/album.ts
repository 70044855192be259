/** Stills on their way from the site: assembled, bounded, checked by hash. */

import { areEqual } from "../bytes.ts";
import type { Message } from "../core/wire.ts";
import type { StillState } from "./snapshot.ts";

/** Bytes of one still; `client.core.stills.SIZE_LIMIT`. */
export const SIZE_LIMIT = 8 << 20;
/** Stills of one consultation. */
export const STILLS_LIMIT = 32;
/** chosen: a receipt for every second piece keeps the site's small window moving. */
const PIECES_PER_RECEIPT = 2;

export type StillOffered = Extract<Message, { kind: "still_offered" }>;
export type StillPiece = Extract<Message, { kind: "still_piece" }>;
export type StillHeld = Extract<Message, { kind: "still_held" }>;

/** One still, as far as it has come. */
export interface Page {
  readonly offer: StillOffered;
  readonly data: Uint8Array<ArrayBuffer>;
  held: number;
  state: StillState;
  pieces: number;
}

export class Album {
  readonly #pages = new Map<number, Page>();

  /** A still is announced: what to answer; nothing for one too many, too large or known. */
  offer(offer: StillOffered): StillHeld | null {
    const isAcceptable = offer.size > 0 && offer.size <= SIZE_LIMIT;
    if (!isAcceptable || this.#pages.size >= STILLS_LIMIT || this.#pages.has(offer.id)) return null;
    const data = new Uint8Array(offer.size);
    this.#pages.set(offer.id, { offer, data, held: 0, state: "coming", pieces: 0 });
    return { kind: "still_held", id: offer.id, size: 0 };
  }

  /**
   * Take a piece; returns what to tell the site now, if anything.
   *
   * A piece that does not continue what is here (a duplicate, or a gap after a cut) is left aside
   * and answered with what is held: the site goes on from there.
   */
  take(piece: StillPiece): StillHeld | null {
    const page = this.#pages.get(piece.id);
    if (page === undefined || page.state !== "coming") return null;
    const fits = piece.offset === page.held && piece.data.length <= page.data.length - page.held;
    if (fits) {
      page.data.set(piece.data, page.held);
      page.held += piece.data.length;
      page.pieces += 1;
    }
    const isDue = !fits || page.pieces % PIECES_PER_RECEIPT === 0 || isWhole(page);
    return isDue ? { kind: "still_held", id: piece.id, size: page.held } : null;
  }

  /** Every byte of this still is here and its hash has not been looked at yet. */
  isReadyToCheck(id: number): boolean {
    const page = this.#pages.get(id);
    return page !== undefined && page.state === "coming" && isWhole(page);
  }

  /** Compare the hash; true when the still is the site's, byte for byte. */
  async check(id: number): Promise<boolean> {
    const page = this.#pages.get(id);
    if (page === undefined) return false;
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", page.data));
    const isSame = areEqual(digest, page.offer.sha256);
    page.state = isSame ? "complete" : "failed";
    return isSame;
  }

  /** What to tell the site when a new line is up: where each unfinished still stands. */
  unfinished(): StillHeld[] {
    return [...this.#pages.values()]
      .filter(({ state }) => state === "coming")
      .map(({ offer, held }) => ({ kind: "still_held", id: offer.id, size: held }));
  }

  /** The consultation is over: keep no picture. */
  forget(): void {
    this.#pages.clear();
  }

  get pages(): readonly Page[] {
    return [...this.#pages.values()];
  }
}

function isWhole(page: Page): boolean {
  return page.held === page.data.length;
}
