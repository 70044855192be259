/** One file of ours on the line: lost pieces alone repeated; mirrors `client.core.stills.StillSender`. */

import { Flights } from "../core/flights.ts";
import { Ranges } from "../core/ranges.ts";
import type { StillHeld, StillPiece } from "./album.ts";
import { RANGES_LIMIT, REPORTED_LIMIT } from "./album.ts";

/** Bytes under way without a receipt; chosen: half a second at the fastest we send. */
export const WINDOW_BYTES = 16_384;

/** Whether every byte from `start` up to `end`, which is not included, is covered. */
export function covers(held: Ranges, start: number, end: number): boolean {
  return start >= end || held.parts.some((part) => part[0] <= start && part[1] >= end);
}

/** The parts a receipt tells of; `null` when it cannot be one for a file of this size. */
export function partsOf(told: StillHeld, size: number): (readonly [number, number])[] | null {
  const bounds = [0, told.size, ...told.beyond];
  const last = bounds.at(-1) ?? 0;
  if (bounds.length % 2 !== 0 || last > size) return null;
  const isRising = bounds.slice(2).every((bound, at) => bound > (bounds[at + 1] ?? 0));
  if (!isRising) return null;
  const parts: [number, number][] = [];
  for (let at = 0; at < bounds.length; at += 2) {
    const [start = 0, end = 0] = bounds.slice(at, at + 2);
    if (start < end) parts.push([start, end]);
  }
  return parts;
}

export class FileOnLine {
  readonly #id: number;
  readonly #data: Uint8Array;
  readonly #held = new Ranges();
  readonly #flights = new Flights();
  /** Where each piece under way ends, by where it begins. */
  readonly #ends = new Map<number, number>();
  #missing: (readonly [number, number])[] = [];
  #isWanted = false;
  #fresh = 0;

  constructor(id: number, data: Uint8Array) {
    this.#id = id;
    this.#data = data;
  }

  /** The site holds this much and wants the rest; a receipt that cannot be is ignored. */
  acknowledge(told: StillHeld, now_ms: number): void {
    const parts = partsOf(told, this.#data.length);
    if (parts === null) return;
    this.#isWanted = true;
    for (const [start, end] of parts) {
      const isOneMore = this.#held.parts.length >= RANGES_LIMIT;
      if (!isOneMore || this.#held.touches(start, end)) this.#held.add(start, end);
    }
    const arrived = [...this.#ends].filter(([start, end]) => covers(this.#held, start, end));
    for (const [start] of arrived) this.#ends.delete(start);
    const isAll = told.beyond.length < 2 * REPORTED_LIMIT;
    this.#flights.noteArrived(arrived.map(([start]) => start), now_ms, isAll);
  }

  /** The line is new: what was under way is lost, go on from what the site holds. */
  rewind(): void {
    const lost = [...this.#ends].sort((left, right) => left[0] - right[0]);
    this.#missing = [...lost, ...this.#missing];
    this.#ends.clear();
    this.#flights.forget();
  }

  /** What to send now, at most so long; `null` when the window is full or nothing is left. */
  nextPiece(limit_bytes: number, now_ms: number): StillPiece | null {
    const part = this.#repeated(limit_bytes, now_ms) ?? this.#rewound(limit_bytes);
    const [start, end] = part ?? this.#new(limit_bytes) ?? [0, 0];
    if (start === end) return null;
    this.#ends.set(start, end);
    this.#flights.noteSent(start, now_ms);
    return { kind: "still_piece", id: this.#id, offset: start, data: this.#data.subarray(start, end) };
  }

  #repeated(limit_bytes: number, now_ms: number): readonly [number, number] | null {
    const [start] = this.#flights.due(now_ms);
    if (start === undefined) return null;
    return this.#cut(start, this.#ends.get(start) ?? start, limit_bytes);
  }

  #rewound(limit_bytes: number): readonly [number, number] | null {
    for (let next = this.#missing.shift(); next !== undefined; next = this.#missing.shift()) {
      if (!covers(this.#held, ...next)) return this.#cut(...next, limit_bytes);
    }
    return null;
  }

  #new(limit_bytes: number): readonly [number, number] | null {
    const here = this.#held.parts.find(([from, to]) => from <= this.#fresh && this.#fresh < to);
    const start = here?.[1] ?? this.#fresh;
    const underWay = [...this.#ends].reduce((sum, [from, to]) => sum + to - from, 0);
    const isFull = underWay + limit_bytes > WINDOW_BYTES;
    if (!this.#isWanted || isFull || start >= this.#data.length) return null;
    this.#fresh = Math.min(start + limit_bytes, this.#data.length);
    return [start, this.#fresh];
  }

  /** The line may carry less at a time than when this was first sent. */
  #cut(start: number, end: number, limit_bytes: number): readonly [number, number] {
    if (end - start <= limit_bytes) return [start, end];
    this.#missing.unshift([start + limit_bytes, end]);
    return [start, start + limit_bytes];
  }
}
