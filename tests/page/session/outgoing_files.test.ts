import { expect, test } from "vitest";
import { encode, PARCEL_LIMIT } from "@page/core/wire.ts";
import { Album, type StillOffered, type StillPiece } from "@page/session/album.ts";
import {
  FILE_LIMIT,
  FILES_LIMIT,
  FileRefusedError,
  LETTER_MS,
  MAILED_LIMIT,
  OutgoingFiles,
  TURN_MS,
  undelivered,
} from "@page/session/outgoing_files.ts";
import { WINDOW_BYTES } from "@page/session/outgoing_files_line.ts";
import { MAILED_BYTES } from "@page/session/outgoing_files_mail.ts";
import { FakeTimer } from "../fake_timer.ts";

const NOW_MS = Date.UTC(2026, 10, 22);

/** The GP's files, and a site that takes what comes. */
class Bench {
  readonly clock = new FakeTimer();
  readonly site = new Album();
  readonly byLine: StillPiece[] = [];
  readonly byMailbox: StillPiece[] = [];
  readonly offers: StillOffered[] = [];
  readonly kept: StillPiece[] = [];
  isRelayThere = true;
  readonly files = new OutgoingFiles({
    timer: this.clock.timer,
    clock_ms: () => NOW_MS + this.clock.now_ms,
    offer: (offer) => void this.offers.push(offer),
    byLine: (piece) => void this.byLine.push(piece),
    byMailbox: (piece) => void this.byMailbox.push(piece),
    canPost: () => this.isRelayThere,
    keep: (piece) => void this.kept.push(piece),
    onChange: () => undefined,
  });

  /** The site takes these pieces and says what it holds, or that it has all. */
  async take(pieces: readonly StillPiece[]): Promise<void> {
    for (const piece of pieces) this.site.take(piece);
    for (const { id } of new Set(pieces.map(({ id }) => ({ id })))) {
      if (!this.site.isReadyToCheck(id)) continue;
      const offer = this.offers.find((other) => other.id === id) as StillOffered;
      if (await this.site.check(id)) {
        this.files.received({ kind: "still_received", id, sha256: offer.sha256 });
      }
    }
    for (const held of this.site.unfinished(0)) this.files.held(held);
  }

  want(): void {
    for (const offer of this.offers) {
      const held = this.site.offer(offer);
      if (held !== null) this.files.held(held);
    }
  }
}

const bytes = (size: number) => Uint8Array.from({ length: size }, (_, at) => at % 251);

test("a file arrives byte for byte though every third piece is lost", async () => {
  const bench = new Bench();
  bench.files.lineTurned(true);
  bench.files.allow(256_000);
  await bench.files.offerFile(bytes(20_000), "Ordonnance", "application/pdf");
  bench.want();
  for (let turn = 0; turn < 400 && bench.files.views[0]?.state !== "received"; turn += 1) {
    bench.clock.pass(500);
    await bench.take(bench.byLine.splice(0).filter((_, at) => at % 3 !== 2));
  }
  expect(bench.files.views[0]).toMatchObject({ state: "received", held: 20_000 });
  expect(bench.byMailbox).toEqual([]);
});

test("nothing leaves by the line before the site wants it, and never more than its share", async () => {
  const bench = new Bench();
  bench.files.lineTurned(true);
  bench.files.allow(64_000);
  await bench.files.offerFile(bytes(60_000), "Ordonnance", "application/pdf");
  bench.clock.pass(10 * TURN_MS);
  expect(bench.byLine).toEqual([]);
  bench.want();
  bench.clock.pass(1_000);
  const bits = bench.byLine.reduce((sum, { data }) => sum + 8 * (data.length + 100), 0);
  expect(bits).toBeGreaterThan(8_000);
  expect(bits).toBeLessThanOrEqual(16_000 + 4_000); // and one piece's credit
});

test("what is under way without a receipt is bounded", async () => {
  const bench = new Bench();
  bench.files.lineTurned(true);
  bench.files.allow(10_000_000);
  await bench.files.offerFile(bytes(500_000), "Ordonnance", "application/pdf");
  bench.want();
  bench.clock.pass(900); // before anything is sent again
  const sent = bench.byLine.reduce((sum, { data }) => sum + data.length, 0);
  expect(sent).toBeLessThanOrEqual(WINDOW_BYTES);
});

test("without a line it goes by mailbox at once, one letter after the other", async () => {
  const bench = new Bench();
  await bench.files.offerFile(bytes(40_000), "Mémo vocal", "audio/webm");
  bench.clock.pass(LETTER_MS);
  expect(bench.byMailbox).toHaveLength(1);
  expect(bench.files.isSettled).toBe(false);
  bench.clock.pass(2 * LETTER_MS);
  expect(bench.byMailbox.map(({ data }) => data.length)).toEqual([MAILED_BYTES, MAILED_BYTES, 40_000 - 2 * MAILED_BYTES]);
  expect(bench.files.views[0]?.state).toBe("posted");
  expect(bench.files.isSettled).toBe(true);
  for (const message of bench.byMailbox) {
    expect(encode({ number: null, message }).length).toBeLessThanOrEqual(PARCEL_LIMIT);
  }
  bench.want();
  await bench.take(bench.byMailbox);
  expect(bench.files.views[0]?.state).toBe("received");
});

