/** The states of one consultation at the GP's, and what moves it from one to the next. */

import type { Phase } from "./snapshot.ts";

export type Step = "joined" | "keys_agreed" | "words_equal" | "ended" | "trust_broken" | "left";

/** Anything absent is an error: a bug here or a hostile peer. */
export const TRANSITIONS: Readonly<Record<Phase, Partial<Record<Step, Phase>>>> = {
  arriving: { joined: "waiting" },
  waiting: { keys_agreed: "comparing", trust_broken: "refused", left: "arriving" },
  comparing: { words_equal: "consulting", trust_broken: "refused", ended: "ended" },
  consulting: { trust_broken: "refused", ended: "ended" },
  ended: {},
  refused: { left: "arriving" },
};

/** A step that means nothing in this phase. */
export class WrongStepError extends Error {
  override readonly name = "WrongStepError";

  constructor(
    readonly phase: Phase,
    readonly step: Step,
  ) {
    super(`${step} while ${phase}`);
  }
}

/** The phase that follows. */
export function after(phase: Phase, step: Step): Phase {
  const next = TRANSITIONS[phase][step];
  if (next === undefined) throw new WrongStepError(phase, step);
  return next;
}
