/** How far the site's clock is from ours, as far as one-way messages can tell. */

export class ClockOffset {
  #offset_ms: number | null = null;

  /** The site wrote `sent_ms`, we read it at `now_ms`: the fastest message errs least. */
  heard(sent_ms: number, now_ms: number): void {
    const seen_ms = now_ms - sent_ms;
    this.#offset_ms = this.#offset_ms === null ? seen_ms : Math.min(this.#offset_ms, seen_ms);
  }

  /** A moment of the site's clock, on ours. */
  here(site_ms: number): number {
    return site_ms + (this.#offset_ms ?? 0);
  }
}
