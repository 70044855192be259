import { expect, test } from "vitest";
import { allowance } from "@page/net/allowance.ts";

test("a wide line carries voice and face, the face within its bound", () => {
  expect(allowance(2_000_000)).toEqual({ voice_bps: 16_000, face_bps: 100_000 });
  expect(allowance(100_000)).toEqual({ voice_bps: 16_000, face_bps: 60_660 });
});

test("a thin line carries the voice alone", () => {
  expect(allowance(64_000)).toEqual({ voice_bps: 16_000, face_bps: 0 });
});

test("the voice gives way too, as far as it is understood", () => {
  expect(allowance(28_000)).toEqual({ voice_bps: 11_400, face_bps: 0 });
  expect(allowance(0)).toEqual({ voice_bps: 8_000, face_bps: 0 });
});

test("all together stays within what the site allows", () => {
  for (let down_bps = 25_000; down_bps < 400_000; down_bps += 997) {
    const { voice_bps, face_bps } = allowance(down_bps);
    expect(voice_bps + 16_600 + face_bps / 0.9).toBeLessThanOrEqual(down_bps + 1);
  }
});
