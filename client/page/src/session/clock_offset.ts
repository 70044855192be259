/** How far the site's clock is from ours, as far as one-way messages can tell. */

export class ClockOffset {
  #offset_ms: number | null = null;

  /**
   * The site wrote `sent_ms`, we read it at `now_ms`: the fastest message errs least.
   *
   * The offset, when it is better known than before; else `null`.
   */
  heard(sent_ms: number, now_ms: number): number | null {
    const seen_ms = now_ms - sent_ms;
    if (this.#offset_ms !== null && this.#offset_ms <= seen_ms) return null;
    this.#offset_ms = seen_ms;
    return seen_ms;
  }

  /** As an earlier process of this page knew it. */
  restore(offset_ms: number): void {
    this.#offset_ms = offset_ms;
  }

  /** A moment of the site's clock, on ours. */
  here(site_ms: number): number {
    return site_ms + (this.#offset_ms ?? 0);
  }
}
