import { expect, test } from "vitest";
import { FROM_SITE } from "@page/core/inbox.ts";
import { Letter } from "@page/core/letters.ts";
import type { Message } from "@page/core/wire.ts";
import { GOODBYE_PATIENCE_MS } from "@page/session/farewell.ts";
import { Session } from "@page/session/session.ts";
import { EMPTY, type PageSnapshot, type Phase } from "@page/session/snapshot.ts";
import { RELAY_PATIENCE_MS } from "@page/session/visit.ts";
import { until } from "../fake_timer.ts";
import { ScriptedSite } from "./scripted_site.ts";

const DOCTOR = { name: "Dr Martin", place: "Figeac", rpps: "" };

async function joined(site?: ScriptedSite) {
  const open = site ?? (await ScriptedSite.open());
  let shown: PageSnapshot = EMPTY;
  const session = new Session(open.ports(), open.book, (snapshot) => {
    shown = snapshot;
  });
  expect(session.join(DOCTOR, open.fragment)).toBe(true);
  const shows = (phase: Phase) => until(() => shown.phase === phase);
  return { site: open, session, shows, shown: () => shown };
}

async function compared() {
  const bench = await joined();
  await bench.site.agree();
  await bench.shows("comparing");
  return bench;
}

async function consulting() {
  const bench = await compared();
  const peer = await bench.site.connect(1);
  await bench.site.speak(peer, { kind: "words_compared", equal: true });
  bench.session.compareWords(true);
  await bench.shows("consulting");
  return { ...bench, peer };
}

const reading = (vital: string, value: number | null, taken_ms: number): Message => ({
  kind: "measured",
  vital,
  value,
  unit: "%",
  quality: value === null ? "no_signal" : "good",
  taken_ms,
  model: "CMS50E",
  serial: null,
  origin: "live",
  record: null,
  measured_at: null,
  marks: [],
  sent_as: null,
  firmware: null,
});

const WHOLE = { media_type: "image/jpeg", part: "whole", of: 0, area: [], flaw: "" };

test("something that is no invitation is told at once", async () => {
  const site = await ScriptedSite.open();
  const session = new Session(site.ports(), site.book, () => undefined);
  expect(session.join(DOCTOR, "https://example.org/#nothing")).toBe(false);
});

test("knocks, agrees on keys, shows four words and sends its card", async () => {
  const { site, shown } = await compared();
  expect(shown().words).toHaveLength(4);
  const { message } = await site.said("card");
  expect(message).toEqual({ kind: "card", name: "Dr Martin", place: "Figeac" });
});

test("the camera stays off until the GP has confirmed the words", async () => {
  const { site, session } = await compared();
  await site.connect(1);
  expect(site.cameraWasAsked).toBe(false);
  session.compareWords(true);
  expect(site.cameraWasAsked).toBe(true);
  await site.said("words_compared", ({ equal }) => equal);
});

test("the consultation opens only when both ends found the words equal", async () => {
  const { site, session, shown, shows } = await compared();
  session.compareWords(true);
  await until(() => shown().wordsEqualHere);
  expect(shown().phase).toBe("comparing");
  expect(session.losesByLeaving).toBe(true);
  await site.write({ kind: "words_compared", equal: true });
  await shows("consulting");
  expect(shown().verified_ms).toBe(site.clock.now_ms);
});

test("the voice plays while words are compared, the picture only afterwards", async () => {
  const { site, session, shown, shows } = await compared();
  const peer = await site.connect(1);
  await until(() => shown().link.state === "up");
  expect(shown().media.voice).toBe(peer.voice);
  expect(shown().media.picture).toBeNull();
  session.compareWords(true);
  await site.speak(peer, { kind: "words_compared", equal: true });
  await shows("consulting");
  expect(shown().media.picture).toBe(peer.picture);
});

test("different words stop everything and tell the site", async () => {
  const { site, session, shown, shows } = await compared();
  session.compareWords(false);
  await shows("refused");
  expect(shown().refusal).toBe("words_differ");
  await site.said("goodbye", ({ reason }) => reason === "words_differ");
  site.clock.pass(GOODBYE_PATIENCE_MS);
  session.tick();
  expect(site.mailboxIsStopped).toBe(true);
});

test("different words at the site stop everything here", async () => {
  const { site, shown, shows } = await compared();
  await site.write({ kind: "words_compared", equal: false });
  await shows("refused");
  expect(shown().refusal).toBe("words_differ");
});

test("a hello that names another certificate stops everything", async () => {
  const { site, shown, shows } = await compared();
  await site.connect(1, { local_fingerprint: new Uint8Array(32) });
  await shows("refused");
  expect(shown().refusal).toBe("wrong_hello");
});

