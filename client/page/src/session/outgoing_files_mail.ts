/** One file of ours through the mailbox; mirrors `client.core.mailed`. */

import { Ranges } from "../core/ranges.ts";
import type { StillHeld, StillPiece } from "./album.ts";
import { covers, partsOf } from "./outgoing_files_line.ts";

/** What the largest letter holds beside a `still_piece` parcel's own bytes, a long id included. */
export const MAILED_BYTES = 15_288;
/** After the last piece; what the site says sooner it may have said before that came. */
const DEAF_MS = 20_000;

export class FileByMail {
  readonly #id: number;
  readonly #data: Uint8Array;
  readonly #held = new Ranges();
  #posted: number[] = [];
  #missing: number[] = [];
  #fresh = 0;
  #said = "";
  #posted_ms = 0;

  constructor(id: number, data: Uint8Array) {
    this.#id = id;
    this.#data = data;
  }

  /** Pieces in the site's mailbox of which nothing was heard. */
  get waiting(): number {
    return this.#posted.length;
  }

  /** Every byte was posted, or is there. */
  get isPosted(): boolean {
    return this.#missing.length === 0 && this.#fresh >= this.#data.length;
  }

  /** The site holds this much; what cannot be is ignored. */
  acknowledge(told: StillHeld, now_ms: number): void {
    const parts = partsOf(told, this.#data.length);
    if (parts === null) return;
    for (const [start, end] of parts) this.#held.add(start, end);
    const said = JSON.stringify([told.size, told.beyond]);
    const isDeaf = said === this.#said && now_ms - this.#posted_ms >= DEAF_MS;
    this.#said = said;
    const newest = this.#posted.findLastIndex((at) => this.#isHeld(at));
    const lost = isDeaf ? this.#posted.length : Math.max(newest, 0);
    const isOpen = (at: number) => !this.#isHeld(at);
    this.#missing.push(...this.#posted.slice(0, lost).filter(isOpen));
    this.#posted = this.#posted.slice(lost).filter(isOpen);
  }

  /** What goes into the next letter; `null` when all is posted. */
  nextPiece(now_ms: number): StillPiece | null {
    const start = this.#next();
    if (start === null) return null;
    this.#posted.push(start);
    this.#posted_ms = now_ms;
    const data = this.#data.subarray(start, this.#end(start));
    return { kind: "still_piece", id: this.#id, offset: start, data };
  }

  #next(): number | null {
    for (let at = this.#missing.shift(); at !== undefined; at = this.#missing.shift()) {
      if (!this.#isHeld(at)) return at;
    }
    while (this.#fresh < this.#data.length) {
      const at = this.#fresh;
      this.#fresh = this.#end(at);
      if (!this.#isHeld(at)) return at;
    }
    return null;
  }

  #isHeld(start: number): boolean {
    return covers(this.#held, start, this.#end(start));
  }

  #end(start: number): number {
    return Math.min(start + MAILED_BYTES, this.#data.length);
  }
}
