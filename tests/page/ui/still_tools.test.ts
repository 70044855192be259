import { describe, expect, test } from "vitest";
import { AS_IT_IS, straight } from "@page/ui/consultation/light.ts";
import { Pace, REPEAT_EVERY_MS, TELL_EVERY_MS } from "@page/ui/consultation/pointer.ts";
import { length_mm, length_px } from "@page/ui/consultation/ruler.ts";
import { within } from "@page/ui/consultation/tool.ts";

describe("the light", () => {
  const lit = (value: number, light: Partial<typeof AS_IT_IS>) => {
    const { slope, intercept } = straight({ ...AS_IT_IS, ...light });
    return value * slope + intercept;
  };

  test("changes nothing until it is touched", () => expect(lit(0.3, {})).toBeCloseTo(0.3));
  test("turns contrast around the middle grey", () => {
    expect(lit(0.5, { contrast: 2 })).toBeCloseTo(0.5);
    expect(lit(0.6, { contrast: 2 })).toBeCloseTo(0.7);
  });
  test("adds brightness everywhere", () => expect(lit(0.3, { brightness: 0.2 })).toBeCloseTo(0.5));
});

describe("the ruler", () => {
  test("measures in the original's pixels, not in the screen's", () => {
    const size = { width: 1_280, height: 720 };
    expect(length_px({ x: 0, y: 0 }, { x: 500, y: 0 }, size)).toBe(640);
    expect(length_px({ x: 0, y: 0 }, { x: 0, y: 500 }, size)).toBe(360);
  });

  test("says millimetres only by a length the GP has told", () => {
    expect(length_mm(100, null)).toBeNull();
    expect(length_mm(100, { px: 50, mm: 10 })).toBe(20);
    expect(length_mm(100, { px: 0, mm: 10 })).toBeNull();
  });
});

describe("the pointer", () => {
  /** How often a hand that moves every `every_ms` for a second is told. */
  function told(every_ms: number): number {
    const pace = new Pace();
    let count = 0;
    for (let now_ms = 0; now_ms < 1_000; now_ms += every_ms) if (pace.moved(now_ms)) count += 1;
    return count;
  }

  test("is told at most ten times a second, however fast the hand", () => {
    expect(told(4)).toBe(10);
    expect(told(250)).toBe(4);
  });

  test("that stops between two tellings has its last place told", () => {
    const pace = new Pace();
    pace.moved(0);
    expect(pace.moved(50)).toBe(false);
    expect(pace.passed(60)).toBe(false);
    expect(pace.passed(TELL_EVERY_MS)).toBe(true);
  });

  test("that rests is told again, since a place may be lost; one taken away is not", () => {
    const pace = new Pace();
    pace.moved(0);
    expect(pace.passed(REPEAT_EVERY_MS - 1)).toBe(false);
    expect(pace.passed(REPEAT_EVERY_MS)).toBe(true);
    pace.left();
    expect(pace.passed(10 * REPEAT_EVERY_MS)).toBe(false);
  });

  test("never points beyond the picture", () => {
    expect(within({ x: -3, y: 1_200.4 })).toEqual({ x: 0, y: 1_000 });
  });
});
