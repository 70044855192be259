/**
 * One immutable picture of everything the page can show; the newest replaces the rest.
 *
 * `views/` has its parts, noun by noun.
 */

import { type LineState, type Preference, USUAL } from "./line_state.ts";
import type { DocumentView } from "./outgoing_files.ts";
import type { PaperView } from "./paper_views.ts";
import type { BackgroundView, PatientView, WentOnView } from "./patient_file.ts";
import { NO_PROOF, type ProfessionView, type ProofView } from "./profession.ts";
import type { SoundView } from "./sound_views.ts";
import type { AskView, SummaryView, TextView } from "./views/exchanged.ts";
import type { InstrumentView, Newest, ResultView, TrendPoint, VitalView } from "./views/measured.ts";
import type { StillView } from "./views/stills.ts";
import type { QuestionView, SiteView, WaitingView } from "./views/waiting.ts";

export * from "./views/exchanged.ts";
export type * from "./views/measured.ts";
export * from "./views/stills.ts";
export type * from "./views/waiting.ts";

/** Where the GP's side of the consultation stands. */
export type Phase = "arriving" | "waiting" | "comparing" | "consulting" | "ended" | "refused";

/** How far joining has come, told while waiting. */
export type WaitingFor = "relay" | "site" | "keys";

/** The direct line to the site; independent of the phase. */
export type LinkState = "none" | "connecting" | "up" | "cut";

/** Why the consultation may not go on; each has its sentence in the catalogue, `refused.<reason>`. */
export type Refusal =
  | "used"
  | "expired"
  | "changed_key"
  | "words_differ"
  | "forged"
  | "wrong_hello"
  | "too_much"
  | "broken"
  | "relay"
  | "not_admitted"
  | "unsupported";

/** A microphone or camera of the GP's. `idle`: not asked for yet. */
export type DeviceState = "idle" | "on" | "off" | "absent" | "denied";

export interface LinkView {
  readonly state: LinkState;
  /** Page's clock, when the state began. */
  readonly since_ms: number;
  readonly relayIsReachable: boolean;
  /** Voice that had to be invented because its packets were lost, in the last seconds. */
  readonly concealed_pct: number;
  /** This browser decodes a codec of the site's picture; assumed until the site offers. */
  readonly canShow: boolean;
  /** Picture and voice are sealed frame by frame, besides DTLS; `null`: not known yet. */
  readonly isSealed: boolean | null;
  readonly siteIsMuted: boolean;
  readonly siteCameraIsOff: boolean;
  readonly siteIsPaused: boolean;
  readonly line: LineState;
}

export interface EndView {
  readonly reason: string;
  readonly byUs: boolean;
  /** Our goodbye waits for its receipt. */
  readonly isEnding: boolean;
}

export interface MediaView {
  /** The site's picture and voice. */
  readonly picture: MediaStream | null;
  readonly voice: MediaStream | null;
  /** Our own camera. */
  readonly own: MediaStream | null;
  readonly microphone: DeviceState;
  readonly camera: DeviceState;
}

export interface PageSnapshot {
  /** Whom the GP sees, for the life of the page: nothing on a screen outlives it. Empty: nobody. */
  readonly visit: string;
  /** Who waits, the first to come first. */
  readonly waiting: readonly WaitingView[];
  /** How the proof of the GP's own profession stands. */
  readonly proof: ProofView;
  /** What the broker we trust says of the person at the site; `null`: nothing that holds. */
  readonly siteProfession: ProfessionView | null;
  /** Of the consultation in front; `null` where the site wants to meet. */
  readonly question: QuestionView | null;
  /** Another window of this browser holds the sites' sessions. */
  readonly isElsewhere: boolean;
  /** Whom this browser knows; told on the first screen. */
  readonly sites: readonly SiteView[];
  readonly phase: Phase;
  readonly waitingFor: WaitingFor;
  readonly waitingSince_ms: number;
  readonly refusal: Refusal | null;
  readonly siteName: string;
  readonly sitePlace: string;
  readonly patientName: string;
  readonly reason: string;
  /** Identity as the site has it; `null` until it is told. */
  readonly patient: PatientView | null;
  /** What was asked before the call; `null` until it is told. */
  readonly background: BackgroundView | null;
  /** How the site goes on without a picture; `null` until it says so. */
  readonly wentOn: WentOnView | null;
  readonly words: readonly string[];
  readonly wordsEqualHere: boolean;
  /** Page's clock, when both ends had found the words equal. */
  readonly verified_ms: number | null;
  readonly link: LinkView;
  /** Measured now: the newest of each vital sign of each instrument. */
  readonly vitals: readonly VitalView[];
  /** What each of them was in this session, by `trendKey`. */
  readonly trends: ReadonlyMap<string, readonly TrendPoint[]>;
  /** From memories and of control solutions: nobody's present value. */
  readonly apart: Newest<VitalView>;
  /** Of laboratory tests. */
  readonly results: Newest<ResultView>;
  readonly instruments: readonly InstrumentView[];
  readonly stills: readonly StillView[];
  readonly sounds: readonly SoundView[];
  readonly papers: readonly PaperView[];
  readonly asks: readonly AskView[];
  readonly texts: readonly TextView[];
  readonly summary: SummaryView;
  /** Files of ours. */
  readonly documents: readonly DocumentView[];
  /** What we asked the picture to follow; the site may follow something else. */
  readonly wish: Preference;
  readonly media: MediaView;
  readonly end: EndView | null;
}

export const EMPTY: PageSnapshot = {
  visit: "",
  waiting: [],
  proof: NO_PROOF,
  siteProfession: null,
  question: null,
  isElsewhere: false,
  sites: [],
  phase: "arriving",
  waitingFor: "relay",
  waitingSince_ms: 0,
  refusal: null,
  siteName: "",
  sitePlace: "",
  patientName: "",
  reason: "",
  patient: null,
  background: null,
  wentOn: null,
  words: [],
  wordsEqualHere: false,
  verified_ms: null,
  link: {
    state: "none",
    since_ms: 0,
    relayIsReachable: false,
    concealed_pct: 0,
    canShow: true,
    isSealed: null,
    siteIsMuted: false,
    siteCameraIsOff: false,
    siteIsPaused: false,
    line: USUAL,
  },
  vitals: [],
  trends: new Map(),
  apart: { items: [], count: 0 },
  results: { items: [], count: 0 },
  instruments: [],
  stills: [],
  sounds: [],
  papers: [],
  asks: [],
  texts: [],
  summary: {
    ...{ draftText: "", sentText: "", received_ms: null, isSent: false, isChanged: false },
    ...{ notes: "", template: "", stills: [], files: [] },
  },
  documents: [],
  wish: "balanced",
  media: { picture: null, voice: null, own: null, microphone: "idle", camera: "idle" },
  end: null,
};
