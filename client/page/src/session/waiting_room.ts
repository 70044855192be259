/** All sites that are with this GP: one in the foreground at most, the others wait. */

import type { WaitingView } from "./snapshot.ts";
import type { Visit } from "./visit.ts";
import { isUnsent, waitingView } from "./waiting_views.ts";

/** chosen: more than one GP sees in an hour; who comes later goes on ringing. */
export const VISITS_LIMIT = 8;
/** chosen: calls of a week, answered, which their sites have not taken up. */
export const EXPECTED_LIMIT = 32;

export class WaitingRoom {
  /** By the name under which the screens speak of them; in the order in which they came. */
  readonly #visits = new Map<string, Visit>();
  #names = 0;

  /** Whom the GP sees now. */
  get front(): Visit | null {
    return this.#frontPlace?.[1] ?? null;
  }

  /** The name of whom the GP sees now; empty: nobody. */
  get frontName(): string {
    return this.#frontPlace?.[0] ?? "";
  }

  get #frontPlace(): readonly [string, Visit] | undefined {
    return [...this.#visits].find(([, { isFront }]) => isFront);
  }

  get isFull(): boolean {
    const expected = [...this.#visits.values()].filter(({ isExpected }) => isExpected).length;
    return this.#visits.size - expected >= VISITS_LIMIT || expected >= EXPECTED_LIMIT;
  }

  /** Somebody is here whom the GP may be speaking with. */
  get isUnderWay(): boolean {
    return [...this.#visits.values()].some(
      ({ phase }) => phase === "comparing" || phase === "consulting",
    );
  }

  /** Leaving the page now would end what a reload cannot go on with. */
  get losesByLeaving(): boolean {
    return [...this.#visits.values()].some(
      (visit) => visit.phase === "comparing" || visit.end?.isEnding === true || isUnsent(visit),
    );
  }

  get views(): readonly WaitingView[] {
    return [...this.#visits]
      .filter(([, { isFront, isExpected }]) => !isFront && !isExpected)
      .map(([id, visit]) => waitingView(id, visit));
  }

  /** Somebody comes; in front of all others if the visit says so. */
  enter(visit: Visit): void {
    if (visit.isFront) for (const other of this.#visits.values()) other.stepAside();
    this.#names += 1;
    this.#visits.set(String(this.#names), visit);
  }

  /** To the foreground; who was there waits. */
  bring(id: string): void {
    const visit = this.#visits.get(id);
    if (visit === undefined) return;
    const before = this.front;
    if (before !== visit) before?.stepAside();
    visit.come();
  }

  of(id: string): Visit | undefined {
    return this.#visits.get(id);
  }

  /** The GP's profession is proved now: everybody who is here may know. */
  attest(): void {
    for (const visit of this.#visits.values()) visit.attest();
  }

  /** The GP is done with this one. */
  leave(visit: Visit): void {
    visit.close();
    for (const [id, known] of this.#visits) if (known === visit) this.#visits.delete(id);
  }

  /** Time has passed; who waited and is gone leaves no trace but what the GP has to see. */
  tick(now_ms: number): void {
    for (const [id, visit] of this.#visits) {
      visit.tick(now_ms);
      if (!visit.isFront && isDone(visit)) this.#visits.delete(id);
    }
  }

  /** The page goes away. */
  suspend(): void {
    for (const visit of this.#visits.values()) visit.suspend();
  }
}

/** Nothing of it is left to look at. */
function isDone(visit: Visit): boolean {
  return visit.isClosed && visit.refusal === null && !isUnsent(visit);
}
