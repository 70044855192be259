/** Every sentence a person sees, from the same catalogue as the terminal's. */

import englishCommon from "@catalogue/en/common.json";
import englishPage from "@catalogue/en/page.json";
import englishExam from "@catalogue/en/page_exam.json";
import englishWaiting from "@catalogue/en/page_waiting.json";
import englishWriting from "@catalogue/en/page_writing.json";
import frenchCommon from "@catalogue/fr/common.json";
import frenchPage from "@catalogue/fr/page.json";
import frenchExam from "@catalogue/fr/page_exam.json";
import frenchWaiting from "@catalogue/fr/page_waiting.json";
import frenchWriting from "@catalogue/fr/page_writing.json";
import { dayOf, momentText } from "./moments.ts";

export type Language = "fr" | "en";
export type TextKey =
  | keyof typeof frenchPage
  | keyof typeof frenchExam
  | keyof typeof frenchWaiting
  | keyof typeof frenchWriting;

const SENTENCES: Record<Language, Record<string, string>> = {
  fr: { ...frenchCommon, ...frenchPage, ...frenchWaiting, ...frenchExam, ...frenchWriting },
  en: { ...englishCommon, ...englishPage, ...englishWaiting, ...englishExam, ...englishWriting },
};

const LOCALES: Record<Language, string> = { fr: "fr-FR", en: "en-GB" };

type Group = "patient" | "vital" | "unit" | "kind" | "instrument" | "ask" | "mark" | "wave";

/** The sentences of one language, and how it writes numbers and times. */
export class Texts {
  readonly #sentences: Record<string, string>;
  readonly #locale: string;

  constructor(readonly language: Language) {
    this.#sentences = SENTENCES[language];
    this.#locale = LOCALES[language];
  }

  /** The sentence for this key with its `{facts}` filled in. */
  say(key: TextKey, facts: Record<string, string | number> = {}): string {
    return this.#fill(this.#sentences[key] ?? key, facts);
  }

  /** The word for a code that comes over the wire; the bare code when there is none yet. */
  name(group: Group, code: string): string {
    return this.#sentences[`${group}.${code}`] ?? code;
  }

  /** How far an instrument of this kind vouches for its value. */
  quality(code: string, kind: string): string {
    return this.#sentences[`quality.${code}.${kind}`] ?? this.#sentences[`quality.${code}`] ?? code;
  }

  /** A number with exactly so many decimals, as clinicians write it here: 37,8. */
  number(value: number, decimals: number): string {
    return value.toLocaleString(this.#locale, {
      minimumFractionDigits: decimals,
      maximumFractionDigits: decimals,
    });
  }

  /** Hours and minutes, local time. */
  time(at_ms: number): string {
    const options = { hour: "2-digit", minute: "2-digit" } as const;
    return momentText(at_ms, (date) => date.toLocaleTimeString(this.#locale, options));
  }

  /** Day, month and year, local time. */
  date(at_ms: number): string {
    const options = { day: "numeric", month: "long", year: "numeric" } as const;
    return momentText(at_ms, (date) => date.toLocaleDateString(this.#locale, options));
  }

  /** Day and short month, local time: 12 nov. */
  shortDate(at_ms: number): string {
    const options = { day: "numeric", month: "short" } as const;
    return momentText(at_ms, (date) => date.toLocaleDateString(this.#locale, options));
  }

  /** A day, a month or a year as far as it is known, ISO 8601; anything else stays as it was said. */
  birthDate(iso: string): string {
    const [, year, month, day] = /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?$/.exec(iso) ?? [];
    if (year === undefined || month === undefined) return iso;
    const known = { month: "long", year: "numeric", timeZone: "UTC" } as const;
    const options = day === undefined ? known : ({ ...known, day: "numeric" } as const);
    return dayOf(year, month, day ?? "1")?.toLocaleDateString(this.#locale, options) ?? iso;
  }

  /** What an instrument's own clock said, as it said it: no zone is known, none is applied. */
  deviceTime(iso: string): string {
    const [, year, month, day, time] = /^(\d{4})-(\d\d)-(\d\d)T(\d\d:\d\d)/.exec(iso) ?? [];
    if (year === undefined || month === undefined || day === undefined) return iso;
    const options = { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" } as const;
    const date = dayOf(year, month, day);
    return date === null ? iso : `${date.toLocaleDateString(this.#locale, options)} ${time}`;
  }

  /** A length of time a person can read at a glance: 12 s, 3 min, 2 h 05. */
  age(age_ms: number): string {
    const seconds = Math.max(0, Math.floor(age_ms / 1000));
    if (seconds < 60) return this.say("age.s", { n: seconds });
    const minutes = Math.floor(seconds / 60);
    if (minutes < 60) return this.say("age.min", { n: minutes });
    const rest = String(minutes % 60).padStart(2, "0");
    return this.say("age.h", { n: Math.floor(minutes / 60), m: rest });
  }

  #fill(sentence: string, facts: Record<string, string | number>): string {
    return sentence.replace(/\{(\w+)\}/g, (whole, name: string) => String(facts[name] ?? whole));
  }
}

/** French unless `?lang=` or the browser says English. */
export function chosenLanguage(search: string, browserLanguages: readonly string[]): Language {
  const asked = new URLSearchParams(search).get("lang") ?? browserLanguages[0] ?? "fr";
  return asked.toLowerCase().startsWith("en") ? "en" : "fr";
}
