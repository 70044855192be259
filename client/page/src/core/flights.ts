/**
 * What is under way to the site without a receipt, and when to send it again; mirrors
 * `client/core/flights.py`: the timer of RFC 6298, and what left before something that has arrived
 * is lost.
 */

/**
 * Before anything is known of the path. chosen: RFC 6298, 2.1, has one second, which a line of
 * 32 kbit/s takes to pass the first words alone; said again too soon, they take as long again.
 */
export const FIRST_WAIT_MS = 2_000;
/** chosen: a receipt may be held back for half of that on a line without any delay. */
export const SHORTEST_WAIT_MS = 200;
/** chosen: after a cut of some seconds a message comes back soon. */
export const LONGEST_WAIT_MS = 4_000;

/** The time from sending to receipt, smoothed (RFC 6298, 2). */
export class RoundTrip {
  smoothed_ms: number | null = null;
  #variation_ms = 0;

  /** One measurement, of something sent once (Karn's rule). */
  note(measured_ms: number): void {
    if (this.smoothed_ms === null) {
      this.smoothed_ms = measured_ms;
      this.#variation_ms = measured_ms / 2;
      return;
    }
    const deviation_ms = Math.abs(this.smoothed_ms - measured_ms);
    this.#variation_ms += (deviation_ms - this.#variation_ms) / 4;
    this.smoothed_ms += (measured_ms - this.smoothed_ms) / 8;
  }

  /** How long to wait for a receipt before sending again. */
  get wait_ms(): number {
    if (this.smoothed_ms === null) return FIRST_WAIT_MS;
    const wait_ms = this.smoothed_ms + 4 * this.#variation_ms;
    return Math.min(Math.max(wait_ms, SHORTEST_WAIT_MS), LONGEST_WAIT_MS);
  }
}

interface Flight {
  readonly turn: number;
  readonly sent_ms: number;
  due_ms: number;
  readonly times: number;
  /** What left after it has arrived. */
  isMissed: boolean;
}

/** What was sent on one path, by number, until it is known to have arrived. */
export class Flights {
  readonly roundTrip = new RoundTrip();
  /** In the order in which they were sent. */
  readonly #flights = new Map<number, Flight>();
  #turns = 0;
  /** Of every wait, since the last one that ran out and until a measurement (5.7). */
  #doublings = 0;

  /** It has just been sent, for the first time or again. */
  noteSent(number: number, now_ms: number): void {
    const before = this.#flights.get(number);
    const times = (before?.times ?? 0) + 1;
    if (before !== undefined && !before.isMissed) {
      this.#doublings = Math.max(this.#doublings, times - 1);
    }
    const doublings = Math.max(times - 1, this.#doublings);
    const wait_ms = Math.min(this.roundTrip.wait_ms * 2 ** doublings, LONGEST_WAIT_MS);
    this.#turns += 1;
    this.#flights.delete(number);
    const due_ms = now_ms + wait_ms;
    const flight = { turn: this.#turns, sent_ms: now_ms, due_ms, times, isMissed: false };
    this.#flights.set(number, flight);
  }

  /** The site has these; if that is all it has, what was sent before them is due at once. */
  noteArrived(numbers: readonly number[], now_ms: number, isAll: boolean): void {
    const arrived = numbers.map((number) => this.#flights.get(number));
    for (const number of numbers) this.#flights.delete(number);
    const once = arrived.filter((flight) => flight?.times === 1) as Flight[];
    if (once.length === 0) return;
    // The one that waited longest for this receipt: the others' times would hide that wait.
    this.roundTrip.note(Math.max(0, now_ms - Math.min(...once.map(({ sent_ms }) => sent_ms))));
    this.#doublings = 0;
    const newest = Math.max(...once.map(({ turn }) => turn));
    if (!isAll) return;
    for (const flight of this.#flights.values()) {
      if (flight.turn >= newest) continue;
      flight.due_ms = Math.min(flight.due_ms, now_ms);
      flight.isMissed = true;
    }
  }

  /** What to send again now, that sent longest ago first. */
  due(now_ms: number): number[] {
    // What seems to have been sent in the future is due too: the browser's clock was set back.
    const isDue = ({ due_ms, sent_ms }: Flight) => due_ms <= now_ms || sent_ms > now_ms;
    return [...this.#flights].filter(([, flight]) => isDue(flight)).map(([number]) => number);
  }

  /** How long until something is due; `null` while nothing is under way. */
  wait_ms(now_ms: number): number | null {
    if (this.#flights.size === 0) return null;
    const due_ms = Math.min(...[...this.#flights.values()].map((flight) => flight.due_ms));
    return Math.min(Math.max(0, due_ms - now_ms), LONGEST_WAIT_MS);
  }

  /** The path is gone, with whatever was under way on it. */
  forget(): void {
    this.#flights.clear();
    this.#doublings = 0;
  }
}