test("a site that says more than any consultation needs is taken no further", async () => {
  const { site, shown, shows } = await compared();
  site.skipTo(FROM_SITE.messages);
  await site.write({ kind: "text", text: "one too many", written_ms: 1 });
  await shows("refused");
  expect(shown().refusal).toBe("too_much");
});

test("an expired invitation, an unknown one and a silent relay each say so", async () => {
  const closed = await ScriptedSite.open(70_000);
  closed.clock.pass(70_000_000);
  const late = await joined(closed);
  await late.shows("refused");
  expect(late.shown().refusal).toBe("expired");
  const unknown = await joined();
  await unknown.site.letter("knock");
  unknown.site.refusePut();
  await unknown.shows("refused");
  expect(unknown.shown().refusal).toBe("not_admitted");
  const alone = await joined();
  alone.site.clock.pass(RELAY_PATIENCE_MS + 1);
  alone.session.tick();
  await alone.shows("refused");
  expect(alone.shown().refusal).toBe("relay");
  alone.session.startAgain();
  await alone.shows("arriving");
});

test("waiting tells what for", async () => {
  const { site, shown } = await joined();
  await site.letter("knock");
  site.reachable();
  await until(() => shown().waitingFor === "site");
});

test("letters that mean nothing are skipped", async () => {
  const { site, shown } = await compared();
  await site.push(new Letter("sealed", new Uint8Array(80)));
  await site.push(new Letter("m1", new Uint8Array(80)));
  await site.write({ kind: "card", name: "Mme Roux", place: "Pharmacie des Halles" });
  await until(() => shown().siteName === "Mme Roux");
});

test("readings show on the page's clock, newest by time taken, and are receipted", async () => {
  const { site, peer, shown } = await consulting();
  site.clock.pass(500);
  const report = { sent_ms: 60_000 + site.clock.now_ms, up_bps: 1, voice_bps: 1, picture_bps: 1 };
  const line = { still_bps: 0, usable_bps: 1, queue_ms: 0, loss_pct: 0, down_bps: 1 };
  const mode = { picture: "live", beat_ms: 0, preference: "sharp", weak: "site" };
  const flags = { is_muted: true, is_camera_off: false, is_paused: false };
  await site.speak(peer, { kind: "link_report", ...report, ...line, ...mode, ...flags });
  await site.speak(peer, reading("spo2", 97, 60_400));
  await site.speak(peer, reading("spo2", 91, 60_100));
  await site.speak(peer, reading("pulse", null, 60_400));
  await until(() => shown().vitals.length === 2);
  expect(shown().vitals[0]).toMatchObject({ value: 97, quality: "good", taken_ms: 400 });
  expect(shown().vitals[1]).toMatchObject({ value: null, quality: "no_signal" });
  expect(shown().link.siteIsMuted).toBe(true);
  site.clock.pass(100);
  await site.said("received", ({ up_to }) => up_to === 4);
});

test("the line's state comes with the site's report; an unknown word changes nothing", async () => {
  const { site, peer, shown } = await consulting();
  const sent = { sent_ms: 1, up_bps: 1, voice_bps: 1, picture_bps: 1, still_bps: 0, usable_bps: 1 };
  const line = { queue_ms: 0, loss_pct: 0, down_bps: 1, picture: "heartbeat", beat_ms: 4_000 };
  const flags = { is_muted: false, is_camera_off: false, is_paused: false };
  const report = { kind: "link_report", ...sent, ...line, ...flags } as const;
  await site.speak(peer, { ...report, weak: "both", preference: "still_first" });
  await until(() => shown().link.line.weak === "both");
  expect(shown().link.line).toEqual({
    weak: "both",
    picture: "heartbeat",
    beat_ms: 4_000,
    preference: "still_first",
  });
  await site.speak(peer, { ...report, weak: "the moon's", preference: "louder" });
  await until(() => shown().link.line.weak === "none");
  expect(shown().link.line.preference).toBe("balanced");
});

test("a wish for the picture is sent once, and the newest stands", async () => {
  const { site, session, shown } = await consulting();
  session.wishPicture("sharp");
  session.wishPicture("sharp");
  session.wishPicture("still_first");
  await site.said("picture_asked", ({ preference }) => preference === "sharp");
  await site.said("picture_asked", ({ preference }) => preference === "still_first");
  expect(shown().wish).toBe("still_first");
});

