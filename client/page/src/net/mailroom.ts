/**
 * One way to each relay, shared by all who listen there.
 *
 * The relay lets one connection at a time watch a mailbox, and several sites write to the same one.
 * Each letter is told to all; who is not meant does nothing. It stays at the relay unless all took
 * it: a call that nobody has decided about comes again.
 */

import type { Mailbox } from "../session/ports.ts";
import type { Reason } from "./frames.ts";
import type { RelayEvents } from "./relay.ts";

/** What is shared: `net/relay.ts`. */
export interface SharedWay extends Omit<Mailbox, "put"> {
  /** The number of the letter, by which a refusal names it. */
  put(to: Uint8Array, token: Uint8Array, data: Uint8Array, ttl_s: number): number;
}

/** Makes the way to this relay, and begins to listen there. */
export type OpenWay<W extends SharedWay> = (
  relay: string | null,
  events: RelayEvents,
) => Promise<W>;

interface Listener {
  readonly events: RelayEvents;
  readonly letters: Set<number>;
}

/** All who listen at one relay. */
class Counter<W extends SharedWay> implements RelayEvents {
  readonly listeners = new Set<Listener>();
  isReachable = false;
  way: Promise<W>;

  constructor(open: (events: RelayEvents) => Promise<W>) {
    this.way = open(this);
  }

  async onLetter(data: Uint8Array): Promise<void> {
    const told = [...this.listeners].map(({ events }) => events.onLetter(data));
    const answers = await Promise.allSettled(told);
    const kept = answers.find(({ status }) => status === "rejected");
    if (kept?.status === "rejected") throw kept.reason;
  }

  onReachable(isReachable: boolean): void {
    this.isReachable = isReachable;
    for (const { events } of this.listeners) events.onReachable(isReachable);
  }

  onStored(number: number): void {
    for (const { events, letters } of this.listeners) {
      if (letters.delete(number)) events.onStored(number);
    }
  }

  onRefused(reason: Reason, number: number): void {
    for (const { events, letters } of this.listeners) {
      if (letters.delete(number)) events.onRefused(reason, number);
    }
  }
}

export class Mailroom<W extends SharedWay> {
  readonly #open: OpenWay<W>;
  readonly #counters = new Map<string | null, Counter<W>>();

  constructor(open: OpenWay<W>) {
    this.#open = open;
  }

  /** Listen at this relay until `stop`. */
  async listen(relay: string | null, events: RelayEvents): Promise<Mailbox> {
    const counter = this.#counters.get(relay) ?? new Counter((all) => this.#open(relay, all));
    this.#counters.set(relay, counter);
    const listener = { events, letters: new Set<number>() };
    counter.listeners.add(listener);
    if (counter.isReachable) queueMicrotask(() => events.onReachable(true));
    const way = await counter.way;
    return {
      admit: (tokenHash, until_s) => way.admit(tokenHash, until_s),
      put: (to, token, data, ttl_s) => void listener.letters.add(way.put(to, token, data, ttl_s)),
      renew: () => way.renew(),
      stop: () => this.#leave(relay, counter, listener),
    };
  }

  /** Who closes last turns off the light. */
  #leave(relay: string | null, counter: Counter<W>, listener: Listener): void {
    counter.listeners.delete(listener);
    if (counter.listeners.size > 0 || this.#counters.get(relay) !== counter) return;
    this.#counters.delete(relay);
    void counter.way.then((way) => way.stop());
  }
}
