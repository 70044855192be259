/** The newest of many things that came. */

import type { Newest } from "./snapshot.ts";

/** Keeps no more than its limit, and counts all. */
export class Hoard<T> {
  #newest: Newest<T> = { items: [], count: 0 };

  constructor(readonly limit: number) {}

  /** The same object as long as nothing was added: what shows it can tell at a glance. */
  get newest(): Newest<T> {
    return this.#newest;
  }

  add(item: T): void {
    const { items, count } = this.#newest;
    this.#newest = { items: [...items.slice(-this.limit + 1), item], count: count + 1 };
  }

  clear(): void {
    this.#newest = { items: [], count: 0 };
  }
}
