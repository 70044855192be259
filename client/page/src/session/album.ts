/** Stills on their way from the site: assembled from pieces in any order, bounded, checked by hash. */

import { areEqual } from "../bytes.ts";
import { type Bytes, joined, sha256 } from "../core/primitives.ts";
import type { Message } from "../core/wire.ts";
import { Assembly } from "./assembly.ts";
import type { StillState } from "./snapshot.ts";

/** Bytes of one file; `client.core.stills.SIZE_LIMIT`. */
export const SIZE_LIMIT = 50_000_000;
/** Stills and other files of one consultation. */
export const STILLS_LIMIT = 128;
/** Bytes of them all, as announced; memory is taken only for what has come. */
export const ALBUM_LIMIT = 256 << 20;
/** Separate parts of one still; chosen: many times what honest losses make. */
export const RANGES_LIMIT = 128;
/** Separate parts told in one receipt, so that it stays a small parcel. */
export const REPORTED_LIMIT = 16;
/** How long pieces that have come wait to be told of together. */
export const HELD_EVERY_MS = 500;
/** Without a piece for so long the site is told again what is here: the last time may be lost. */
export const STALLED_MS = 2_000;

export type StillOffered = Extract<Message, { kind: "still_offered" }>;
export type StillPiece = Extract<Message, { kind: "still_piece" }>;
export type StillHeld = Extract<Message, { kind: "still_held" }>;

/** One still, as far as it has come. */
export interface Page {
  readonly offer: StillOffered;
  /** All of it once it is complete; empty before. */
  data: Bytes;
  /** Bytes that are here. */
  held: number;
  state: StillState;
  /** What has come of it until then. */
  readonly assembly: Assembly;
}

export class Album {
  readonly #pages = new Map<number, Page>();
  readonly #untold = new Set<number>();
  #told_ms = 0;
  #size = 0;

  /** A still is announced: what to answer; nothing for one too many, too large or known. */
  offer(offer: StillOffered): StillHeld | null {
    const isPossible = offer.size > 0 && offer.size <= SIZE_LIMIT && !this.#pages.has(offer.id);
    const hasRoom = this.#pages.size < STILLS_LIMIT && this.#size + offer.size <= ALBUM_LIMIT;
    if (!isPossible || !hasRoom) return null;
    this.#size += offer.size;
    const page: Page = {
      offer,
      data: new Uint8Array(),
      held: 0,
      state: "coming",
      assembly: new Assembly(),
    };
    this.#pages.set(offer.id, page);
    return heldOf(page);
  }

  /** Take a piece; false when it is no part of a still that is coming. */
  take(piece: StillPiece): boolean {
    const page = this.#pages.get(piece.id);
    const [start, end] = [piece.offset, piece.offset + piece.data.length];
    if (page === undefined || page.state !== "coming") return false;
    if (start === end || end > page.offer.size || isWhole(page)) return false;
    const { parts } = page.assembly;
    if (parts.parts.length >= RANGES_LIMIT && !parts.touches(start, end)) return false; // a crumb
    page.assembly.put(start, piece.data);
    page.held = parts.size;
    this.#untold.add(piece.id);
    return true;
  }

  /** What has come since the last time and to tell the site now. */
  news(now_ms: number): StillHeld[] {
    const told = this.#coming.filter(({ offer }) => this.#untold.has(offer.id)).map(heldOf);
    this.#untold.clear();
    if (told.length > 0) this.#told_ms = now_ms;
    return told;
  }

  /** What to tell the site when a new line is up: where each unfinished still stands. */
  unfinished(now_ms: number): StillHeld[] {
    this.#told_ms = now_ms;
    this.#untold.clear();
    return this.#coming.map(heldOf);
  }

  /** What to tell again because nothing has come for long; mostly nothing. */
  stalled(now_ms: number): StillHeld[] {
    return now_ms - this.#told_ms >= STALLED_MS ? this.unfinished(now_ms) : [];
  }

  /** Every byte of this still is here and its hash has not been looked at yet. */
  isReadyToCheck(id: number): boolean {
    const page = this.#pages.get(id);
    return page !== undefined && page.state === "coming" && isWhole(page);
  }

  /** Compare the hash; true when the still is the site's, byte for byte. */
  async check(id: number): Promise<boolean> {
    const page = this.#pages.get(id);
    if (page === undefined || page.state !== "coming") return false;
    const data = page.assembly.joined(page.offer.size);
    const isSame = areEqual(await sha256(data), page.offer.sha256);
    if (isSame) page.data = data;
    page.state = isSame ? "complete" : "failed";
    return isSame;
  }

  /** SHA-256 of a file that is here and whole. */
  hashOf(id: number): Bytes | null {
    const page = this.#pages.get(id);
    return page?.state === "complete" ? joined(page.offer.sha256) : null;
  }

  /** The consultation is over: keep no picture. */
  forget(): void {
    this.#pages.clear();
    this.#size = 0;
  }

  /** Bytes of memory taken for all that has come. */
  get taken(): number {
    return this.pages.reduce((sum, { assembly, data }) => sum + assembly.taken + data.length, 0);
  }

  get pages(): readonly Page[] {
    return [...this.#pages.values()];
  }

  get #coming(): Page[] {
    return this.pages.filter((page) => page.state === "coming" && !isWhole(page));
  }
}

function heldOf({ offer, assembly: { parts } }: Page): StillHeld {
  const whole = parts.whole;
  const beyond = parts.parts.filter(([start]) => start > whole).slice(0, REPORTED_LIMIT);
  return { kind: "still_held", id: offer.id, size: whole, beyond: beyond.flat() };
}

function isWhole(page: Page): boolean {
  return page.assembly.parts.whole === page.offer.size;
}
