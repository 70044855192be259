/** How unevenly the voice came of late: what a play-out buffer must bear, and no more. */

/** chosen: several changes of a wandering line, whose delays come seconds apart. */
const WINDOW_MS = 5_000;
/** Frames remembered; chosen: above the 50 a second of the shortest packets. */
const FRAMES_LIMIT = 512;
/** RTP clock of Opus (RFC 7587, 4.1). */
const TICKS_PER_MS = 48;

interface Arrival {
  readonly at_ms: number;
  /** Arrival against the sender's clock; its zero is unknown. */
  readonly behind_ms: number;
}

export class Lateness {
  #arrivals: Arrival[] = [];
  #timestamp: number | null = null;
  #sent_ms = 0;

  /** A frame came; `timestamp` is RTP's, of 32 bits. */
  note(timestamp: number, now_ms: number): void {
    this.#sent_ms += ((timestamp - (this.#timestamp ?? timestamp)) | 0) / TICKS_PER_MS;
    this.#timestamp = timestamp;
    this.#arrivals.push({ at_ms: now_ms, behind_ms: now_ms - this.#sent_ms });
    const from_ms = now_ms - WINDOW_MS;
    this.#arrivals = this.#arrivals.filter(({ at_ms }) => at_ms > from_ms).slice(-FRAMES_LIMIT);
  }

  /** By how much the latest frame of the last seconds came later than the earliest. */
  get spread_ms(): number {
    const behind_ms = this.#arrivals.map((one) => one.behind_ms);
    return behind_ms.length === 0 ? 0 : Math.max(...behind_ms) - Math.min(...behind_ms);
  }
}
