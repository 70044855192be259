import { expect, test } from "vitest";
import { sessionCiphers } from "@page/core/envelope.ts";
import { Letter } from "@page/core/letters.ts";
import { encode, type Message } from "@page/core/wire.ts";
import type { RelayEvents } from "@page/net/relay.ts";
import type { Ports } from "@page/session/ports.ts";
import { interrupted } from "@page/session/resumption.ts";
import { Session } from "@page/session/session.ts";
import { EMPTY, type PageSnapshot } from "@page/session/snapshot.ts";
import { ANSWER_LASTS_MS, Book } from "@page/store/book.ts";
import { Journal } from "@page/store/journal.ts";
import { agreedBySite, known, parties } from "../core/known_site.ts";
import { unhex } from "../core/vectors.ts";
import { settled, until } from "../fake_timer.ts";
import { ScriptedSite } from "./scripted_site.ts";

const NOW_MS = (known.epoch + 60) * 1000;
const DAY_MS = 86_400_000;
const CALL = new Letter("call", unhex(known.call));
const QUESTION: Message = { kind: "question", text: "Lésion du dos de la main ?", at_ms: 1 };

/** A browser that knows the site of the vectors; its page is opened and closed. */
async function browser() {
  const scripted = await ScriptedSite.open();
  scripted.clock.now_ms = NOW_MS;
  const { gp, site, prekey } = await parties();
  const book = await Book.open(scripted.database);
  book.prekeys = [prekey];
  const pinned = { public: site.public, address: site.address, name: "Pharmacie", role: "" };
  const secrets = [unhex(known.secret)];
  const facts = { verified_ms: 1, secrets, calls: 0, relay: null, publishedEpoch: known.epoch };
  book.sites = [{ ...pinned, ...facts }];
  await book.published({ ...pinned, ...facts }, known.epoch); // which saves it
  return { scripted, gp };
}

/** One process of the page in it. */
async function opened({ scripted, gp }: Awaited<ReturnType<typeof browser>>, name = "Dr Martin") {
  const book = await Book.open(scripted.database);
  const relays: RelayEvents[] = [];
  const letters: { letter: Letter; ttl_s: number }[] = [];
  const ports: Ports = {
    ...scripted.ports(),
    contacts: book,
    identity: async () => gp,
    recall: () => ({ name, place: "Figeac", rpps: "" }),
    openMailbox: async (_identity, _relay, events) => {
      relays.push(events);
      return {
        admit: () => undefined,
        put: (_to, _token, data, ttl_s) => void letters.push({ letter: Letter.decode(data), ttl_s }),
        renew: () => undefined,
        stop: () => void relays.splice(relays.indexOf(events), 1),
      };
    },
  };
  let shown: PageSnapshot = EMPTY;
  const session = new Session(ports, book, (snapshot) => {
    shown = snapshot;
  });
  const left = await Journal.left(scripted.database);
  const open = left.map(({ journal, entries }) => interrupted(entries, journal, scripted.clock.now_ms));
  await session.goOn(open.filter((one) => one !== null));
  session.listen();
  await settled();
  const of = (kind: Letter["kind"]) => letters.filter(({ letter }) => letter.kind === kind);
  /** As the relay does: to all who listen. */
  const hears = (letter: Letter) =>
    Promise.allSettled(relays.map((events) => events.onLetter(letter.encode())));
  const stored = () => relays.forEach((events) => void events.onStored(1));
  return { book, session, of, hears, stored, shown: () => shown };
}

type Page = Awaited<ReturnType<typeof opened>>;

async function answer(page: Page): Promise<Letter> {
  await page.hears(CALL);
  await until(() => page.of("m2").length === 1);
  return page.of("m2")[0]?.letter as Letter;
}

/** What the site sends when it takes the answer up: its M3, and under the new keys a question. */
async function takenUp(m2: Letter): Promise<readonly Letter[]> {
  const agreement = await agreedBySite(m2);
  const m3 = await agreement.sealNonce(unhex(known.site_nonce_seed));
  const { sealer } = sessionCiphers(agreement.keys, "site");
  const envelope = await sealer.seal(encode({ number: 1, message: QUESTION }), true);
  return [new Letter("m3", m3), Letter.sealed(agreement.keys.tag, envelope)];
}

test("an answer that its site takes up days later leads to the question, in a later process", async () => {
  const here = await browser();
  const first = await opened(here);
  const m2 = await answer(first);
  expect(first.of("m2")[0]?.ttl_s).toBe(7 * 86_400);
  expect(first.shown().waiting).toEqual([]); // there is nobody to see yet
  first.stored();
  await settled();

  here.scripted.clock.now_ms += 3 * DAY_MS;
  const later = await opened(here);
  expect(later.of("m2")).toEqual([]); // it lies in the site's mailbox
  expect(later.shown().waiting).toEqual([]);
  for (const letter of await takenUp(m2)) await later.hears(letter);
  await until(() => later.shown().waiting[0]?.question != null);
  expect(later.shown().waiting[0]?.question?.text).toBe(QUESTION.text);
  expect(later.book.answers).toEqual([]);

  // The question outlives the day of a consultation, and its letters wait as long as the relay lets.
  here.scripted.clock.now_ms += 20 * DAY_MS;
  const last = await opened(here);
  await until(() => last.shown().waiting[0]?.question?.text === QUESTION.text);
  last.session.accept(last.shown().waiting[0]?.id ?? "");
  last.session.write("Avis demain");
  await until(() => last.of("sealed").length > 0);
  expect(last.of("sealed").map(({ ttl_s }) => ttl_s)).toContain(7 * 86_400);
});

