/** Who has come since the last picture, by nobody's doing here: that alone may call the GP. */

import type { PageSnapshot, WaitingView } from "../session/snapshot.ts";

const CALL = "call ";

export class Arrivals {
  #known: ReadonlySet<string> = new Set();

  /** Whether somebody has come. Whom the GP sends to wait, or has seen before, has not. */
  hasNew({ visit, waiting, sites }: PageSnapshot): boolean {
    const calls = sites
      .filter(({ called_ms }) => called_ms !== null)
      .map(({ id, called_ms }) => `${CALL}${id} ${called_ms}`);
    const here = [...waiting.filter(isHere).map(({ id }) => id), ...calls];
    const isNew = here.some((id) => !this.#known.has(id));
    // Calls are told on the first screen alone: behind another they ring on.
    const unseen = visit === "" ? [] : [...this.#known].filter((id) => id.startsWith(CALL));
    this.#known = new Set([visit, ...here, ...unseen]);
    return isNew;
  }
}

/** The site itself, and not only the GP's wish to meet it. */
function isHere({ areWordsToCompare, verified_ms }: WaitingView): boolean {
  return areWordsToCompare || verified_ms !== null;
}
