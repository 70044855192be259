/** Which parts of a whole are here: sorted, disjoint ranges of bytes, each end not included. */

type Range = readonly [start: number, end: number];

export class Ranges {
  #parts: readonly Range[] = [];

  get parts(): readonly Range[] {
    return this.#parts;
  }

  /** How many bytes they cover. */
  get size(): number {
    return this.#parts.reduce((sum, [start, end]) => sum + end - start, 0);
  }

  /** Cover these bytes too; ranges that then touch become one. */
  add(start: number, end: number): void {
    const before = this.#parts.filter((part) => part[1] < start);
    const after = this.#parts.filter((part) => part[0] > end);
    const joined = this.#parts.slice(before.length, this.#parts.length - after.length);
    const from = Math.min(start, ...joined.map((part) => part[0]));
    const to = Math.max(end, ...joined.map((part) => part[1]));
    this.#parts = [...before, [from, to], ...after];
  }

  /** Whether adding these bytes would need no range of their own. */
  touches(start: number, end: number): boolean {
    return this.#parts.some((part) => part[1] >= start && part[0] <= end);
  }

  /** Where the covered bytes from the first one on end; 0 where none are. */
  get whole(): number {
    const first = this.#parts[0];
    return first !== undefined && first[0] === 0 ? first[1] : 0;
  }
}
