import { expect, test } from "vitest";
import { ALBUM_LIMIT, Album, RANGES_LIMIT, REPORTED_LIMIT, SIZE_LIMIT, STALLED_MS, STILLS_LIMIT } from "@page/session/album.ts";
import { BLOCK_BYTES } from "@page/session/assembly.ts";

const BYTES = Uint8Array.from({ length: 3_500 }, (_, at) => (at * 7) % 251);
const SHA256 = new Uint8Array(await crypto.subtle.digest("SHA-256", BYTES));

const WHOLE = { media_type: "image/jpeg", part: "whole", of: 0, area: [], flaw: "" };

function offer(id: number, size = BYTES.length) {
  const facts = { label: "oreille", width: 640, height: 480, taken_ms: 1, sha256: SHA256 };
  return { kind: "still_offered", id, size, ...facts, ...WHOLE } as const;
}

function piece(id: number, offset: number, length = 1_000) {
  return { kind: "still_piece", id, offset, data: BYTES.slice(offset, offset + length) } as const;
}

test("a still in pieces is told of together, in whatever order they come, and checked", async () => {
  const album = new Album();
  expect(album.offer(offer(1))).toEqual({ kind: "still_held", id: 1, size: 0, beyond: [] });
  for (const offset of [2_000, 0]) expect(album.take(piece(1, offset))).toBe(true);
  const held = { kind: "still_held", id: 1, size: 1_000, beyond: [2_000, 3_000] };
  expect(album.news(0)).toEqual([held]);
  expect(album.news(0)).toEqual([]);
  for (const offset of [3_000, 1_000]) album.take(piece(1, offset));
  expect(album.isReadyToCheck(1)).toBe(true);
  expect(await album.check(1)).toBe(true);
  expect(album.pages[0]?.state).toBe("complete");
  expect(album.pages[0]?.data).toEqual(BYTES);
  expect(album.unfinished(0)).toEqual([]);
});

test("after a cut the site is told where to go on, and duplicates do no harm", () => {
  const album = new Album();
  album.offer(offer(1));
  album.take(piece(1, 0));
  const held = { kind: "still_held", id: 1, size: 1_000, beyond: [] };
  expect(album.unfinished(0)).toEqual([held]);
  expect(album.take(piece(1, 0))).toBe(true);
  expect(album.news(0)).toEqual([held]); // our last word may have been lost
});

test("where nothing has come for long, the site is told again", () => {
  const album = new Album();
  album.offer(offer(1));
  album.take(piece(1, 0));
  album.news(10_000);
  expect(album.stalled(10_000 + STALLED_MS - 1)).toEqual([]);
  expect(album.stalled(10_000 + STALLED_MS)).toHaveLength(1);
});

test("crumbs neither fill the memory nor a receipt", () => {
  const album = new Album();
  album.offer(offer(1));
  const taken = Array.from({ length: 1_000 }, (_, at) => album.take(piece(1, 2 * at + 1, 1)));
  expect(taken.filter(Boolean)).toHaveLength(RANGES_LIMIT);
  expect(album.news(0)[0]?.beyond).toHaveLength(2 * REPORTED_LIMIT);
  expect(album.take(piece(1, 0, 3_500))).toBe(true);
  expect(album.isReadyToCheck(1)).toBe(true);
});

test("a site that only announces takes no memory, and one that sends crumbs takes little", () => {
  const album = new Album();
  const size = ALBUM_LIMIT / 8;
  for (let id = 1; id <= 8; id += 1) expect(album.offer(offer(id, size))).not.toBeNull();
  expect(album.taken).toBe(0);
  const crumb = new Uint8Array(2);
  for (let id = 1; id <= 8; id += 1) {
    for (let at = 0; at < 2 * RANGES_LIMIT; at += 1) {
      album.take({ kind: "still_piece", id, offset: (at + 1) * 65_536 - 1, data: crumb });
    }
  }
  expect(album.taken).toBe(8 * RANGES_LIMIT * 2 * BLOCK_BYTES);
});

test("pieces of any size across any border make the same file", async () => {
  for (const length of [1, 7, BLOCK_BYTES - 1, BLOCK_BYTES, BLOCK_BYTES + 1, 3_500]) {
    const album = new Album();
    album.offer(offer(1));
    const offsets = Array.from({ length: Math.ceil(3_500 / length) }, (_, at) => at * length);
    for (const offset of offsets) expect(album.take(piece(1, offset, length))).toBe(true);
    expect(await album.check(1)).toBe(true);
    expect(album.pages[0]?.data).toEqual(BYTES);
    expect(album.taken).toBe(3_500);
  }
});

test("a changed byte is found", async () => {
  const album = new Album();
  album.offer(offer(1));
  album.take({ ...piece(1, 0, 3_500), data: BYTES.with(17, 255) });
  expect(await album.check(1)).toBe(false);
  expect(album.pages[0]?.state).toBe("failed");
  expect(album.taken).toBe(0);
});

test("a piece beyond the announced size is left aside", () => {
  const album = new Album();
  album.offer(offer(1, 10));
  expect(album.take({ kind: "still_piece", id: 1, offset: 0, data: new Uint8Array(11) })).toBe(false);
  expect(album.take({ kind: "still_piece", id: 1, offset: 2 ** 52, data: new Uint8Array(1) })).toBe(false);
});

test("too large, too many and unknown stills are not taken", () => {
  const album = new Album();
  expect(album.offer(offer(99, SIZE_LIMIT + 1))).toBeNull();
  expect(album.offer(offer(98, 0))).toBeNull();
  for (let id = 1; id <= STILLS_LIMIT; id += 1) expect(album.offer(offer(id))).not.toBeNull();
  expect(album.offer(offer(STILLS_LIMIT + 1))).toBeNull();
  expect(album.offer(offer(1))).toBeNull();
  expect(album.take(piece(500, 0))).toBe(false);
  expect(album.pages).toHaveLength(STILLS_LIMIT);
});

test("an album holds no more bytes than it may, until it is forgotten", () => {
  const album = new Album();
  const fitting = 8;
  const size = ALBUM_LIMIT / fitting;
  for (let id = 1; id <= fitting; id += 1) expect(album.offer(offer(id, size))).not.toBeNull();
  expect(album.offer(offer(fitting + 1, 1))).toBeNull();
  album.forget();
  expect(album.offer(offer(fitting + 1, 1))).not.toBeNull();
});
