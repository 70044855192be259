import { expect, test } from "vitest";
import { COUNTER_LIMIT, Sealer } from "@page/core/envelope.ts";
import { encode, type Message } from "@page/core/wire.ts";

/** Bytes; what the site's line is asked for once a second. */
const LIMIT = 100;
/** A page that saw 60 pictures a second for a day over a line of every badness. */
const WORST: Message = {
  kind: "page_report",
  sent_ms: 4_102_444_800_123,
  frames_decoded: 60 * 86_400,
  voice_concealed_pct: 33.3,
  rtt_ms: 65_000,
  voice_delay_ms: 65_000,
  frozen_ms: 86_400_000,
  received_bps: 1_000_000_000,
  loss_pct: 100,
};

test.each([
  ["the first process", new Uint8Array()],
  ["a page that was reloaded", new Uint8Array(8)],
])("the page's report is under 100 bytes, sealed, in %s", async (_, incarnation) => {
  const key = new Uint8Array(32).fill(7);
  const sealer = new Sealer(key, new Uint8Array(12), COUNTER_LIMIT - 1, incarnation);
  const sealed = await sealer.seal(encode({ number: null, message: WORST }));
  expect(sealed.length).toBeLessThan(LIMIT);
});
