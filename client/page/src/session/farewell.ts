/** How a visit ends: who said goodbye, and how long the page stays for what is still on its way. */

import type { EndView } from "./snapshot.ts";

/** How long our goodbye waits for its receipt; the protocol's figure. */
export const GOODBYE_PATIENCE_MS = 5_000;
/** chosen: time for our last receipts to leave. */
const FAREWELL_MS = 1_000;
/** chosen: a site that is told to turn elsewhere and does not answer knows it, or is gone. */
const REDIRECTION_PATIENCE_MS = 600_000;

export class Farewell {
  /** `null` while nobody has said goodbye. */
  end: EndView | null = null;
  /** What we said last waits for its receipt. */
  #isOurs = false;
  #closesAt_ms: number | null = null;

  /** We say goodbye. */
  said(reason: string, now_ms: number): void {
    this.end = { reason, byUs: true, isEnding: true };
    this.#isOurs = true;
    this.#closesAt_ms = now_ms + GOODBYE_PATIENCE_MS;
  }

  /** The site says it. */
  heard(reason: string, now_ms: number): void {
    this.end = { reason, byUs: false, isEnding: false };
    this.#isOurs = false;
    this.#closesAt_ms = now_ms + FAREWELL_MS;
  }

  /** We send the patient elsewhere. */
  redirected(now_ms: number): void {
    this.#isOurs = true;
    this.#closesAt_ms = now_ms + REDIRECTION_PATIENCE_MS;
  }

  /** We refuse to go on. */
  refused(now_ms: number): void {
    this.#isOurs = false;
    this.#closesAt_ms = now_ms + GOODBYE_PATIENCE_MS;
  }

  /** Time has passed: whether to close now. Once the site has all we said, a moment is enough. */
  isOver(now_ms: number, isSettled: boolean): boolean {
    if (this.#closesAt_ms === null) return false;
    const isSaid = this.#isOurs && isSettled;
    if (isSaid) this.#closesAt_ms = Math.min(this.#closesAt_ms, now_ms + FAREWELL_MS);
    return now_ms >= this.#closesAt_ms;
  }

  /** Everything is let go of. */
  close(): void {
    if (this.end !== null) this.end = { ...this.end, isEnding: false };
  }
}