test("an answer that did not reach the relay is said again, the same, and only once it is not there", async () => {
  const here = await browser();
  const m2 = await answer(await opened(here));
  const later = await opened(here);
  await until(() => later.of("m2").length === 1);
  expect(later.of("m2")[0]?.letter).toEqual(m2);
  for (const letter of await takenUp(m2)) await later.hears(letter);
  await until(() => later.shown().waiting[0]?.question != null);
  expect((await opened(here)).of("m2")).toEqual([]);
});

test("a site that breaks its promise ends the wait, and nothing of it stays", async () => {
  const here = await browser();
  const page = await opened(here);
  const m2 = await answer(page);
  const agreement = await agreedBySite(m2);
  await page.hears(new Letter("m3", await agreement.sealNonce(new Uint8Array(32))));
  await until(() => page.shown().waiting[0]?.refusal === "forged");
  await until(() => page.book.answers.length === 0);
});

test("an answer is forgotten with its site, and after its time", async () => {
  const here = await browser();
  const page = await opened(here);
  await answer(page);
  expect(await page.book.openAnswers(NOW_MS + ANSWER_LASTS_MS - 1)).toHaveLength(1);
  expect(await page.book.openAnswers(NOW_MS + ANSWER_LASTS_MS)).toEqual([]);
  const [site] = page.book.sites;
  if (site === undefined) throw new Error("nobody is known");
  await page.book.forget(site);
  expect(page.book.answers).toEqual([]);
  expect(await here.scripted.database.under("answer key/")).toEqual([]);
});

test("the secrets of an answer lie under a key of their own, which goes with it", async () => {
  const here = await browser();
  const page = await opened(here);
  const m2 = await answer(page);
  const [kept] = page.book.answers;
  const [found, ...more] = await here.scripted.database.under("answer key/");
  expect(more).toEqual([]);
  expect(found?.value).toMatchObject({ extractable: false });
  const [open] = await page.book.openAnswers(NOW_MS);
  expect(String(kept?.sealed)).not.toContain(String(open?.reply.seed));
  for (const letter of await takenUp(m2)) await page.hears(letter);
  await until(() => page.shown().waiting[0]?.question != null);
  expect(await here.scripted.database.under("answer key/")).toEqual([]);
  expect(page.book.answers).toEqual([]);
});

test("an answer whose key is gone is gone", async () => {
  const here = await browser();
  await answer(await opened(here));
  await here.scripted.database.deleteUnder("answer key/");
  const later = await opened(here);
  expect(later.of("m2")).toEqual([]);
  expect(await later.book.openAnswers(NOW_MS)).toEqual([]);
});

test("a GP who gives up waiting still gets the question", async () => {
  const here = await browser();
  const page = await opened(here, "");
  await page.hears(CALL);
  await until(() => page.shown().sites[0]?.called_ms !== null);
  page.session.answer(page.shown().sites[0]?.id ?? "", { name: "Dr Martin", place: "", rpps: "" });
  await until(() => page.shown().phase === "waiting" && page.of("m2").length === 1);
  page.session.startAgain();
  await until(() => page.shown().phase === "arriving");
  expect(page.shown().waiting).toEqual([]);
  const m2 = page.of("m2")[0]?.letter as Letter;
  for (const letter of await takenUp(m2)) await page.hears(letter);
  await until(() => page.shown().waiting[0]?.question != null);
});

test("calls answered by one key have drafts of their own", async () => {
  const here = await browser();
  const page = await opened(here);
  await answer(page);
  const [kept] = page.book.answers;
  const { prekey } = await parties();
  expect(kept?.id).toHaveLength(32);
  expect(kept?.id).not.toEqual(new Uint8Array(await crypto.subtle.digest("SHA-256", prekey.bundle)));
});

test("a full disk keeps no answer, and nobody from answering", async () => {
  const here = await browser();
  const put = here.scripted.database.put;
  here.scripted.database.put = async (name, value) => {
    if (name.startsWith("answer key/")) throw new DOMException("full", "QuotaExceededError");
    await put(name, value);
  };
  const page = await opened(here);
  const m2 = await answer(page);
  expect(page.book.answers).toEqual([]);
  for (const letter of await takenUp(m2)) await page.hears(letter);
  await until(() => page.shown().waiting[0]?.question != null);
});
