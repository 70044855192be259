/** The document Bundle of one consultation; mirrors `client/exports/fhir/bundle.py`. */

import codes from "@catalogue/fhir_codes.json";
import { hex } from "../../bytes.ts";
import { isSummarySafe, type PageSnapshot } from "../../session/snapshot.ts";
import { quotable } from "../../ui/writing/values.ts";
import { escaped } from "../escaped.ts";
import { beganAt, type Told } from "../told.ts";
import { chosenFiles, printed, WITHIN_LIMIT } from "./files.ts";
import { analyses, devices, vitalSigns } from "./observations.ts";
import { organization, patient, professionals } from "./people.ts";
import { coding, concept, type Entry, filled, instant, type Resource, Telling } from "./telling.ts";

/** LOINC codes of the sections; `client/exports/fhir/sections.py`. */
const SECTIONS = {
  anamnesis: ["46612-8", "Synthesis conclusions"],
  conclusion: ["51848-0", "Evaluation note"],
  vitalSigns: ["8716-3", "Vital signs note"],
  documents: ["55107-7", "Addendum Document"],
} as const;

/** What a file of the export is called. */
interface Printed {
  readonly path: string;
  readonly data: Uint8Array;
}

/** `limit`: bytes of files within it. */
export async function bundle(told: Told, pdf: Printed, limit = WITHIN_LIMIT): Promise<Resource> {
  const telling = await Telling.of(told);
  const { stills, documents } = await chosenFiles(telling, limit);
  const files = [...documents, ...(await printed(telling, pdf.data, pdf.path))];
  const people = [patient(telling), ...professionals(telling), organization(telling), ...encounter(telling)];
  const measures = [...vitalSigns(telling), ...analyses(telling)];
  const parts = { measures, stills, files };
  const first = telling.entry("Composition", composition(telling, parts));
  const version = telling.urn("Bundle", hex(told.content));
  return {
    resourceType: "Bundle",
    id: version.slice("urn:uuid:".length),
    identifier: { system: "urn:ietf:rfc:3986", value: version },
    type: "document",
    timestamp: instant(datedAt(told.snapshot)),
    entry: [first, ...people, ...devices(telling), ...measures, ...stills, ...files],
  };
}

/** When what the document says was last added to; never the time of the export. */
export function datedAt(snapshot: PageSnapshot): number {
  const { summary, texts, vitals, results } = snapshot;
  const heard = [...vitals, ...results.items].map(({ taken_ms }) => taken_ms);
  const all = [beganAt(snapshot), summary.received_ms ?? 0, ...heard, ...texts.map(({ at_ms }) => at_ms)];
  return all.filter((at_ms) => instant(at_ms) !== "").reduce((last, at_ms) => Math.max(last, at_ms), 0);
}

/** Virtual; the page knows when it began. With where the patient was (d-7). */
function encounter(telling: Telling): readonly Entry[] {
  const { snapshot } = telling.told;
  const address = snapshot.patient?.address.trim() ?? "";
  const attested = snapshot.siteProfession === null ? [] : [participant(telling, "SPRF", "operator")];
  const fields = {
    meta: { profile: [`${codes.fr_core}fr-core-encounter`] },
    identifier: [
      { type: concept([coding("identifier_type", "VN", "Visit number")]), system: "urn:ietf:rfc:3986", value: telling.set },
    ],
    status: "finished",
    class: coding("act_code", "VR", "virtual"),
    subject: telling.to("Patient"),
    participant: [participant(telling, "PPRF", "gp"), ...attested],
    period: { start: instant(beganAt(snapshot)) },
    reasonCode: snapshot.reason.trim() === "" ? [] : [{ text: snapshot.reason }],
    location: address === "" ? [] : [{ location: telling.to("Location") }],
    serviceProvider: telling.to("Organization"),
  };
  const place = telling.entry("Location", { mode: "instance", address: { text: address } });
  return [telling.entry("Encounter", fields), ...(address === "" ? [] : [place])];
}

function participant(telling: Telling, part: string, who: string): Resource {
  return {
    type: [concept([coding("participation", part)])],
    individual: telling.to("PractitionerRole", who),
  };
}

/** The doctor's; preliminary until the site holds what they wrote. */
function composition(
  telling: Telling,
  parts: { readonly measures: readonly Entry[]; readonly stills: readonly Entry[]; readonly files: readonly Entry[] },
): Resource {
  const { snapshot, texts } = telling.told;
  const { received_ms, draftText } = snapshot.summary;
  const isHeld = isSummarySafe(snapshot.summary) && received_ms !== null && draftText.trim() !== "";
  const gp = telling.to("PractitionerRole", "gp");
  const attested = [{ mode: "professional", time: instant(received_ms ?? 0), party: gp }];
  const [code, display] = [codes.report[0] ?? "", codes.report[1] ?? ""];
  const why = [snapshot.reason, snapshot.question?.text ?? ""];
  return {
    identifier: { system: "urn:ietf:rfc:3986", value: telling.set },
    language: texts.language === "fr" ? "fr-FR" : "en",
    type: concept([coding("loinc", code, display)]),
    subject: telling.to("Patient"),
    encounter: telling.to("Encounter"),
    date: instant(datedAt(snapshot)),
    title: texts.say("document.title"),
    confidentiality: "N",
    custodian: telling.to("Organization"),
    status: isHeld ? "final" : "preliminary",
    author: [gp],
    attester: isHeld ? attested : [],
    section: [
      section(texts.say("document.reason"), SECTIONS.anamnesis, why),
      section(texts.say("document.summary"), SECTIONS.conclusion, [draftText]),
      section(texts.say("document.vitals"), SECTIONS.vitalSigns, quotable(snapshot, texts).map(({ text }) => text), parts.measures),
      section(texts.say("document.stills"), SECTIONS.documents, [], parts.stills),
      section(texts.say("document.files"), null, [], parts.files),
    ],
  };
}

/** Lines and references; with neither, FHIR wants the reason why it is empty. */
function section(
  title: string,
  code: readonly [string, string] | null,
  lines: readonly string[],
  entries: readonly Entry[] = [],
): Resource {
  const told = lines.filter((line) => line.trim() !== "");
  const held = entries.filter(({ resource }) => resource.resourceType !== "Binary");
  const isEmpty = told.length === 0 && held.length === 0;
  return filled({
    title,
    code: code === null ? null : concept([coding("loinc", ...code)]),
    text: told.length === 0 ? null : narrative(told),
    entry: held.map(({ fullUrl, resource }) => ({ reference: fullUrl, type: resource.resourceType })),
    emptyReason: isEmpty ? concept([coding("empty", "notasked", "Not Asked")]) : null,
  });
}

/** XHTML of what is not in the entries word for word too, hence "additional". */
function narrative(lines: readonly string[]): Resource {
  const told = lines.map((line) => `<p>${line.split("\n").map(escaped).join("<br/>")}</p>`).join("");
  return { status: "additional", div: `<div xmlns="http://www.w3.org/1999/xhtml">${told}</div>` };
}
