/** Sites that are known and sites that wait, as the screens show them. */

import type { BackgroundView, PatientView } from "../patient_file.ts";
import type { Refusal } from "../snapshot.ts";
import type { VitalView } from "./measured.ts";

/** A site whose key is pinned in this browser. */
export interface SiteView {
  /** Its key in hexadecimal. */
  readonly id: string;
  readonly name: string;
  readonly verified_ms: number;
  /** It calls since then, on its own clock; `null` when it does not. */
  readonly called_ms: number | null;
}

/** The GP is asked for an expertise without meeting. */
export interface QuestionView {
  readonly text: string;
  /** Page's clock. */
  readonly at_ms: number;
}

/** A site that waits, or a question that was left. */
export interface WaitingView {
  /** For the life of the page. */
  readonly id: string;
  readonly since_ms: number;
  readonly siteName: string;
  readonly sitePlace: string;
  readonly patientName: string;
  readonly reason: string;
  readonly patient: PatientView | null;
  readonly background: BackgroundView | null;
  /** What was measured before the call. */
  readonly vitals: readonly VitalView[];
  /** `null`: the site wants to meet. */
  readonly question: QuestionView | null;
  /** What the site was told last; `null` while nothing was. */
  readonly told: ToldView | null;
  /** First contact: the words come before all else. */
  readonly areWordsToCompare: boolean;
  /** When we became sure of who it is; `null` while we are not. */
  readonly verified_ms: number | null;
  readonly refusal: Refusal | null;
  /** It is over, and what the GP wrote for it is nowhere but here. */
  readonly isUnsent: boolean;
  readonly relayIsReachable: boolean;
}

export interface ToldView {
  readonly minutes: number | null;
  readonly text: string;
  readonly isRedirected: boolean;
  readonly at_ms: number;
}
