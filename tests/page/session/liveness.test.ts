import { expect, test } from "vitest";
import { FROZEN_AFTER_MS, liveness } from "@page/session/liveness.ts";
import { EMPTY, type LinkView } from "@page/session/snapshot.ts";

const up: LinkView = { ...EMPTY.link, state: "up" };
const beating: LinkView = { ...up, line: { ...up.line, picture: "heartbeat", beat_ms: 5_000 } };

test("before the first picture there is none, in any mode", () => {
  expect(liveness(null, up, 9_000)).toEqual({ kind: "none" });
  expect(liveness(null, beating, 9_000)).toEqual({ kind: "none" });
});

test("a browser's black picture in place of one it cannot decode is none", () => {
  expect(liveness(1_000, { ...up, canShow: false }, 9_000)).toEqual({ kind: "none" });
});

test("motion is live until it stands still for two seconds", () => {
  expect(liveness(1_000, up, 1_000 + FROZEN_AFTER_MS)).toEqual({ kind: "live" });
  expect(liveness(1_000, up, 1_001 + FROZEN_AFTER_MS)).toEqual({ kind: "frozen", age_ms: 2_001 });
});

test.each([0, 40, 4_900, 5_600, 10_900])(
  "a heartbeat's picture %i ms old is neither live nor frozen",
  (age_ms) => {
    expect(liveness(1_000, beating, 1_000 + age_ms)).toEqual({
      kind: "beat",
      every_ms: 5_000,
      age_ms,
    });
  },
);

test("two beats missed are a frozen picture", () => {
  expect(liveness(0, beating, 11_001)).toEqual({ kind: "frozen", age_ms: 11_001 });
});

test("on a cut line no heartbeat excuses an old picture", () => {
  const cut: LinkView = { ...beating, state: "cut" };
  expect(liveness(0, cut, 3_000)).toEqual({ kind: "frozen", age_ms: 3_000 });
});

test("without a picture on its way the last one is stamped, not taken for a slow one", () => {
  const voiceOnly: LinkView = { ...up, line: { ...up.line, picture: "none" } };
  expect(liveness(0, voiceOnly, 3_000)).toEqual({ kind: "frozen", age_ms: 3_000 });
});