test("a mailbox is filled no further than its window, and not while the relay is away", async () => {
  const bench = new Bench();
  await bench.files.offerFile(bytes(FILE_LIMIT), "Clichés", "application/pdf");
  bench.isRelayThere = false;
  bench.clock.pass(10 * LETTER_MS);
  expect(bench.byMailbox).toEqual([]);
  bench.isRelayThere = true;
  bench.clock.pass(2 * MAILED_LIMIT * LETTER_MS);
  expect(bench.byMailbox).toHaveLength(MAILED_LIMIT);
});

test("a cut loses nothing: the rest goes by mailbox", async () => {
  const bench = new Bench();
  bench.files.lineTurned(true);
  await bench.files.offerFile(bytes(30_000), "Ordonnance", "application/pdf");
  bench.want();
  bench.clock.pass(1_000);
  await bench.take(bench.byLine.splice(0));
  bench.files.lineTurned(false);
  bench.clock.pass(4 * LETTER_MS);
  await bench.take(bench.byMailbox);
  expect(bench.files.views[0]?.state).toBe("received");
});

test("only the hash of these very bytes is a receipt", async () => {
  const bench = new Bench();
  const id = await bench.files.offerFile(bytes(9), "x", "application/pdf");
  bench.files.received({ kind: "still_received", id, sha256: new Uint8Array(32) });
  expect(bench.files.views[0]?.state).toBe("sending");
});

test("receipts that cannot be change nothing", async () => {
  const bench = new Bench();
  bench.files.lineTurned(true);
  const id = await bench.files.offerFile(bytes(2_000), "x", "application/pdf");
  for (const [size, beyond] of [[2_001, []], [0, [5]], [0, [9, 5]], [10, [10, 5]]] as const) {
    bench.files.held({ kind: "still_held", id, size, beyond: [...beyond] });
  }
  bench.clock.pass(1_000);
  expect(bench.byLine).toEqual([]);
});

test("what is empty, too large or too many is refused", async () => {
  const bench = new Bench();
  const offer = (size: number) => bench.files.offerFile(new Uint8Array(size), "x", "image/jpeg");
  await expect(offer(0)).rejects.toThrow(FileRefusedError);
  await expect(offer(FILE_LIMIT + 1)).rejects.toThrow(FileRefusedError);
  for (let n = 0; n < FILES_LIMIT; n += 1) await offer(1);
  await expect(offer(1)).rejects.toThrow(FileRefusedError);
});

test("a number is never used again, not by a page that was loaded anew either", async () => {
  const before = new Bench();
  const first = await before.files.offerFile(bytes(9), "x", "image/jpeg");
  const second = await before.files.offerFile(bytes(9), "x", "image/jpeg");
  expect(second).toBeGreaterThan(first);
  const after = new Bench();
  after.clock.pass(5_000);
  expect(await after.files.offerFile(bytes(9), "x", "image/jpeg")).toBeGreaterThan(second);
});

test("a page that was loaded anew goes on with a file from what was kept of it", async () => {
  const before = new Bench();
  await before.files.offerFile(bytes(40_000), "Ordonnance", "application/pdf");
  const after = new Bench();
  for (const piece of before.kept) after.files.restorePiece(piece);
  after.offers.push(...before.offers);
  for (const offer of before.offers) after.files.restore(offer);
  expect(after.files.views[0]).toMatchObject({ label: "Ordonnance", size: 40_000, state: "sending" });
  after.want();
  after.clock.pass(4 * LETTER_MS);
  await after.take(after.byMailbox);
  expect(after.files.views[0]?.state).toBe("received");
});

test("a file of which a part was not kept is not gone on with", async () => {
  const before = new Bench();
  const id = await before.files.offerFile(bytes(40_000), "Ordonnance", "application/pdf");
  const after = new Bench();
  for (const piece of before.kept.slice(1)) after.files.restorePiece(piece);
  for (const offer of before.offers) after.files.restore(offer);
  expect(after.files.views).toEqual([]);
  expect(after.files.hashOf(id)).toBeNull(); // so no summary names it
});

test("what an ending now would lose is told, of the files that go with the summary", async () => {
  const bench = new Bench();
  const chosen = await bench.files.offerFile(bytes(20), "Ordonnance", "application/pdf");
  await bench.files.offerFile(bytes(30), "Brouillon", "application/pdf");
  const lost = () => undelivered(bench.files.views, [chosen]).map(({ label }) => label);
  expect(lost()).toEqual(["Ordonnance"]);
  bench.clock.pass(LETTER_MS);
  expect(bench.byMailbox.map(({ id }) => id)).toEqual([chosen]);
  expect(lost()).toEqual([]); // all of it lies in the site's mailbox
});
