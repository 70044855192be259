/** What is exported of a consultation: a page that prints well, the data, every file as it came. */

import { isSummarySafe, type PageSnapshot } from "../../session/snapshot.ts";
import type { KeptConsultation, KeptFile } from "../../store/history.ts";
import type { TextKey, Texts } from "../../texts.ts";
import { sourceText } from "../consultation/readings.ts";
import { quotable } from "../writing/values.ts";

const EXTENSIONS: Readonly<Record<string, string>> = {
  "image/jpeg": "jpg",
  "image/png": "png",
  "image/webp": "webp",
  "video/webm": "webm",
  "audio/flac": "flac",
  "audio/webm": "webm",
  "application/pdf": "pdf",
};
const STYLE =
  "body{font:11pt/1.45 Georgia,serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#111}" +
  "h1{font-size:1.4rem}h2{font-size:1.05rem;border-bottom:1px solid #999;margin-top:1.6rem}" +
  "pre{font:inherit;white-space:pre-wrap;overflow-wrap:anywhere}img{max-width:100%;max-height:16cm}" +
  "figure{margin:0 0 1rem;break-inside:avoid}figcaption,footer{font-size:.8rem;color:#444;" +
  "overflow-wrap:anywhere}@page{margin:18mm}";

interface Named {
  readonly path: string;
  readonly label: string;
  readonly sha256_hex: string;
  readonly file: Blob;
}

/** Everything of it that is here, in the form it is kept and exported in. */
export async function gathered(snapshot: PageSnapshot, texts: Texts): Promise<KeptConsultation> {
  const found = named(snapshot);
  const files = await Promise.all(
    found.map(async ({ path, file }) => ({ path, data: new Uint8Array(await file.arrayBuffer()) })),
  );
  const text = (path: string, written: string) => ({ path, data: new TextEncoder().encode(written) });
  return {
    at_ms: snapshot.verified_ms ?? snapshot.waitingSince_ms,
    patient: snapshot.patientName,
    site: snapshot.siteName,
    summary: snapshot.summary.draftText,
    files: [
      text("consultation.html", printable(snapshot, found, texts)),
      text("consultation.json", data(snapshot, found)),
      ...files,
    ],
  };
}

/** The files of a consultation in one; loaded only when somebody exports. */
export async function zipped(files: readonly KeptFile[]): Promise<Blob> {
  const { zipSync } = await import("fflate");
  const entries = files.map(({ path, data: bytes }) => [path, [bytes, levelOf(path)]] as const);
  const zip = zipSync(Object.fromEntries(entries) as Parameters<typeof zipSync>[0]);
  return new Blob([new Uint8Array(zip)], { type: "application/zip" });
}

/** Pictures and sounds are dense already. */
function levelOf(path: string): { level: 0 | 6 } {
  return { level: /\.(html|json)$/.test(path) ? 6 : 0 };
}

function named({ stills, sounds, documents }: PageSnapshot): readonly Named[] {
  const from = (folder: string, id: number, label: string, sha256_hex: string, file: Blob | null) =>
    file === null ? [] : [{ path: `${folder}/${id}.${EXTENSIONS[file.type] ?? "bin"}`, label, sha256_hex, file }];
  return [
    ...stills.flatMap((one) => from("images", one.id, one.label, one.sha256_hex, one.picture)),
    ...sounds.flatMap((one) => from("sons", one.id, one.label, one.sha256_hex, one.file)),
    ...documents.flatMap((one) => from("fichiers", one.id, one.label, one.sha256_hex, one.file)),
  ];
}

/** For programs: what came, as it came; files by path and hash. */
function data(snapshot: PageSnapshot, files: readonly Named[]): string {
  const { siteName, sitePlace, patientName, reason, patient, background, question } = snapshot;
  const { vitals, results, instruments, asks, texts, summary, verified_ms } = snapshot;
  const apart = snapshot.apart.items;
  const told = { siteName, sitePlace, patientName, reason, patient, background, question, verified_ms };
  const listed = files.map(({ path, label, sha256_hex }) => ({ path, label, sha256: sha256_hex }));
  const all = { format: "chevet-page/1", ...told, vitals, apart, results: results.items, instruments };
  return JSON.stringify({ ...all, asks, texts, summary, files: listed }, null, 1);
}

