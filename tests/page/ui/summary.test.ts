import { expect, test } from "vitest";
import { encode, PARCEL_LIMIT } from "@page/core/wire.ts";
import { SUMMARY_LIMIT } from "@page/ui/consultation/summary.ts";

test.each(["€", "😀"])("the longest summary, all of it %s, still fits one parcel", (letter) => {
  const text = letter.repeat(SUMMARY_LIMIT / letter.length);
  const message = { kind: "summary", text, written_ms: Number.MAX_SAFE_INTEGER } as const;
  const parcel = encode({ number: 4_096, message });
  expect(parcel.length).toBeLessThanOrEqual(PARCEL_LIMIT);
});
