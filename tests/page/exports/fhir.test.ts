/** What a bundle must not say; what it must is checked in tests/end_to_end against FHIR's models. */

import { expect, test } from "vitest";
import type { Attached } from "@page/exports/attached.ts";
import { bundle } from "@page/exports/fhir/bundle.ts";
import type { Told } from "@page/exports/told.ts";
import type { PatientView } from "@page/session/patient_file.ts";
import { EMPTY, type PageSnapshot, type VitalView } from "@page/session/snapshot.ts";
import { Texts } from "@page/texts.ts";
import { view } from "../session/readings.ts";

const NOW_MS = Date.UTC(2026, 10, 12, 13, 30);
const PDF = { path: "consultation.pdf", data: Uint8Array.of(1, 2, 3) };
const GP = { name: "Dr Martin", place: "", rpps: "" };
const PATIENT: PatientView = {
  ...{ birthName: "DURAND", firstNames: "Jeanne Marie", usedName: "", birthDate: "1948-02-03", sex: "female" },
  ...{ birthPlace: "63220", matricule: "248026322051894", matriculeOid: "1.2.250.1.213.1.4.8" },
  ...{ status: "qualified", address: "", callback: "", doctor: "" },
};

interface Made {
  readonly resourceType: string;
  readonly [name: string]: unknown;
}

async function made(changes: Partial<PageSnapshot>, more: Partial<Told> = {}, limit?: number): Promise<readonly Made[]> {
  const snapshot = { ...EMPTY, siteName: "Pharmacie", verified_ms: NOW_MS, ...changes };
  const usual = { gp: GP, texts: new Texts("fr"), files: [], content: new Uint8Array(32).fill(7) };
  const whole = await bundle({ snapshot, ...usual, ...more }, PDF, limit);
  return (whole["entry"] as { resource: Made }[]).map(({ resource }) => resource);
}

async function one(kind: string, changes: Partial<PageSnapshot>, more: Partial<Told> = {}): Promise<Made> {
  const found = (await made(changes, more)).filter(({ resourceType }) => resourceType === kind);
  expect(found.length, kind).toBe(1);
  return found[0] as Made;
}

test("a qualified identity leaves with its matricule", async () => {
  const patient = await one("Patient", { patient: PATIENT });
  expect(patient["identifier"]).toMatchObject([{ system: "urn:oid:1.2.250.1.213.1.4.8", value: "248026322051894" }]);
});

test.each<Partial<PatientView>>([
  { status: "validated" },
  { matriculeOid: "1.2.250.1.213.1.4.10" }, // a test identity
  { matriculeOid: "1.2.3" },
  { matriculeOid: "constructor" },
  { matricule: "2480263220518" },
  { birthName: " " },
  { birthPlace: "Clermont" },
  { birthDate: "1948-02-31" },
])("a matricule stays where anything of it is missing or wrong (%j)", async (wrong) => {
  const patient = await one("Patient", { patient: { ...PATIENT, ...wrong } });
  expect(patient["identifier"]).toBeUndefined();
  expect(JSON.stringify(patient)).toContain('fr-core-patient"');
});

test.each(["1948-02-31", "1948-13", "0000", "hier", "1948-2-3"])("%s is no date of birth", async (birthDate) => {
  expect((await one("Patient", { patient: { ...PATIENT, birthDate } }))["birthDate"]).toBeUndefined();
});

test("a number whose check digit is wrong is no identifier", async () => {
  const right = await one("Practitioner", {}, { gp: { ...GP, rpps: "10101234564" } });
  expect(JSON.stringify(right)).toContain('"10101234564"');
  const wrong = await one("Practitioner", {}, { gp: { ...GP, rpps: "10101234565" } });
  expect(wrong["identifier"]).toBeUndefined();
});

test.each<Partial<VitalView>>([
  { value: null },
  { value: Number.NaN },
  { marks: ["control"] },
])("what no instrument vouches for is no observation (%j)", async (wrong) => {
  const found = await made({ vitals: [view({ vital: "spo2", value: 97, ...wrong })] });
  expect(found.some(({ resourceType }) => resourceType === "Observation")).toBe(false);
});

test("a unit that is not the vital sign's own is told in words, without a code", async () => {
  const said = await one("Observation", { vitals: [view({ vital: "temperature", value: 99.5, unit: "degF" })] });
  expect(said).toMatchObject({ code: { text: "Température" }, valueString: "99.5 degF" });
  expect(said["meta"]).toBeUndefined();
  expect(JSON.stringify(said["code"])).not.toContain("loinc");
});

test("a reading of no moment has none, and claims no profile", async () => {
  const vitals = [view({ vital: "spo2", value: 97, taken_ms: -Number.MAX_SAFE_INTEGER })];
  const said = await one("Observation", { vitals });
  expect(said["issued"]).toBeUndefined();
  expect(said["effectiveDateTime"]).toBeUndefined();
  expect(said["meta"]).toBeUndefined();
  expect(JSON.stringify(said["_effectiveDateTime"])).toContain("unknown");
});

test("half a blood pressure says which half is missing", async () => {
  const systolic = view({ vital: "systolic", value: 128, unit: "mm[Hg]", record: 1, origin: "spot" });
  const said = await one("Observation", { vitals: [systolic] });
  const [first, second] = said["component"] as Record<string, unknown>[];
  expect(first).toMatchObject({ valueQuantity: { value: 128, code: "mm[Hg]" } });
  expect(JSON.stringify(second)).toContain("data-absent-reason");
});

test("a summary that the site does not hold is preliminary and attested by nobody", async () => {
  const summary = { ...EMPTY.summary, draftText: "Toux", isSent: true, isChanged: false };
  const open = await one("Composition", { summary });
  expect(open).toMatchObject({ status: "preliminary" });
  expect(open["attester"]).toBeUndefined();
  const held = await one("Composition", { summary: { ...summary, received_ms: NOW_MS } });
  expect(held).toMatchObject({ status: "final", attester: [{ time: "2026-11-12T13:30:00.000Z" }] });
});

test("a file too large to be within the bundle is told by its place beside it", async () => {
  const data = new Uint8Array(9);
  const file: Attached = {
    ...{ kind: "still", id: 3, path: "images/3.webm", label: "Gorge", mediaType: "video/webm" },
    ...{ taken_ms: NOW_MS, sha256_hex: "", isChosen: true, data },
  };
  const found = await made({}, { files: [file] }, data.length - 1);
  const media = found.find(({ resourceType }) => resourceType === "Media");
  expect(media).toMatchObject({ content: { url: "images/3.webm", size: data.length } });
  const within = (entries: readonly Made[]) => entries.filter(({ resourceType }) => resourceType === "Binary").length;
  expect(within(found)).toBe(1); // the report
  expect(within(await made({}, { files: [file] }, data.length))).toBe(2);
});
