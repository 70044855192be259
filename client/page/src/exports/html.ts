/** A page that prints well, by itself: without a script or anything from elsewhere. */

import { isSummarySafe, type PageSnapshot } from "../session/snapshot.ts";
import type { TextKey, Texts } from "../texts.ts";
import { sourceText } from "../ui/consultation/readings.ts";
import { quotable } from "../ui/writing/values.ts";
import type { Attached } from "./attached.ts";
import { escaped } from "./escaped.ts";
import { beganAt, type Told } from "./told.ts";

const STYLE =
  "body{font:11pt/1.45 Georgia,serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#111}" +
  "h1{font-size:1.4rem}h2{font-size:1.05rem;border-bottom:1px solid #999;margin-top:1.6rem}" +
  "pre{font:inherit;white-space:pre-wrap;overflow-wrap:anywhere}img{max-width:100%;max-height:16cm}" +
  "figure{margin:0 0 1rem;break-inside:avoid}figcaption,footer{font-size:.8rem;color:#444;" +
  "overflow-wrap:anywhere}@page{margin:18mm}";

/** Who, where, when and why, under their names. */
export function aboutLines({ snapshot, texts }: Told): readonly (readonly [TextKey, string])[] {
  const moment = beganAt(snapshot);
  const lines = [
    ["document.patient", snapshot.patientName],
    ["document.reason", snapshot.reason],
    ["document.site", [snapshot.siteName, snapshot.sitePlace].filter((part) => part !== "").join(", ")],
    ["document.began", `${texts.date(moment)} ${texts.time(moment)}`],
  ] as const;
  return lines.filter(([, value]) => value !== "");
}

/** Results of laboratory tests, one a line. */
export function resultLines({ results }: PageSnapshot, texts: Texts): readonly string[] {
  return results.items.map((one) =>
    [`${one.test} ${one.value ?? "—"} ${one.unit ?? ""}`, one.reference_range, one.flags, sourceText(texts, one)]
      .filter((part) => part !== null)
      .join(" · "),
  );
}

/** What is known of where the summary is; empty where there is none. */
export function summaryState({ summary }: PageSnapshot, texts: Texts): string {
  if (summary.draftText === "") return "";
  const { received_ms } = summary;
  if (received_ms === null || !isSummarySafe(summary)) return texts.say("document.summary.state.open");
  const facts = { date: texts.date(received_ms), time: texts.time(received_ms) };
  return texts.say("document.summary.state.received", facts);
}

/** What a site or a patient wrote stands apart: its direction is its own. */
export function printable(told: Told): string {
  const { snapshot, texts, files } = told;
  const say = (key: TextKey) => escaped(texts.say(key));
  const section = (key: TextKey, lines: readonly string[]) =>
    lines.length === 0 ? "" : `<h2>${say(key)}</h2>${lines.map((line) => `<p>${apart(line)}</p>`).join("")}`;
  const { summary, question } = snapshot;
  const about = aboutLines(told).map(([key, value]) => `<strong>${say(key)}</strong> ${apart(value)}`);
  const said = snapshot.texts.map(({ at_ms, isMine, text }) => {
    const name = isMine ? texts.say("texts.me") : snapshot.siteName;
    return `<p>${texts.time(at_ms)} ${apart(name)} : ${apart(text)}</p>`;
  });
  const body = [
    `<h1>${say("document.title")}</h1>`,
    `<p>${about.join("<br>")}</p>`,
    question === null ? "" : `<h2>${say("document.question")}</h2><pre>${apart(question.text)}</pre>`,
    `<h2>${say("document.summary")}</h2><pre>${apart(summary.draftText) || say("document.summary.none")}</pre>`,
    `<p>${escaped(summaryState(snapshot, texts))}</p>`,
    section("document.vitals", quotable(snapshot, texts).map(({ text }) => text)),
    section("document.results", resultLines(snapshot, texts)),
    said.length === 0 ? "" : `<h2>${say("document.texts")}</h2>${said.join("")}`,
    summary.notes === "" ? "" : `<h2>${say("document.notes")}</h2><pre>${apart(summary.notes)}</pre>`,
    files.length === 0 ? "" : `<h2>${say("document.pictures")}</h2>${files.map((file) => figure(file, texts)).join("")}`,
    `<footer>${say("document.foot")}</footer>`,
  ];
  const head = `<meta charset="utf-8"><title>${say("document.title")}</title><style>${STYLE}</style>`;
  return `<!doctype html><html lang="${texts.language}"><head>${head}</head><body>${body.join("\n")}</body></html>\n`;
}

function apart(text: string): string {
  return text === "" ? "" : `<bdi>${escaped(text)}</bdi>`;
}

function figure({ path, label, sha256_hex, mediaType }: Attached, texts: Texts): string {
  const told = escaped(texts.say("document.hash", { path, hash: sha256_hex }));
  const picture = mediaType.startsWith("image/") ? `<img src="${escaped(path)}" alt="${escaped(label)}">` : "";
  return `<figure>${picture}<figcaption>${apart(label)}<br>${told}</figcaption></figure>`;
}
