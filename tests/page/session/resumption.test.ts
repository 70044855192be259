import { expect, test } from "vitest";
import type { Message } from "@page/core/wire.ts";
import { RECEIPT_DELAY_MS } from "@page/session/correspondence.ts";
import { type Interrupted, interrupted } from "@page/session/resumption.ts";
import { Session } from "@page/session/session.ts";
import { EMPTY, type PageSnapshot } from "@page/session/snapshot.ts";
import { Journal } from "@page/store/journal.ts";
import { until } from "../fake_timer.ts";
import { READING } from "./readings.ts";
import { ScriptedSite } from "./scripted_site.ts";

const DOCTOR = { name: "Dr Martin", place: "Figeac", rpps: "" };
const WHOLE = { media_type: "image/jpeg", part: "whole", of: 0, area: [], flaw: "" };

/** One process of the page. */
function opened(site: ScriptedSite) {
  let shown: PageSnapshot = EMPTY;
  const session = new Session(site.ports(), site.book, (snapshot) => {
    shown = snapshot;
  });
  return { session, shown: () => shown };
}

async function consulting() {
  const site = await ScriptedSite.open();
  const page = opened(site);
  expect(page.session.join(DOCTOR, site.fragment)).toBe(true);
  await site.agree();
  await until(() => page.shown().phase === "comparing");
  page.session.compareWords(true);
  await site.write({ kind: "words_compared", equal: true });
  await until(() => page.shown().phase === "consulting");
  const peer = await site.connect(1);
  await until(() => page.shown().link.state === "up");
  return { site, peer, ...page };
}

const reading = (value: number, taken_ms: number): Message => ({ ...READING, value, taken_ms });

/** What a process that ends here leaves. */
async function left(site: ScriptedSite): Promise<readonly Interrupted[]> {
  const found = await Journal.left(site.database);
  const alive = found.map(({ journal, entries }) => interrupted(entries, journal, site.clock.now_ms));
  return alive.filter((one) => one !== null);
}

const still = new Uint8Array(900).fill(9);

async function offer(): Promise<Message> {
  const sha256 = new Uint8Array(await crypto.subtle.digest("SHA-256", still));
  const facts = { label: "Oreille", size: still.length, width: 2, height: 1, taken_ms: 0 };
  return { kind: "still_offered", id: 1, sha256, ...facts, ...WHOLE };
}

test("a later process has all that came, and says what it has under keys of its own", async () => {
  const { site, peer, session, shown } = await consulting();
  await site.speak(peer, reading(97, site.clock.now_ms));
  await site.speak(peer, await offer());
  await site.speak(peer, { kind: "still_piece", id: 1, offset: 0, data: still });
  await until(() => shown().stills[0]?.state === "complete");
  session.ask("ear", "");
  await site.said("asked");
  await site.said("still_received");
  session.suspend();

  const later = opened(site);
  later.session.goOn(await left(site));
  await until(() => later.shown().stills[0]?.state === "complete");
  const now = later.shown();
  expect(now.phase).toBe("consulting");
  expect(now.words).toEqual([]);
  expect(now.verified_ms).toBe(shown().verified_ms);
  expect(now.vitals.map(({ value }) => value)).toEqual([97]);
  expect(now.asks.map(({ what, state }) => [what, state])).toEqual([["ear", "sending"]]);
  expect(now.link.state).toBe("cut"); // nothing is shown as live before the line is back
  await site.said("received");
  const again = await site.connect(2);
  await until(() => later.shown().link.state === "up");
  await site.speak(again, reading(95, site.clock.now_ms + 1));
  await until(() => later.shown().vitals[0]?.value === 95);
});

test("a reload needs no letter to show everything, and one exchange of them for the line", async () => {
  const { site, peer, session, shown } = await consulting();
  await site.speak(peer, reading(97, site.clock.now_ms));
  await site.speak(peer, await offer());
  await site.speak(peer, { kind: "still_piece", id: 1, offset: 0, data: still });
  await until(() => shown().stills[0]?.state === "complete");
  await site.said("still_received");
  session.write("avant");
  const { number } = await site.said("text");
  await site.speak(peer, { kind: "received", up_to: number ?? 0, beyond: [] });
  await until(() => shown().texts[0]?.isReceived === true); // else what is not goes by letter too
  session.suspend();
  const before = site.puts;

  const later = opened(site);
  await later.session.goOn(await left(site));
  await until(() => later.shown().stills[0]?.state === "complete");
  expect(later.shown().vitals).toEqual(shown().vitals);
  expect(later.shown().trends).toEqual(shown().trends);
  await until(() => site.puts > before); // "we are here": the site may offer a line
  expect(site.puts - before).toBe(1);
  await site.connect(2);
  await until(() => later.shown().link.state === "up");
  expect(site.puts - before).toBe(2);
});

test("numbers go on: nothing is taken for known, nothing is acted upon twice", async () => {
  const { site, peer, session, shown } = await consulting();
  session.write("avant");
  const before = await site.said("text");
  await site.speak(peer, { kind: "text", text: "oui", written_ms: 1 });
  await until(() => shown().texts.length === 2);
  site.clock.pass(RECEIPT_DELAY_MS);
  await site.said("received");

  const later = opened(site);
  later.session.goOn(await left(site));
  await until(() => later.shown().texts.length === 2);
  await site.connect(2);
  later.session.write("après");
  const after = await site.said("text", ({ text }) => text === "après");
  expect(after.number).toBeGreaterThan(before.number ?? 0);
  expect(later.shown().texts.map(({ text }) => text)).toEqual(["avant", "oui", "après"]);
});

test("words that nobody compared, and a consultation that is over, are not gone on with", async () => {
  const site = await ScriptedSite.open();
  const page = opened(site);
  page.session.join(DOCTOR, site.fragment);
  await site.agree();
  await until(() => page.shown().phase === "comparing");
  expect(await left(site)).toEqual([]);

  const ended = await consulting();
  ended.session.end("finished");
  await ended.site.said("goodbye");
  expect(await left(ended.site)).toEqual([]);
});

test("nobody goes on with a session whose time is over", async () => {
  const { site } = await consulting();
  await site.said("card");
  expect(await left(site)).toHaveLength(1);
  site.clock.now_ms += 13 * 3_600_000;
  expect(await left(site)).toEqual([]);
});
