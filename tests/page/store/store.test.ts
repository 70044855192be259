import { expect, test } from "vitest";
import { Invitation } from "@page/core/invitation.ts";
import { passingDatabase } from "@page/store/database.ts";
import { EncryptedDrafts } from "@page/store/drafts.ts";
import { keptIdentity } from "@page/store/identity.ts";
import { recallSelf, rememberSelf } from "@page/store/self.ts";

const invitation = (secret: number) =>
  new Invitation(new Uint8Array(32), new Uint8Array(16).fill(secret), 2_000_000_000, null);

test("a draft comes back for its invitation, and is not readable where it lies", async () => {
  const database = passingDatabase();
  const drafts = new EncryptedDrafts(database);
  drafts.keep(invitation(1), "Toux sèche");
  drafts.keep(invitation(1), "Toux sèche depuis trois jours");
  await drafts.settled;
  expect(await drafts.load(invitation(1))).toBe("Toux sèche depuis trois jours");
  const { sealed } = (await database.get("draft")) as { sealed: ArrayBuffer };
  expect(new TextDecoder().decode(sealed)).not.toContain("Toux");
  const key = (await database.get("draft key")) as CryptoKey;
  expect(key.extractable).toBe(false);
});

test("another consultation never sees it, and it is gone", async () => {
  const drafts = new EncryptedDrafts(passingDatabase());
  drafts.keep(invitation(1), "Toux");
  await drafts.settled;
  expect(await drafts.load(invitation(2))).toBe("");
  await drafts.settled;
  expect(await drafts.load(invitation(1))).toBe("");
});

test("a received summary's draft is erased", async () => {
  const drafts = new EncryptedDrafts(passingDatabase());
  drafts.keep(invitation(1), "Toux");
  drafts.erase();
  await drafts.settled;
  expect(await drafts.load(invitation(1))).toBe("");
});

test("the identity stays the same from visit to visit and cannot be exported", async () => {
  const database = passingDatabase();
  const first = await keptIdentity(database);
  const again = await keptIdentity(database);
  expect(again.public).toEqual(first.public);
  const pair = (await database.get("identity")) as CryptoKeyPair;
  expect(pair.privateKey.extractable).toBe(false);
});

test("the GP's own name is typed once; storage that fails is no obstacle", () => {
  const values = new Map<string, string>();
  const storage = {
    getItem: (key: string) => values.get(key) ?? null,
    setItem: (key: string, value: string) => void values.set(key, value),
  } as unknown as Storage;
  expect(recallSelf(() => storage)).toEqual({ name: "", place: "" });
  rememberSelf(() => storage, { name: "Dr Martin", place: "Figeac" });
  expect(recallSelf(() => storage)).toEqual({ name: "Dr Martin", place: "Figeac" });
  values.set("chevet.self", "{");
  expect(recallSelf(() => storage)).toEqual({ name: "", place: "" });
  const closed = {
    getItem: () => null,
    setItem: () => {
      throw new DOMException("full", "QuotaExceededError");
    },
  } as unknown as Storage;
  rememberSelf(() => closed, { name: "Dr Martin", place: "" });
});

test("a browser that closes its storage to us at the first mention is no obstacle either", () => {
  const closed = (): Storage => {
    throw new DOMException("denied", "SecurityError");
  };
  expect(recallSelf(closed)).toEqual({ name: "", place: "" });
  rememberSelf(closed, { name: "Dr Martin", place: "" });
});

test("a draft that could not be written does not stop the next, nor its erasing", async () => {
  const database = passingDatabase();
  let isFull = true;
  const put = async (name: string, value: unknown) => {
    if (isFull && name === "draft") throw new DOMException("full", "QuotaExceededError");
    await database.put(name, value);
  };
  const drafts = new EncryptedDrafts({ ...database, put });
  drafts.keep(invitation(1), "Toux");
  await drafts.settled;
  isFull = false;
  drafts.keep(invitation(1), "Toux sèche");
  await drafts.settled;
  expect(await drafts.load(invitation(1))).toBe("Toux sèche");
  drafts.erase();
  await drafts.settled;
  expect(await drafts.load(invitation(1))).toBe("");
});
