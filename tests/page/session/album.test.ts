import { expect, test } from "vitest";
import { Album, SIZE_LIMIT, STILLS_LIMIT } from "@page/session/album.ts";

const BYTES = Uint8Array.from({ length: 3_500 }, (_, at) => (at * 7) % 251);
const SHA256 = new Uint8Array(await crypto.subtle.digest("SHA-256", BYTES));

function offer(id: number, size = BYTES.length) {
  const facts = { label: "oreille", width: 640, height: 480, taken_ms: 1, sha256: SHA256 };
  return { kind: "still_offered", id, size, ...facts } as const;
}

function piece(id: number, offset: number, length = 1_000) {
  return { kind: "still_piece", id, offset, data: BYTES.slice(offset, offset + length) } as const;
}

test("a still in pieces is receipted at every second one and at the end, and checked", async () => {
  const album = new Album();
  expect(album.offer(offer(1))).toEqual({ kind: "still_held", id: 1, size: 0 });
  const told = [0, 1_000, 2_000, 3_000].map((offset) => album.take(piece(1, offset))?.size);
  expect(told).toEqual([undefined, 2_000, undefined, 3_500]);
  expect(album.isReadyToCheck(1)).toBe(true);
  expect(await album.check(1)).toBe(true);
  expect(album.pages[0]?.state).toBe("complete");
  expect(album.pages[0]?.data).toEqual(BYTES);
  expect(album.unfinished()).toEqual([]);
});

test("after a cut the site is told where to go on, and duplicates do no harm", () => {
  const album = new Album();
  album.offer(offer(1));
  album.take(piece(1, 0));
  expect(album.unfinished()).toEqual([{ kind: "still_held", id: 1, size: 1_000 }]);
  expect(album.take(piece(1, 0))).toEqual({ kind: "still_held", id: 1, size: 1_000 });
  expect(album.take(piece(1, 2_000))).toEqual({ kind: "still_held", id: 1, size: 1_000 });
  expect(album.take(piece(1, 1_000))?.size).toBe(2_000);
});

test("a changed byte is found", async () => {
  const album = new Album();
  album.offer(offer(1));
  album.take({ ...piece(1, 0, 3_500), data: BYTES.with(17, 255) });
  expect(await album.check(1)).toBe(false);
  expect(album.pages[0]?.state).toBe("failed");
});

test("a piece beyond the announced size is left aside", () => {
  const album = new Album();
  album.offer(offer(1, 10));
  expect(album.take({ kind: "still_piece", id: 1, offset: 0, data: new Uint8Array(11) })?.size).toBe(0);
});

test("too large, too many and unknown stills are not taken", () => {
  const album = new Album();
  expect(album.offer(offer(99, SIZE_LIMIT + 1))).toBeNull();
  expect(album.offer(offer(98, 0))).toBeNull();
  for (let id = 1; id <= STILLS_LIMIT; id += 1) expect(album.offer(offer(id))).not.toBeNull();
  expect(album.offer(offer(STILLS_LIMIT + 1))).toBeNull();
  expect(album.offer(offer(1))).toBeNull();
  expect(album.take(piece(500, 0))).toBeNull();
  expect(album.pages).toHaveLength(STILLS_LIMIT);
});
