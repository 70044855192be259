import { expect, test } from "vitest";
import { Ranges } from "@page/core/ranges.ts";

test("they are the set of their bytes", () => {
  let state = 1;
  const draw = (below: number) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
  for (let round = 0; round < 200; round += 1) {
    const ranges = new Ranges();
    const covered = new Set<number>();
    for (let part = draw(20); part > 0; part -= 1) {
      const start = draw(60);
      const end = start + 1 + draw(9);
      const grows = !ranges.touches(start, end);
      const before = ranges.parts.length;
      ranges.add(start, end);
      if (grows) expect(ranges.parts.length).toBe(before + 1);
      for (let byte = start; byte < end; byte += 1) covered.add(byte);
    }
    const bytes = ranges.parts.flatMap(([a, b]) => Array.from({ length: b - a }, (_, i) => a + i));
    expect(bytes).toEqual([...covered].sort((a, b) => a - b));
    expect(ranges.size).toBe(covered.size);
    expect(covered.has(ranges.whole)).toBe(false);
  }
});