test("a still travels, is checked, and is acknowledged with its hash", async () => {
  const { site, peer, shown } = await consulting();
  const bytes = new Uint8Array([0xff, 0xd8, ...new Uint8Array(1_500).fill(9)]);
  const sha256 = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const facts = { label: "Oreille", size: bytes.length, width: 2, height: 1, taken_ms: 0 };
  await site.speak(peer, { kind: "still_offered", id: 1, sha256, ...facts, ...WHOLE });
  await site.said("still_held", ({ size }) => size === 0);
  for (const offset of [0, 1_000]) {
    const data = bytes.slice(offset, offset + 1_000);
    await site.speak(peer, { kind: "still_piece", id: 1, offset, data });
  }
  const { message } = await site.said("still_received");
  expect(message).toEqual({ kind: "still_received", id: 1, sha256 });
  await until(() => shown().stills[0]?.state === "complete");
  expect(shown().stills[0]?.picture?.type).toBe("image/jpeg");
});

test("a part of a still is asked for in per mille of it", async () => {
  const { site, session } = await consulting();
  session.askRegion(1, { left: 250, top: 300, width: 125, height: 100 });
  const { message } = await site.said("region_asked");
  const area = { left: 250, top: 300, width: 125, height: 100 };
  expect(message).toEqual({ kind: "region_asked", id: 1, ...area });
});

test("after a cut everything unreceipted goes on the new line, and stills resume", async () => {
  const { site, session, peer, shown } = await consulting();
  const sha256 = new Uint8Array(32);
  const facts = { label: "", size: 3_000, width: 2, height: 1, taken_ms: 0, sha256 };
  await site.speak(peer, { kind: "still_offered", id: 1, ...facts, ...WHOLE });
  await site.speak(peer, { kind: "still_piece", id: 1, offset: 0, data: new Uint8Array(900) });
  await until(() => shown().stills[0]?.held === 900);
  site.clock.pass(3_001);
  session.tick();
  await until(() => shown().link.state === "cut");
  session.ask("ear", "");
  const first = await site.said("asked");
  const next = await site.connect(2);
  await until(() => shown().link.state === "up");
  expect(peer.isClosed).toBe(true);
  await site.said("still_held", ({ size }) => size === 900);
  const again = await site.said("asked", () => true, 1);
  expect(again).toEqual(first);
  expect(next.isClosed).toBe(false);
});

test("a line cut for long renews the way to the relay, once a cut", async () => {
  const { site, session, shown } = await consulting();
  site.clock.pass(3_001);
  session.tick();
  await until(() => shown().link.state === "cut");
  expect(site.mailboxRenewals).toBe(0);
  for (let second = 0; second < 10; second += 1) {
    site.clock.pass(1_000);
    session.tick();
  }
  expect(site.mailboxRenewals).toBe(1);
});

test("a request is received, then answered", async () => {
  const { site, session, shown } = await consulting();
  session.ask("text", "montrez la langue");
  const { number, message } = await site.said("asked");
  expect(message).toMatchObject({ what: "text", text: "montrez la langue" });
  await site.receipt(number ?? 0);
  await until(() => shown().asks[0]?.state === "received");
  await site.write({ kind: "ask_answered", id: 1, outcome: "not_possible" });
  await until(() => shown().asks[0]?.state === "not_possible");
});

