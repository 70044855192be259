import { expect, test } from "vitest";
import { fingerprint } from "@page/net/peer.ts";

// The example of RFC 8122, 5, with its hash renamed to the one we read and its length completed.
const PAIRS = Array.from({ length: 32 }, (_, at) => (at + 160).toString(16).toUpperCase());

test("finds the SHA-256 fingerprint among others", () => {
  const sdp = [
    "v=0",
    "a=fingerprint:sha-1 4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E:5D:49:6B:19:E5:7C:AB",
    `a=fingerprint:sha-256 ${PAIRS.join(":")}`,
    "",
  ].join("\r\n");
  expect([...fingerprint(sdp)]).toEqual(Array.from({ length: 32 }, (_, at) => at + 160));
});

test("a description without one has an empty fingerprint, which no hello can name", () => {
  expect(fingerprint("v=0\r\n")).toHaveLength(0);
});