/** By itself, without a script or anything from elsewhere; a browser prints or saves it as PDF. */
export function printable(snapshot: PageSnapshot, files: readonly Named[], texts: Texts): string {
  const say = (key: TextKey, facts: Record<string, string | number> = {}) => escaped(texts.say(key, facts));
  const section = (key: TextKey, lines: readonly string[]) =>
    lines.length === 0 ? "" : `<h2>${say(key)}</h2>${lines.map((line) => `<p>${line}</p>`).join("")}`;
  const { summary, question } = snapshot;
  const moment = snapshot.verified_ms ?? snapshot.waitingSince_ms;
  const when = `${texts.date(moment)} ${texts.time(moment)}`;
  const about = (
    [
      ["document.patient", snapshot.patientName],
      ["document.reason", snapshot.reason],
      ["document.site", [snapshot.siteName, snapshot.sitePlace].filter((part) => part !== "").join(", ")],
      ["document.began", when],
    ] as const
  ).filter(([, value]) => value !== "");
  const values = quotable(snapshot, texts).map(({ text }) => escaped(text));
  const results = snapshot.results.items.map((one) =>
    escaped([`${one.test} ${one.value ?? "—"} ${one.unit ?? ""}`, one.reference_range, one.flags, sourceText(texts, one)]
      .filter((part) => part !== null).join(" · ")),
  );
  const said = snapshot.texts.map(({ at_ms, isMine, text }) =>
    escaped(`${texts.time(at_ms)} ${isMine ? texts.say("texts.me") : snapshot.siteName} : ${text}`),
  );
  const body = [
    `<h1>${say("document.title")}</h1>`,
    `<p>${about.map(([key, value]) => `<strong>${say(key)}</strong> ${escaped(value)}`).join("<br>")}</p>`,
    question === null ? "" : `<h2>${say("document.question")}</h2><pre>${escaped(question.text)}</pre>`,
    `<h2>${say("document.summary")}</h2><pre>${escaped(summary.draftText) || say("document.summary.none")}</pre>`,
    `<p>${summaryState(snapshot, texts)}</p>`,
    section("document.vitals", values),
    section("document.results", results),
    section("document.texts", said),
    section("document.notes", summary.notes === "" ? [] : [`<span style="white-space:pre-wrap">${escaped(summary.notes)}</span>`]),
    files.length === 0 ? "" : `<h2>${say("document.pictures")}</h2>${files.map((file) => figure(file, texts)).join("")}`,
    `<footer>${say("document.foot")}</footer>`,
  ];
  const head = `<meta charset="utf-8"><title>${say("document.title")}</title><style>${STYLE}</style>`;
  return `<!doctype html><html lang="${texts.language}"><head>${head}</head><body>${body.join("\n")}</body></html>\n`;
}

function summaryState({ summary }: PageSnapshot, texts: Texts): string {
  if (summary.draftText === "") return "";
  const { received_ms } = summary;
  if (received_ms === null || !isSummarySafe(summary)) return escaped(texts.say("document.summary.state.open"));
  const facts = { date: texts.date(received_ms), time: texts.time(received_ms) };
  return escaped(texts.say("document.summary.state.received", facts));
}

function figure({ path, label, sha256_hex, file }: Named, texts: Texts): string {
  const told = escaped(texts.say("document.hash", { path, hash: sha256_hex }));
  const picture = file.type.startsWith("image/") ? `<img src="${escaped(path)}" alt="${escaped(label)}">` : "";
  return `<figure>${picture}<figcaption>${escaped(label)}<br>${told}</figcaption></figure>`;
}

/** Text as text, wherever it stands in HTML. */
export function escaped(text: string): string {
  const names: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
  return text.replace(/[&<>"']/g, (sign) => names[sign] ?? "");
}
