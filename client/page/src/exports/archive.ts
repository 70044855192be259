/** What is exported of a consultation: documents for people, data for programs, every file as it came. */

import { zipSync } from "fflate";
import { hex } from "../bytes.ts";
import { joined, sha256, utf8 } from "../core/primitives.ts";
import type { Self } from "../session/ports.ts";
import type { PageSnapshot } from "../session/snapshot.ts";
import type { KeptConsultation, KeptFile } from "../store/history.ts";
import type { Texts } from "../texts.ts";
import { type Attached, attachedTo } from "./attached.ts";
import { bundle } from "./fhir/bundle.ts";
import { printable } from "./html.ts";
import { drawnByBrowser } from "./pdf/drawing.ts";
import { report } from "./pdf/report.ts";
import { plainEverywhere, visibleJson } from "./plain.ts";
import { beganAt, type Told } from "./told.ts";

const REPORT = "consultation.pdf";
const DATA = "consultation.json";
/** Raised when a field of the manifest changes its meaning. */
const MANIFEST_FORMAT = 1;
const MEDIA_TYPES: Readonly<Record<string, string>> = {
  [REPORT]: "application/pdf",
  "consultation.html": "text/html",
  "consultation-fhir.json": "application/fhir+json",
  [DATA]: "application/json",
};
/** Text; pictures, sounds and the PDF are dense already. */
const LOOSE = /\.(html|json)$/;

/** Everything of it that is here, in the form it is kept and exported in; the manifest comes last. */
export async function gathered(snapshot: PageSnapshot, gp: Self, texts: Texts): Promise<KeptConsultation> {
  const found = await attachedTo(snapshot);
  const written = utf8(data(snapshot, found));
  const content = await sha256(written);
  const told: Told = { ...plainEverywhere({ snapshot, gp, files: found }), texts, content };
  const pdf = { path: REPORT, data: await report(told, drawnByBrowser) };
  const documents = [
    pdf,
    { path: "consultation.html", data: utf8(printable(told)) },
    { path: "consultation-fhir.json", data: utf8(visibleJson(await bundle(told, pdf))) },
    { path: DATA, data: written },
  ];
  const files = [...documents, ...found.map(({ path, data: held }) => ({ path, data: held }))];
  const types = new Map(found.map(({ path, mediaType }) => [path, mediaType]));
  return {
    at_ms: beganAt(snapshot),
    patient: snapshot.patientName,
    site: snapshot.siteName,
    summary: snapshot.summary.draftText,
    files: [...files, { path: "manifest.json", data: utf8(await manifest(files, types)) }],
  };
}

/** The files of a consultation in one. */
export function zipped(files: readonly KeptFile[]): Blob {
  const entries = files.map(({ path, data: bytes }) => [path, [bytes, { level: LOOSE.test(path) ? 6 : 0 }]] as const);
  const zip = zipSync(Object.fromEntries(entries) as Parameters<typeof zipSync>[0]);
  return new Blob([joined(zip)], { type: "application/zip" });
}

/** What each file is, its size and its hash, as the site's own manifest says it. */
async function manifest(files: readonly KeptFile[], types: ReadonlyMap<string, string>): Promise<string> {
  const listed = files.map(async ({ path: name, data: held }) => {
    const media_type = MEDIA_TYPES[name] ?? types.get(name);
    return { name, media_type, size: held.length, sha256: hex(await sha256(held)) };
  });
  return visibleJson({ format: MANIFEST_FORMAT, files: await Promise.all(listed) });
}

/** For programs: what came, as it came; files by path and hash. */
function data(snapshot: PageSnapshot, files: readonly Attached[]): string {
  const { siteName, sitePlace, patientName, reason, patient, background, question } = snapshot;
  const { vitals, results, instruments, asks, texts, summary, verified_ms } = snapshot;
  const told = { siteName, sitePlace, patientName, reason, patient, background, question, verified_ms };
  const listed = files.map(({ path, label, sha256_hex }) => ({ path, label, sha256: sha256_hex }));
  const apart = snapshot.apart.items;
  const all = { format: "chevet-page/1", ...told, vitals, apart, results: results.items, instruments };
  return visibleJson({ ...all, asks, texts, summary, files: listed });
}
