/**
 * What the page keeps of a consultation, so that a reload goes on with it; the counterpart of
 * `client/core/resumption.py`.
 *
 * It is a diary: the session first, then everything durable that came and left, each before the
 * site hears of it. Whoever reads it again comes to the same state. It lies sealed in the
 * browser's database (`store/journal.ts`) and is erased when the consultation is over.
 */

import type { Kept } from "../core/envelope.ts";
import { type Bytes, joined } from "../core/primitives.ts";
import { decode, encode, type Message, type Parcel } from "../core/wire.ts";
import type { Self } from "./ports.ts";

/** A session with one site, and how its letters come and go. */
export interface KeptSession {
  readonly keys: Kept;
  readonly relay: string | null;
  readonly siteAddress: Bytes;
  readonly sitePublic: Bytes;
  readonly siteToken: Bytes;
  readonly gpTokenHash: Bytes;
  /** Tells the draft of this consultation from those of others. */
  readonly secret: Bytes;
  /** Page's clock; nobody can go on with it later. */
  readonly until_ms: number;
  readonly since_ms: number;
  readonly self: Self;
}

/** One thing that happened, as it is kept. */
export type Entry =
  | { readonly what: "began"; readonly session: KeptSession }
  | { readonly what: "verified"; readonly at_ms: number }
  /** It can be gone on with until then: longer than its session said at first. */
  | { readonly what: "lasts"; readonly until_ms: number }
  /** It is in the foreground from now on, or waits. */
  | { readonly what: "placed"; readonly isFront: boolean }
  | { readonly what: "came"; readonly at_ms: number; readonly parcel: Uint8Array }
  | { readonly what: "left"; readonly at_ms: number; readonly parcel: Uint8Array }
  | { readonly what: "received"; readonly at_ms: number; readonly numbers: readonly number[] }
  | { readonly what: "piece"; readonly parcel: Uint8Array }
  /** Part of a file of ours, before the file is offered. */
  | { readonly what: "own"; readonly parcel: Uint8Array }
  | { readonly what: "clock"; readonly offset_ms: number };

/** Where a consultation writes what happens. */
export interface Diary {
  add(entry: Entry): void;
  /** Everything added so far is kept; nothing is to leave before. */
  readonly settled: Promise<void>;
  /** The consultation is over. */
  erase(): void;
}

/** For those who keep nothing. */
export const NO_DIARY: Diary = {
  add: () => undefined,
  settled: Promise.resolve(),
  erase: () => undefined,
};

/** A consultation of an earlier process of this page. */
export interface Interrupted {
  readonly session: KeptSession;
  readonly until_ms: number;
  readonly verified_ms: number;
  /** It was in the foreground. */
  readonly isFront: boolean;
  readonly entries: readonly Entry[];
  /** Goes on behind the entries. */
  readonly diary: Diary;
}

/** What can be gone on with; `null` where the words were not compared yet, or it is too late. */
export function interrupted(
  entries: readonly Entry[],
  diary: Diary,
  now_ms: number,
): Interrupted | null {
  const [first] = entries;
  const verified = entries.find(({ what }) => what === "verified");
  if (first?.what !== "began" || verified?.what !== "verified") return null;
  const lasts = entries.findLast(({ what }) => what === "lasts");
  const until_ms = lasts?.what === "lasts" ? lasts.until_ms : first.session.until_ms;
  if (now_ms >= until_ms) return null;
  const placed = entries.findLast(({ what }) => what === "placed");
  const isFront = placed?.what === "placed" && placed.isFront;
  const { session } = first;
  return { session, until_ms, verified_ms: verified.at_ms, isFront, entries, diary };
}

/** A message as it is kept; those that travel without a number are kept with none. */
export function packed(message: Message, number: number | null = null): Bytes {
  return encode({ number, message });
}

/** The parcel in an entry. */
export function unpacked(parcel: Uint8Array): Parcel {
  const [only] = decode(joined(parcel));
  if (only === undefined) throw new RangeError("an entry without a parcel");
  return only;
}

/** What is not done again when a diary is read: it was acted upon outside the consultation. */
const PASSING: ReadonlySet<Message["kind"]> = new Set([
  "words_compared",
  "acquaintance",
  "goodbye",
]);

/** Of these, what shapes the state that a diary leads to. */
export function shaping(messages: readonly Message[]): Message[] {
  return messages.filter(({ kind }) => !PASSING.has(kind));
}
