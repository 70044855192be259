import { expect, test } from "vitest";
import { encode, PARCEL_LIMIT } from "@page/core/wire.ts";
import { SUMMARY_LIMIT } from "@page/ui/writing/summary.ts";

test.each(["€", "😀"])("the longest summary, all of it %s, still fits one parcel", (letter) => {
  const text = letter.repeat(SUMMARY_LIMIT / letter.length);
  const signature = new Uint8Array(64);
  const stills = Array.from({ length: 20 }, (_, id) => id);
  const chosen = { template: "teleconsultation/1", stills, files: [1, 2, 3], signature };
  const written_ms = Number.MAX_SAFE_INTEGER;
  const message = { kind: "summary", text, written_ms, ...chosen } as const;
  const parcel = encode({ number: 4_096, message });
  expect(parcel.length).toBeLessThanOrEqual(PARCEL_LIMIT);
});
