import { expect, test } from "vitest";
import { packed } from "@page/session/resumption.ts";
import { passingDatabase } from "@page/store/database.ts";
import { Journal } from "@page/store/journal.ts";

const TEXT = { kind: "text", text: "Toux depuis trois jours", written_ms: 1 } as const;
const entry = (number: number) => ({ what: "came", at_ms: number, parcel: packed(TEXT, number) }) as const;

test("what was written comes back in order, and is not readable where it lies", async () => {
  const database = passingDatabase();
  const journal = Journal.begun(database, "a1");
  for (const number of [1, 2, 3]) {
    journal.add(entry(number));
    if (number === 2) await journal.settled;
  }
  await journal.settled;
  const [left] = await Journal.left(database);
  expect(left?.entries.map((one) => "at_ms" in one && one.at_ms)).toEqual([1, 2, 3]);
  for (const { value } of await database.under("journal/")) {
    expect(new TextDecoder().decode(value as Uint8Array)).not.toContain("Toux");
  }
  expect(((await database.get("journal key/a1")) as CryptoKey).extractable).toBe(false);
});

test("a later process writes behind what is there", async () => {
  const database = passingDatabase();
  Journal.begun(database, "a1").add(entry(1));
  const first = Journal.begun(database, "b2");
  first.add(entry(1));
  await first.settled;
  const left = await Journal.left(database);
  const again = left.at(-1)?.journal;
  again?.add(entry(2));
  await again?.settled;
  expect((await Journal.left(database)).at(-1)?.entries).toHaveLength(2);
});

test("over is over: nothing of it stays, nothing more is taken", async () => {
  const database = passingDatabase();
  const journal = Journal.begun(database, "a1");
  journal.add(entry(1));
  journal.erase();
  journal.add(entry(2));
  await journal.settled;
  expect(await database.under("journal")).toEqual([]);
});

test.each(["missing", "moved", "damaged"])("a diary with a record that is %s is erased", async (how) => {
  const database = passingDatabase();
  const journal = Journal.begun(database, "a1");
  for (const number of [1, 2, 3]) {
    journal.add(entry(number));
    await journal.settled;
  }
  const [first, second] = await database.under("journal/");
  if (first === undefined || second === undefined) throw new Error("too few");
  if (how === "missing") await database.delete(first.name);
  if (how === "moved") await database.put(first.name, second.value);
  if (how === "damaged") await database.put(first.name, new Uint8Array(40));
  expect(await Journal.left(database)).toEqual([]);
  expect(await database.under("journal")).toEqual([]);
});

test("a full disk ends the diary: half of one would be worse than none", async () => {
  const database = passingDatabase();
  const put = async (name: string, value: unknown) => {
    if (name.endsWith("1")) throw new DOMException("full", "QuotaExceededError");
    await database.put(name, value);
  };
  const journal = Journal.begun({ ...database, put }, "a2");
  journal.add(entry(1));
  await journal.settled;
  journal.add(entry(2));
  await journal.settled; // whoever waits to send goes on
  await journal.settled;
  expect(await Journal.left(database)).toEqual([]);
});
