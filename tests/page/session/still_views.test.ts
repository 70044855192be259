import { expect, test } from "vitest";
import { Album, type StillOffered } from "@page/session/album.ts";
import { ClockOffset } from "@page/session/clock_offset.ts";
import { stillViews } from "@page/session/still_views.ts";

const BYTES = new Uint8Array([0xff, 0xd8, 1, 2, 3]);
const SHA256 = new Uint8Array(await crypto.subtle.digest("SHA-256", BYTES));

function offer(id: number, told: Partial<StillOffered>): StillOffered {
  const facts = { label: "oreille", width: 640, height: 480, taken_ms: 1, sha256: SHA256 };
  const whole = { media_type: "image/jpeg", part: "whole", of: 0, area: [], flaw: "" };
  return { kind: "still_offered", id, size: BYTES.length, ...facts, ...whole, ...told };
}

async function arrived(album: Album, offered: StillOffered): Promise<void> {
  album.offer(offered);
  album.take({ kind: "still_piece", id: offered.id, offset: 0, data: BYTES });
  await album.check(offered.id);
}

test("a still has its preview and its regions before it is whole, and is one line", async () => {
  const album = new Album();
  const offset = new ClockOffset();
  album.offer(offer(1, { flaw: "blurred" }));
  await arrived(album, offer(2, { part: "preview", of: 1, media_type: "image/webp" }));
  album.offer(offer(3, { part: "region", of: 1, area: [250, 300, 125, 100] }));
  const [still, ...others] = stillViews(album.pages, offset);
  expect(others).toEqual([]);
  expect(still?.picture).toBeNull();
  expect(still?.preview?.type).toBe("image/webp");
  expect(still?.flaw).toBe("blurred");
  const area = { left: 250, top: 300, width: 125, height: 100 };
  expect(still?.regions).toEqual([{ id: 3, area, picture: null }]);
  album.take({ kind: "still_piece", id: 1, offset: 0, data: BYTES });
  await album.check(1);
  const [whole] = stillViews(album.pages, offset);
  expect(whole?.picture?.type).toBe("image/jpeg");
  expect(stillViews(album.pages, offset)[0]?.picture).toBe(whole?.picture);
});

test("a preview whose hash does not agree is not shown", async () => {
  const album = new Album();
  album.offer(offer(1, {}));
  await arrived(album, offer(2, { part: "preview", of: 1, sha256: new Uint8Array(32) }));
  expect(stillViews(album.pages, new ClockOffset())[0]?.preview).toBeNull();
});

test("a clip is told from a still; a sound is neither; a strange file is only bytes", async () => {
  const album = new Album();
  await arrived(album, offer(1, { media_type: "video/webm" }));
  await arrived(album, offer(2, { media_type: "audio/flac" }));
  await arrived(album, offer(3, { media_type: "image/svg+xml", flaw: "ugly" }));
  const views = stillViews(album.pages, new ClockOffset());
  expect(views.map(({ id, isClip }) => [id, isClip])).toEqual([[1, true], [3, false]]);
  expect(views[1]?.picture?.type).toBe("application/octet-stream");
  expect(views[1]?.flaw).toBeNull();
});

test("a region that says no place is not laid anywhere", async () => {
  const album = new Album();
  album.offer(offer(1, {}));
  await arrived(album, offer(2, { part: "region", of: 1, area: [1, 2, 3] }));
  expect(stillViews(album.pages, new ClockOffset())[0]?.regions).toEqual([]);
});
