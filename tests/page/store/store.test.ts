import { expect, test } from "vitest";
import { Identity } from "@page/core/identity.ts";
import { Invitation } from "@page/core/invitation.ts";
import type { Agreed } from "@page/core/reply.ts";
import { Book, SITES_LIMIT } from "@page/store/book.ts";
import { passingDatabase } from "@page/store/database.ts";
import { DRAFT_LASTS_MS, EncryptedDrafts } from "@page/store/drafts.ts";
import { acceptLoss, hasLostIdentity, keptIdentity } from "@page/store/identity.ts";
import { recallSelf, rememberSelf } from "@page/store/self.ts";

const NOW_MS = 1_800_000_000_000;

function passingStorage() {
  const values = new Map<string, string>();
  const storage = {
    getItem: (key: string) => values.get(key) ?? null,
    setItem: (key: string, value: string) => void values.set(key, value),
    removeItem: (key: string) => void values.delete(key),
  };
  return () => storage;
}

const invitation = (secret: number) =>
  new Invitation(new Uint8Array(32), new Uint8Array(16).fill(secret), 2_000_000_000, null);

test("a draft comes back for its invitation, and is not readable where it lies", async () => {
  const database = passingDatabase();
  const drafts = new EncryptedDrafts(database, () => NOW_MS);
  drafts.keep(invitation(1), "Toux sèche");
  drafts.keep(invitation(1), "Toux sèche depuis trois jours");
  await drafts.settled;
  expect(await drafts.load(invitation(1))).toBe("Toux sèche depuis trois jours");
  const [name] = ((await database.get("drafts")) as Map<string, number>).keys();
  const { sealed } = (await database.get(name ?? "")) as { sealed: ArrayBuffer };
  expect(new TextDecoder().decode(sealed)).not.toContain("Toux");
  const key = (await database.get("draft key")) as CryptoKey;
  expect(key.extractable).toBe(false);
});

test("each consultation has its own draft and never sees another's", async () => {
  const drafts = new EncryptedDrafts(passingDatabase(), () => NOW_MS);
  drafts.keep(invitation(1), "Toux");
  drafts.keep(invitation(2), "Otite");
  expect(await drafts.load(invitation(3))).toBe("");
  expect(await drafts.load(invitation(1))).toBe("Toux");
  expect(await drafts.load(invitation(2))).toBe("Otite");
});

test("a draft whose key is gone is as none", async () => {
  const database = passingDatabase();
  const drafts = new EncryptedDrafts(database, () => NOW_MS);
  drafts.keep(invitation(1), "Toux");
  await drafts.settled;
  await database.delete("draft key");
  expect(await drafts.load(invitation(1))).toBe("");
});

test("what a crash left behind is erased after its time, but for a consultation still open", async () => {
  const database = passingDatabase();
  const before = new EncryptedDrafts(database, () => NOW_MS);
  for (const [secret, text] of [[1, "Toux"], [2, "Otite"], [3, "Avis"]] as const) {
    before.keep(invitation(secret), text);
  }
  await before.settled;
  const soon = new EncryptedDrafts(database, () => NOW_MS + DRAFT_LASTS_MS);
  soon.tidy([]);
  expect(await soon.load(invitation(1))).toBe("Toux");
  soon.keep(invitation(2), "Otite moyenne");
  await soon.settled;
  const late = new EncryptedDrafts(database, () => NOW_MS + DRAFT_LASTS_MS + 1);
  late.tidy([invitation(3)]);
  expect(await late.load(invitation(1))).toBe("");
  expect(await late.load(invitation(2))).toBe("Otite moyenne");
  expect(await late.load(invitation(3))).toBe("Avis");
});

test("a received summary's draft is erased", async () => {
  const drafts = new EncryptedDrafts(passingDatabase(), () => NOW_MS);
  drafts.keep(invitation(1), "Toux");
  drafts.erase(invitation(1));
  await drafts.settled;
  expect(await drafts.load(invitation(1))).toBe("");
});

test("the identity stays the same from visit to visit and cannot be exported", async () => {
  const database = passingDatabase();
  const first = await keptIdentity(database, passingStorage());
  const again = await keptIdentity(database, passingStorage());
  expect(again.public).toEqual(first.public);
  const pair = (await database.get("identity")) as CryptoKeyPair;
  expect(pair.privateKey.extractable).toBe(false);
});

test("a browser that has lost its keys says so until the GP has read it", async () => {
  const storage = passingStorage();
  expect(await hasLostIdentity(passingDatabase(), storage)).toBe(false); // a first visit
  const database = passingDatabase();
  await keptIdentity(database, storage);
  expect(await hasLostIdentity(database, storage)).toBe(false);
  const emptied = passingDatabase();
  expect(await hasLostIdentity(emptied, storage)).toBe(true);
  acceptLoss(storage);
  expect(await hasLostIdentity(emptied, storage)).toBe(false);
  const closed = () => {
    throw new Error("a private window");
  };
  await keptIdentity(passingDatabase(), closed);
  expect(await hasLostIdentity(passingDatabase(), closed)).toBe(false);
});

