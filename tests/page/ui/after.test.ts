import { unzipSync } from "fflate";
import { expect, test } from "vitest";
import { hex } from "@page/bytes.ts";
import { sha256 } from "@page/core/primitives.ts";
import { gathered as gather, zipped } from "@page/exports/archive.ts";
import { escaped } from "@page/exports/escaped.ts";
import { EMPTY, type PageSnapshot, type StillView } from "@page/session/snapshot.ts";
import { passingDatabase } from "@page/store/database.ts";
import { History, type KeptFile } from "@page/store/history.ts";
import { Texts } from "@page/texts.ts";
import { view } from "../session/readings.ts";

const french = new Texts("fr");
const GP = { name: "Dr Martin", place: "Cabinet du Lac", rpps: "" };
const gathered = (snapshot: PageSnapshot, texts: Texts) => gather(snapshot, GP, texts);
const NOW_MS = Date.UTC(2026, 10, 12, 13, 30);
const HOSTILE = `<img src=x onerror="alert('1')">&`;

function still(bytes: Uint8Array<ArrayBuffer>): StillView {
  const told = { id: 3, label: HOSTILE, state: "complete", held: 4, size: 4, width: 1, height: 1 } as const;
  const picture = new Blob([bytes], { type: "image/jpeg" });
  const whole = { preview: null, isClip: false, flaw: null, regions: [] };
  return { ...told, taken_ms: NOW_MS, sha256_hex: "ab".repeat(32), picture, ...whole };
}

const SNAPSHOT = {
  ...EMPTY,
  siteName: "Pharmacie des Halles",
  patientName: HOSTILE,
  verified_ms: NOW_MS,
  vitals: [view({ vital: "spo2", value: 97 })],
  stills: [still(Uint8Array.of(0xff, 0xd8, 1, 2))],
  summary: { ...EMPTY.summary, draftText: `Toux. ${HOSTILE}`, isSent: true, received_ms: NOW_MS },
};

function text(files: readonly KeptFile[], name: string): string {
  return new TextDecoder().decode(files.find(({ path }) => path === name)?.data);
}

test("an export has the document, the data and every picture byte for byte", async () => {
  const { files } = await gathered(SNAPSHOT, french);
  const entries = unzipSync(new Uint8Array(await zipped(files).arrayBuffer()));
  expect(Object.keys(entries)).toEqual([
    ...["consultation.pdf", "consultation.html", "consultation-fhir.json", "consultation.json"],
    ...["images/3.jpg", "manifest.json"],
  ]);
  expect(entries["images/3.jpg"]).toEqual(Uint8Array.of(0xff, 0xd8, 1, 2));
  const data = JSON.parse(new TextDecoder().decode(entries["consultation.json"]));
  expect(data.vitals[0]).toMatchObject({ vital: "spo2", value: 97, unit: "%", model: "CMS50E" });
  expect(data.files).toEqual([{ path: "images/3.jpg", label: HOSTILE, sha256: "ab".repeat(32) }]);
});

test("nothing a site sends becomes markup in the printed document", async () => {
  const { files } = await gathered(SNAPSHOT, french);
  const html = text(files, "consultation.html");
  expect(html).toContain(escaped(HOSTILE));
  expect(html).not.toContain("<img src=x");
  expect(html).not.toContain("onerror=\"");
  expect(html).toContain('<img src="images/3.jpg"');
  expect(html).not.toMatch(/<script|https?:/);
  expect(html).toContain("SpO2 97");
});

test("the manifest tells the hash of every other file, and the documents name the data's", async () => {
  const { files } = await gathered(SNAPSHOT, french);
  const told = JSON.parse(text(files, "manifest.json")) as { files: Record<string, unknown>[] };
  const hashed = files.slice(0, -1).map(async ({ path: name, data }) => {
    return { name, size: data.length, sha256: hex(await sha256(data)) };
  });
  const found = await Promise.all(hashed);
  expect(told.files.map(({ media_type: _, ...one }) => one)).toEqual(found);
  expect(told.files.map(({ media_type }) => media_type)).toEqual([
    ...["application/pdf", "text/html", "application/fhir+json", "application/json", "image/jpeg"],
  ]);
});

test("the same consultation is the same bytes, whenever it is exported", async () => {
  expect(await gathered(SNAPSHOT, french)).toEqual(await gathered(SNAPSHOT, french));
});

const TURNED = "avant\u202e\u2066\u061c\u200b\u00ad\u{e0041}apr\ud800ès";

test("nothing that nobody sees turns the words of a document around", async () => {
  const summary = { ...SNAPSHOT.summary, draftText: TURNED };
  const { files } = await gathered({ ...SNAPSHOT, patientName: TURNED, reason: TURNED, summary }, french);
  for (const name of ["consultation.html", "consultation-fhir.json"]) {
    expect(text(files, name)).toContain("avantaprès");
  }
  for (const { path, data } of files.filter(({ path }) => /(html|json)$/.test(path))) {
    expect(new TextDecoder().decode(data), path).not.toMatch(/[\u202e\u2066\u061c\u200b\u00ad\u{e0041}]/u);
  }
  const data = JSON.parse(text(files, "consultation.json")) as { patientName: string };
  expect(data.patientName).toBe(TURNED); // as it came, and every character of it in sight
});

test("the names of exported files name nobody", async () => {
  const { files } = await gathered({ ...SNAPSHOT, patientName: "Durand" }, french);
  for (const { path } of files) expect(path).toMatch(/^(consultation(\.pdf|\.html|(-fhir)?\.json)|manifest\.json|images\/3\.jpg)$/);
});

const KEPT = { at_ms: NOW_MS, patient: "Mme Durand", site: "Pharmacie", summary: "Toux", files: [] };

test("what is kept comes back, is unreadable where it lies, and is erased one by one or all", async () => {
  const database = passingDatabase();
  const history = new History(database);
  expect(await history.keep(KEPT)).toBe(true);
  expect(await history.keep({ ...KEPT, at_ms: NOW_MS + 1, patient: "M. Petit" })).toBe(true);
  const lines = await history.lines();
  expect(lines.map(({ patient }) => patient)).toEqual(["M. Petit", "Mme Durand"]);
  const [newest] = lines;
  expect((await history.open(newest?.id ?? ""))?.summary).toBe("Toux");
  for (const { value } of await database.under("history")) {
    if (value instanceof Uint8Array) expect(new TextDecoder().decode(value)).not.toMatch(/Durand|Toux/);
  }
  expect(((await database.get("history key")) as CryptoKey).extractable).toBe(false);
  await history.erase(newest?.id ?? "");
  expect((await history.lines()).map(({ patient }) => patient)).toEqual(["Mme Durand"]);
  await history.eraseAll();
  expect(await database.under("history")).toEqual([]);
});

test("a full disk keeps nothing by halves, and says so", async () => {
  const database = passingDatabase();
  const put = async (name: string, value: unknown) => {
    if (name.startsWith("history line/")) throw new DOMException("full", "QuotaExceededError");
    await database.put(name, value);
  };
  const history = new History({ ...database, put });
  expect(await history.keep(KEPT)).toBe(false);
  expect(await database.under("history/")).toEqual([]);
});

test("what was moved to another place in the database is not read", async () => {
  const database = passingDatabase();
  const history = new History(database);
  await history.keep(KEPT);
  const [first] = await database.under("history/");
  await database.put("history/other", first?.value);
  expect(await history.open("other")).toBeNull();
});