test("the summary is drafted, sent, received, and its draft erased", async () => {
  const { site, session, shown } = await consulting();
  session.draftSummary({ text: "Toux sèche. ", notes: "" });
  session.sendSummary();
  const { number, message } = await site.said("summary");
  expect(message).toMatchObject({ text: "Toux sèche.", stills: [], files: [] });
  expect((message as { signature: Uint8Array }).signature).toHaveLength(64);
  expect(shown().summary.received_ms).toBeNull();
  await site.receipt(number ?? 0);
  await until(() => shown().summary.received_ms !== null);
  expect(site.drafts.map((kept) => kept.replace(/^\{"text":"(.*?)".*/, "$1"))).toEqual(["Toux sèche. ", "(erased)"]);
});

test("giving up waiting erases no draft; starting again after something unsent does, once told", async () => {
  const waits = await joined();
  await waits.site.letter("knock");
  waits.session.startAgain();
  await waits.shows("arriving");
  expect(waits.site.drafts).toEqual([]);

  const { site, session, shows } = await consulting();
  session.draftSummary({ text: "Toux" });
  session.end("finished");
  await shows("ended");
  expect(session.losesByStartingAgain).toBe(true);
  session.startAgain();
  expect(site.drafts.at(-1)).toBe("(erased)");
  expect(session.losesByStartingAgain).toBe(false);
});

test("our goodbye waits for its receipt, then everything is let go", async () => {
  const { site, session, peer, shown } = await consulting();
  await site.speak(peer, reading("spo2", 97, 0));
  await until(() => shown().vitals.length === 1);
  session.end("finished");
  await until(() => shown().end?.isEnding === true);
  const { number } = await site.said("goodbye");
  await site.receipt(number ?? 0);
  session.tick();
  expect(peer.isClosed).toBe(false); // our own last receipts leave first
  site.clock.pass(1_000);
  session.tick();
  await until(() => shown().end?.isEnding === false);
  expect(peer.isClosed).toBe(true);
  expect(site.mailboxIsStopped).toBe(true);
  expect(shown().vitals).toEqual([]);
});

test("leaving loses what a reload cannot go on with: words being compared, our own goodbye", async () => {
  const { site, session } = await consulting();
  expect([session.isUnderWay, session.losesByLeaving]).toEqual([true, false]);
  session.end("finished");
  expect(session.losesByLeaving).toBe(true);
  site.clock.pass(GOODBYE_PATIENCE_MS);
  session.tick();
  expect(session.losesByLeaving).toBe(false);
});

test("the site's goodbye ends it here too", async () => {
  const { site, session, peer, shown, shows } = await consulting();
  await site.speak(peer, { kind: "goodbye", reason: "unsuitable", at_ms: 1, why: "" });
  await shows("ended");
  expect(shown().end).toEqual({ reason: "unsuitable", byUs: false, isEnding: false });
  site.clock.pass(1_000);
  session.tick();
  expect(peer.isClosed).toBe(true);
});

test("reports once a second what it receives", async () => {
  const { site, session, peer } = await consulting();
  site.clock.pass(1_000);
  session.tick();
  const { message } = await site.said("page_report");
  expect(message).toMatchObject({ frames_decoded: 12, rtt_ms: 40, voice_concealed_pct: 0 });
  session.tick();
  await site.said("page_report");
  expect(peer.sent).toHaveLength(0);
});

test("curves are those of whom the GP sees, and of nobody else", async () => {
  const { site, session, peer, shown } = await consulting();
  const wave = { kind: "wave_samples", wave: "pleth", rate_hz: 60, started_ms: 0 } as const;
  const samples = new Uint8Array(30);
  expect(shown().visit).not.toBe("");
  await site.speak(peer, { ...wave, samples });
  await until(() => site.feed.of("pleth").isWaiting);
  session.stepAside();
  expect(site.feed.of("pleth").isWaiting).toBe(false);
  await until(() => shown().visit === "");
  await site.write({ ...wave, samples });
  expect(site.feed.of("pleth").isWaiting).toBe(false);
});

test("what is written for a site that leaves while it waits stays until the GP lets go of it", async () => {
  const { site, session, shown, shows } = await consulting();
  session.draftSummary({ text: "Otite." });
  session.stepAside();
  await site.write({ kind: "goodbye", reason: "finished", at_ms: 1, why: "" });
  await until(() => shown().waiting[0]?.isUnsent === true);
  site.clock.pass(GOODBYE_PATIENCE_MS);
  session.tick();
  expect(site.mailboxIsStopped).toBe(true);
  expect(session.losesByLeaving).toBe(true);
  site.cameraWasAsked = false;
  session.accept(shown().waiting[0]?.id ?? "");
  await shows("ended");
  expect(shown().summary.draftText).toBe("Otite.");
  expect(site.cameraWasAsked).toBe(false);
  session.startAgain();
  await shows("arriving");
  expect(shown().waiting).toEqual([]);
  expect(session.losesByLeaving).toBe(false);
});

test("a site that leaves while it waits leaves no trace where nothing was written", async () => {
  const { site, session, shown } = await consulting();
  session.stepAside();
  await until(() => shown().waiting.length === 1);
  await site.write({ kind: "goodbye", reason: "finished", at_ms: 1, why: "" });
  site.clock.pass(GOODBYE_PATIENCE_MS);
  session.tick();
  await until(() => shown().waiting.length === 0);
});

test("why a site that waits was refused can be looked at long afterwards", async () => {
  const { site, session, shown, shows } = await consulting();
  session.stepAside();
  await site.write({ kind: "words_compared", equal: false });
  await until(() => shown().waiting[0]?.refusal === "words_differ");
  site.clock.pass(GOODBYE_PATIENCE_MS);
  session.tick();
  session.accept(shown().waiting[0]?.id ?? "");
  await shows("refused");
  session.startAgain();
  await shows("arriving");
  expect(shown().waiting).toEqual([]);
});