async function metSite(book: Book, gp: Identity, used: Uint8Array<ArrayBuffer> | null = null) {
  const site = await Identity.of(await Identity.made());
  const exporter = new Uint8Array(32).fill(7);
  const keys = {} as Agreed["keys"];
  const agreed = { keys, peerPublic: site.public, words: [], exporter };
  await book.newest(gp, NOW_MS);
  await book.keep({ agreed, name: "Pharmacie", role: "", used, relay: null }, gp, NOW_MS);
  return { site, agreed };
}

test("the book of sites comes back, sealed, with its keys", async () => {
  const database = passingDatabase();
  const gp = await Identity.of(await Identity.made());
  const book = await Book.open(database);
  const { site } = await metSite(book, gp);
  const again = await Book.open(database);
  expect(again.sites).toEqual(book.sites);
  expect(again.sites[0]).toMatchObject({ name: "Pharmacie", public: site.public, calls: 0 });
  expect(again.prekeys.map(({ parts }) => parts)).toEqual(book.prekeys.map(({ parts }) => parts));
  const kept = (await database.get("book")) as Uint8Array;
  expect(new TextDecoder("latin1").decode(kept)).not.toContain("Pharmacie");
  const key = (await database.get("book key")) as CryptoKey;
  expect(key.extractable).toBe(false);
  await database.delete("book key");
  expect((await Book.open(database)).sites).toEqual([]);
});

test("a newer meeting keeps the bond that was in use; a call is remembered; a site forgotten", async () => {
  const book = await Book.open(passingDatabase());
  const gp = await Identity.of(await Identity.made());
  const { agreed } = await metSite(book, gp);
  const [first] = book.sites;
  if (first === undefined) throw new Error("no site");
  const [used] = first.secrets;
  if (used === undefined) throw new Error("no bond");
  await book.answered(first, 41);
  const later = { ...agreed, exporter: new Uint8Array(32).fill(8) };
  await book.keep({ agreed: later, name: "Pharmacie", role: "", used, relay: null }, gp, NOW_MS + 1);
  const [second] = book.sites;
  expect(second?.secrets).toHaveLength(2);
  expect(second?.secrets[1]).toEqual(used);
  expect(second).toMatchObject({ calls: 41, verified_ms: NOW_MS });
  await book.forget(first);
  expect(book.sites).toEqual([]);
});

test("only so many sites are kept", async () => {
  const book = await Book.open(passingDatabase());
  const gp = await Identity.of(await Identity.made());
  for (let count = 0; count <= SITES_LIMIT; count += 1) await metSite(book, gp);
  expect(book.sites).toHaveLength(SITES_LIMIT);
});

test("the GP's own name is typed once; storage that fails is no obstacle", () => {
  const values = new Map<string, string>();
  const storage = {
    getItem: (key: string) => values.get(key) ?? null,
    setItem: (key: string, value: string) => void values.set(key, value),
  } as unknown as Storage;
  expect(recallSelf(() => storage)).toEqual({ name: "", place: "", rpps: "" });
  rememberSelf(() => storage, { name: "Dr Martin", place: "Figeac", rpps: "" });
  expect(recallSelf(() => storage)).toEqual({ name: "Dr Martin", place: "Figeac", rpps: "" });
  values.set("chevet.self", "{");
  expect(recallSelf(() => storage)).toEqual({ name: "", place: "", rpps: "" });
  const closed = {
    getItem: () => null,
    setItem: () => {
      throw new DOMException("full", "QuotaExceededError");
    },
  } as unknown as Storage;
  rememberSelf(() => closed, { name: "Dr Martin", place: "", rpps: "" });
});

test("a browser that closes its storage to us at the first mention is no obstacle either", () => {
  const closed = (): Storage => {
    throw new DOMException("denied", "SecurityError");
  };
  expect(recallSelf(closed)).toEqual({ name: "", place: "", rpps: "" });
  rememberSelf(closed, { name: "Dr Martin", place: "", rpps: "" });
});

test("a draft that could not be written does not stop the next, nor its erasing", async () => {
  const database = passingDatabase();
  let isFull = true;
  const put = async (name: string, value: unknown) => {
    if (isFull && name.startsWith("draft/")) throw new DOMException("full", "QuotaExceededError");
    await database.put(name, value);
  };
  const drafts = new EncryptedDrafts({ ...database, put }, () => NOW_MS);
  drafts.keep(invitation(1), "Toux");
  await drafts.settled;
  isFull = false;
  drafts.keep(invitation(1), "Toux sèche");
  await drafts.settled;
  expect(await drafts.load(invitation(1))).toBe("Toux sèche");
  drafts.erase(invitation(1));
  await drafts.settled;
  expect(await drafts.load(invitation(1))).toBe("");
});
