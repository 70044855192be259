import { expect, test } from "vitest";
import { legible } from "@page/ui/dom.ts";

test("what nobody sees and what turns the writing around is left out", () => {
  expect(legible("\u0000a\u001b[2J\u007fb\u009b\u202ec\u2066d\u200b\u2028\ufeff")).toBe("a[2Jbcd");
});

test("what French and the GP's own lines need stays", () => {
  const text = "Tension : 128/79 mmHg\n\tpouls 76\u202f/min, cœur « régulier », 👩‍⚕️";
  expect(legible(text)).toBe(text);
});

test("marks of direction and hyphens that nobody sees are left out too", () => {
  expect(legible("ab\u061cc\u00add")).toBe("abcd");
});
