/** The consultation as a PDF: who, what was measured, what the GP concluded and chose to show. */

import { hex } from "../../bytes.ts";
import type { Bytes } from "../../core/primitives.ts";
import { isoOf } from "../../moments.ts";
import type { TextKey } from "../../texts.ts";
import { fullName } from "../../ui/consultation/patient_strip.ts";
import { quotable } from "../../ui/writing/values.ts";
import type { Attached } from "../attached.ts";
import { datedAt } from "../fhir/bundle.ts";
import { aboutLines, resultLines, summaryState } from "../html.ts";
import { doctorOf, type Told } from "../told.ts";
import type { Drawer } from "./drawing.ts";
import type { Run } from "./lines.ts";
import { pictureOf } from "./pictures.ts";
import { BODY, HEADING, Sheets, SMALL, TITLE } from "./sheets.ts";

const ASKED = ["since", "pain", "home_temperature", "antecedents", "allergies", "treatments", "pregnancy", "oxygen"] as const;

/** The whole file; the same for the same consultation, whenever it is exported. */
export async function report(told: Told, draw: Drawer): Promise<Bytes> {
  const { snapshot, texts } = told;
  const sheets = new Sheets(draw);
  const title = texts.say("document.title");
  sheets.write(regular(title, "bold"), TITLE);
  for (const [key, value] of [...aboutLines(told), ...identity(told)]) line(sheets, texts.say(key), value);
  part(sheets, told, "document.present", present(told));
  const answers = [...answersOf(told)];
  if (answers.length > 0) heading(sheets, texts.say("patient.file"));
  for (const [name, answer] of answers) line(sheets, name, answer);
  if (snapshot.question !== null) part(sheets, told, "document.question", [snapshot.question.text]);
  const summary = snapshot.summary.draftText.trim();
  const written = summary === "" ? texts.say("document.summary.none") : summary;
  part(sheets, told, "document.summary", [written, summaryState(snapshot, texts)]);
  const values = quotable(snapshot, texts).map(({ text }) => text);
  part(sheets, told, "document.vitals", values.length > 0 ? values : [texts.say("document.vitals.none")]);
  part(sheets, told, "document.results", resultLines(snapshot, texts));
  await pictures(sheets, told);
  const others = told.files.filter(({ kind, isChosen }) => isChosen && kind === "document");
  part(sheets, told, "document.files", others.map((file) => `${file.label}\n${hashLine(told, file)}`));
  const hash = hex(told.content);
  sheets.write(regular(`${texts.say("document.content", { hash })}\n${texts.say("document.foot")}`), SMALL);
  const made = (isoOf(datedAt(snapshot)) ?? "").replace(/\.\d+|\D/g, "");
  return sheets.written({
    title,
    language: texts.language === "fr" ? "fr-FR" : "en",
    made: made === "" ? "" : `D:${made}Z`,
    foot: (page, pages) => texts.say("document.page", { page, pages }),
  });
}

function regular(text: string, weight: Run["weight"] = "regular"): readonly Run[] {
  return [{ text, weight }];
}

function heading(sheets: Sheets, text: string): void {
  sheets.write(regular(text, "bold"), HEADING);
}

function line(sheets: Sheets, name: string, value: string): void {
  sheets.write([...regular(`${name} `, "bold"), ...regular(value)], BODY);
}

/** Nothing at all where there is nothing to say. */
function part(sheets: Sheets, { texts }: Told, title: TextKey, lines: readonly string[]): void {
  const said = lines.filter((one) => one.trim() !== "");
  if (said.length > 0) heading(sheets, texts.say(title));
  for (const one of said) sheets.write(regular(one), BODY);
}

function identity({ snapshot: { patient }, texts }: Told): readonly (readonly [TextKey, string])[] {
  if (patient === null) return [];
  const lines = [
    ["patient.name", fullName(patient)],
    ["patient.birthDate", texts.birthDate(patient.birthDate)],
    ["patient.address", patient.address],
    ["patient.doctor", patient.doctor],
  ] as const;
  return lines.filter(([, value]) => value.trim() !== "");
}

/** Everybody who was there, as far as anybody vouches for them. */
function present(told: Told): readonly string[] {
  const { snapshot, gp, texts } = told;
  const doctor = doctorOf(told);
  const numbered = doctor.rpps === null ? doctor.name : texts.say("document.rpps", { name: doctor.name, rpps: doctor.rpps });
  const practice = [numbered, gp.place].filter((one) => one.trim() !== "").join(", ");
  const site = snapshot.siteProfession;
  const operator =
    site === null
      ? texts.say("document.operator.unnamed")
      : texts.say("document.operator", { name: texts.say("document.rpps", { name: site.name, rpps: site.rpps }), issuer: site.issuer });
  return [
    texts.say("document.gp", { name: practice }),
    texts.say("document.there", { name: snapshot.patientName || texts.say("patient.unnamed") }),
    operator,
  ];
}

function* answersOf({ snapshot, texts }: Told): Iterable<readonly [string, string]> {
  for (const { question, answer, label } of snapshot.background?.answers ?? []) {
    const known = ASKED.find((one) => one === question);
    if (answer.trim() !== "") yield [known === undefined ? label : texts.say(`patient.${known}`), answer];
  }
}

/** What was chosen and can be shown; of the rest, where it lies. */
async function pictures(sheets: Sheets, told: Told): Promise<void> {
  const { texts, files } = told;
  const chosen = files.filter(({ kind, isChosen }) => isChosen && kind !== "document");
  if (chosen.length > 0) heading(sheets, texts.say("document.stills"));
  for (const file of chosen) {
    const at_ms = file.taken_ms ?? Number.NaN;
    const said = texts.say("document.still", { label: file.label, date: texts.date(at_ms), time: texts.time(at_ms) });
    const caption = `${said}\n${hashLine(told, file)}`;
    const picture = file.mediaType.startsWith("image/") ? await pictureOf(file.data, file.mediaType) : null;
    if (picture === null) sheets.write(regular(`${caption}\n${texts.say("document.still.beside")}`), SMALL);
    else sheets.show(picture, said, regular(caption));
  }
}

function hashLine({ texts }: Told, { path, sha256_hex }: Attached): string {
  return texts.say("document.hash", { path, hash: sha256_hex });
}
