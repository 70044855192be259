/** Who the patient is and what was asked before the call, as the site told it. */

import type { Message } from "../core/wire.ts";

/** Answers and refusals taken of one telling; chosen: several times the longest form. */
export const ANSWERS_LIMIT = 100;
/** What a patient may refuse by itself: `client.core.dossier.consent.Item`. */
export const CONSENTS = [
  "teleconsultation",
  "accompaniment",
  "pictures",
  "shared_record",
  "own_doctor",
] as const;
export type Consent = (typeof CONSENTS)[number];

type Of<K extends Message["kind"]> = Extract<Message, { kind: K }>;

/** Identity traits; what is not known is empty. */
export interface PatientView {
  readonly birthName: string;
  readonly firstNames: string;
  readonly usedName: string;
  /** ISO 8601; a year and a month, or a year, where no more is known. */
  readonly birthDate: string;
  /** `client.core.dossier.traits.Sex`. */
  readonly sex: string;
  readonly birthPlace: string;
  readonly matricule: string | null;
  readonly matriculeOid: string | null;
  /** `client.core.dossier.traits.IdentityStatus`. */
  readonly status: string;
  /** Where the patient is now. */
  readonly address: string;
  /** Number to call when the line is cut for good. */
  readonly callback: string;
  /** The patient's own; empty: none. */
  readonly doctor: string;
}

export interface AnswerView {
  /** `client.core.dossier.background.Question`, or `other`. */
  readonly question: string;
  readonly answer: string;
  /** The question's words where it is a protocol's own; else empty. */
  readonly label: string;
}

export interface BackgroundView {
  /** In the order they were asked. */
  readonly answers: readonly AnswerView[];
  /** What the patient did not agree to; codes this page does not know stay as they are. */
  readonly refused: readonly string[];
  readonly protocol: string;
}

/** Of a consultation whose picture had become impossible. */
export interface WentOnView {
  /** `client.core.dossier.ending.Alternative`. */
  readonly how: string;
  /** On the page's clock. */
  readonly at_ms: number;
}

export function patientView(told: Of<"patient">): PatientView {
  return {
    birthName: told.birth_name,
    firstNames: told.first_names,
    usedName: told.used_name,
    birthDate: told.birth_date,
    sex: told.sex,
    birthPlace: told.birth_place,
    matricule: told.matricule,
    matriculeOid: told.matricule_oid,
    status: told.status,
    address: told.address,
    callback: told.callback,
    doctor: told.doctor,
  };
}

export function backgroundView(told: Of<"background">): BackgroundView {
  const answers = told.answers.slice(0, ANSWERS_LIMIT).map((said) => ({
    question: said["question"] ?? "other",
    answer: said["answer"] ?? "",
    label: said["label"] ?? "",
  }));
  return { answers, refused: told.refused.slice(0, ANSWERS_LIMIT), protocol: told.protocol };
}

/** What was answered to this question; empty when it was not. */
export function answerTo(background: BackgroundView | null, question: string): string {
  return background?.answers.find((said) => said.question === question)?.answer ?? "";
}

/**
 * Whole years lived at `now_ms`, local time; `null` where the date does not tell.
 *
 * Without a day or a month the birthday is taken as still to come: no year too many is told.
 */
export function ageYears(birthDate: string, now_ms: number): number | null {
  const [, year, month, day] = /^(\d{4})(?:-(\d\d))?(?:-(\d\d))?$/.exec(birthDate) ?? [];
  if (year === undefined) return null;
  const now = new Date(now_ms);
  const birthday = [Number(month ?? 12), Number(day ?? 31)] as const;
  const today = [now.getMonth() + 1, now.getDate()] as const;
  const isPast = today[0] > birthday[0] || (today[0] === birthday[0] && today[1] >= birthday[1]);
  const years = now.getFullYear() - Number(year) - (isPast ? 0 : 1);
  return years >= 0 && years < 150 ? years : null;
}
