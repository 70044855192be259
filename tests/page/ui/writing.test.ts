import { expect, test } from "vitest";
import { EMPTY } from "@page/session/snapshot.ts";
import { draftOf, keptDraft, NO_DRAFT } from "@page/session/summary.ts";
import { Texts } from "@page/texts.ts";
import { typeOf } from "@page/ui/writing/files.ts";
import { begunWith, templates } from "@page/ui/writing/templates.ts";
import { quotable } from "@page/ui/writing/values.ts";
import { view } from "../session/readings.ts";

const french = new Texts("fr");

test("the newest version of each template is offered, in the language of the page", () => {
  const files = {
    "/catalogue/fr/summaries/visit-1.txt": "ancien",
    "/catalogue/fr/summaries/visit-10.txt": "nouveau",
    "/catalogue/fr/summaries/visit-9.txt": "avant",
    "/catalogue/en/summaries/visit-1.txt": "english",
    "/catalogue/fr/summaries/notes.md": "rien",
  };
  expect(templates("fr", files)).toEqual([{ id: "visit/10", name: "visit", version: 10, text: "nouveau" }]);
});

test.each(["fr", "en"] as const)("the catalogue's templates have names, in %s", (language) => {
  const texts = new Texts(language);
  const found = templates(language);
  expect(found.map(({ id }) => id)).toContain("teleconsultation/1");
  for (const { name } of found) expect(texts.say(`template.${name}` as never)).not.toContain("template.");
});

test("a template takes nothing away of what is written", () => {
  const [template] = templates("fr");
  if (template === undefined) throw new Error("there is one");
  expect(begunWith(template, "  \n")).toBe(template.text);
  expect(begunWith(template, "Toux.\n")).toBe(`Toux.\n\n${template.text}`);
});

test("a value is quoted as its instrument gave it: unit, instrument and time", () => {
  const reading = { ...view({ vital: "spo2", value: 97 }), model: "CMS50E", serial: "5012", taken_ms: Date.UTC(2026, 10, 12, 12) };
  const [found] = quotable({ ...EMPTY, vitals: [reading] }, french);
  expect(found?.text).toContain("SpO2 97 %");
  expect(found?.text).toContain("CMS50E");
  expect(found?.text).toContain("5012");
  expect(found?.text).toContain(french.time(reading.taken_ms));
});

test("what no instrument vouches for cannot be quoted", () => {
  const searching = { ...view({ vital: "spo2", value: 97 }), value: null, quality: "searching" };
  expect(quotable({ ...EMPTY, vitals: [searching] }, french)).toEqual([]);
  const half = [
    { ...view({ vital: "systolic", value: 128 }), record: 1 },
    { ...view({ vital: "diastolic", value: 70 }), value: null, record: 1 },
  ];
  expect(quotable({ ...EMPTY, vitals: half }, french)).toEqual([]);
});

test("a doubtful quality is quoted with the value", () => {
  const unstable = { ...view({ vital: "spo2", value: 97 }), quality: "unstable" };
  const [found] = quotable({ ...EMPTY, vitals: [unstable] }, french);
  expect(found?.text).toContain(french.quality("unstable", ""));
});

test("a file is what its bytes say, not what its name says", () => {
  const bytes = (...head: number[]) => Uint8Array.from([...head, 0, 0, 0, 0]);
  expect(typeOf(bytes(0x25, 0x50, 0x44, 0x46))).toBe("application/pdf");
  expect(typeOf(bytes(0xff, 0xd8, 0xff))).toBe("image/jpeg");
  expect(typeOf(new TextEncoder().encode("<html>"))).toBeNull();
  expect(typeOf(new Uint8Array())).toBeNull();
});

test("a draft comes back as it was; older ones as their text", () => {
  const draft = { ...NO_DRAFT, text: "Toux", notes: "voir père", template: "t/1", stills: [3], files: [9] };
  expect(draftOf(keptDraft(draft))).toEqual(draft);
  expect(draftOf("Toux sèche")).toEqual({ ...NO_DRAFT, text: "Toux sèche" });
  expect(draftOf("")).toEqual(NO_DRAFT);
});
