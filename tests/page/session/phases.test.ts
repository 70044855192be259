import { expect, test } from "vitest";
import { after, type Step, TRANSITIONS, WrongStepError } from "@page/session/phases.ts";
import type { Phase } from "@page/session/snapshot.ts";

const PHASES = Object.keys(TRANSITIONS) as Phase[];
const STEPS: Step[] = ["joined", "keys_agreed", "words_equal", "ended", "trust_broken", "left"];

test.each(PHASES.flatMap((phase) => STEPS.map((step) => [phase, step] as const)))(
  "%s, %s: follows the table or is an error",
  (phase, step) => {
    const next = TRANSITIONS[phase][step];
    if (next === undefined) expect(() => after(phase, step)).toThrow(WrongStepError);
    else expect(after(phase, step)).toBe(next);
  },
);

test("only equal words lead to the consultation", () => {
  const ways = PHASES.flatMap((phase) => Object.entries(TRANSITIONS[phase]));
  expect(ways.filter(([, next]) => next === "consulting")).toEqual([["words_equal", "consulting"]]);
});
