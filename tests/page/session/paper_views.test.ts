import { expect, test } from "vitest";
import { Album, type StillOffered } from "@page/session/album.ts";
import { ClockOffset } from "@page/session/clock_offset.ts";
import { paperViews } from "@page/session/paper_views.ts";
import { soundViews } from "@page/session/sound_views.ts";
import { stillViews } from "@page/session/still_views.ts";

const BYTES = new TextEncoder().encode("%PDF-1.7 fictif");
const SHA256 = new Uint8Array(await crypto.subtle.digest("SHA-256", BYTES));

function offer(id: number, media_type: string): StillOffered {
  const facts = { label: "Courrier", width: 0, height: 0, taken_ms: 1, sha256: SHA256 };
  const whole = { part: "whole", of: 0, area: [], flaw: "" };
  return { kind: "still_offered", id, size: BYTES.length, media_type, ...facts, ...whole };
}

test("a letter of the site's is a paper and nothing else, and its file is a PDF to the browser", async () => {
  const album = new Album();
  const offset = new ClockOffset();
  album.offer(offer(1, "application/pdf"));
  album.offer(offer(2, "image/jpeg"));
  album.offer(offer(3, "audio/flac"));
  const ids = [stillViews, soundViews, paperViews].map((views) =>
    views(album.pages, offset).map(({ id }) => id),
  );
  expect(ids).toEqual([[2], [3], [1]]);
  expect(paperViews(album.pages, offset)[0]).toMatchObject({ state: "coming", held: 0, file: null });
  album.take({ kind: "still_piece", id: 1, offset: 0, data: BYTES });
  await album.check(1);
  const [paper] = paperViews(album.pages, offset);
  expect(paper).toMatchObject({ label: "Courrier", state: "complete" });
  expect(paper?.file?.type).toBe("application/pdf");
  expect(new Uint8Array((await paper?.file?.arrayBuffer()) ?? [])).toEqual(BYTES);
});

test("what is no known kind of paper is only bytes", async () => {
  const album = new Album();
  album.offer(offer(1, "text/html"));
  album.take({ kind: "still_piece", id: 1, offset: 0, data: BYTES });
  await album.check(1);
  expect(paperViews(album.pages, new ClockOffset())[0]?.file?.type).toBe("application/octet-stream");
});
