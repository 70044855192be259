/** One immutable picture of everything the page can show; the newest replaces the rest. */

import { type LineState, type Preference, USUAL } from "./line_state.ts";
import type { DocumentView } from "./outgoing_files.ts";
import type { BackgroundView, PatientView } from "./patient_file.ts";
import { NO_PROOF, type ProfessionView, type ProofView } from "./profession.ts";
import type { SoundView } from "./sound_views.ts";

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

export interface VitalView {
  /** `devices.readings.Vital` code. */
  readonly vital: string;
  /** `null`: the instrument does not vouch for any value, see `quality`. */
  readonly value: number | null;
  readonly unit: string;
  readonly quality: string;
  /** When the site heard it; on the page's clock. */
  readonly taken_ms: number;
  readonly model: string;
  readonly serial: string | null;
  readonly firmware: string | null;
  /** `live`, `spot` or `stored`: `devices.readings.Origin`. */
  readonly origin: string;
  /** What one instrument measured together shares it. */
  readonly record: number | null;
  /** It came long after it was taken: sent when the line was back. */
  readonly isDeferred: boolean;
  /** What the instrument's own clock said, ISO 8601 without a zone: shown as its own. */
  readonly measured_at: string | null;
  /** `devices.readings.Mark` codes. */
  readonly marks: readonly string[];
  /** Value and unit as the instrument sent them, where they differ from these. */
  readonly sent_as: string | null;
}

export interface ResultView {
  /** As the analyser names it. */
  readonly test: string;
  readonly value: string | null;
  readonly unit: string | null;
  readonly quality: string;
  readonly taken_ms: number;
  readonly model: string;
  readonly serial: string | null;
  readonly firmware: string | null;
  readonly origin: string;
  readonly record: number | null;
  readonly measured_at: string | null;
  readonly marks: readonly string[];
  readonly loinc: string | null;
  readonly reference_range: string | null;
  readonly flags: string | null;
}

/** The newest of many, and how many there were. */
export interface Newest<T> {
  /** The newest last. */
  readonly items: readonly T[];
  /** All that came, the forgotten ones too. */
  readonly count: number;
}

export interface TrendPoint {
  readonly at_ms: number;
  /** `null`: the instrument vouched for none. */
  readonly value: number | null;
}

export interface InstrumentView {
  readonly kind: string;
  readonly model: string;
  readonly serial: string | null;
  readonly firmware: string | null;
  readonly state: string;
}

export type StillState = "coming" | "complete" | "failed";

export interface StillView {
  readonly id: number;
  readonly label: string;
  readonly state: StillState;
  /** Bytes here, of `size`. */
  readonly held: number;
  readonly size: number;
  readonly width: number;
  readonly height: number;
  /** On the page's clock. */
  readonly taken_ms: number;
  readonly sha256_hex: string;
  /** The original bytes, once complete. */
  readonly picture: Blob | null;
  /** A small one of the same, while the original is coming. */
  readonly preview: Blob | null;
  /** A film rather than a picture. */
  readonly isClip: boolean;
  /** What the site's technical check found: a word of ours, or nothing. */
  readonly flaw: StillFlaw | null;
  /** Parts at full resolution that came before the rest. */
  readonly regions: readonly RegionView[];
}

export const STILL_FLAWS = ["blurred", "dark", "bright"] as const;
export type StillFlaw = (typeof STILL_FLAWS)[number];

/** A part of a still, in per mille of its width and height. */
export interface Area {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface RegionView {
  readonly id: number;
  readonly area: Area;
  /** `null` while it is coming. */
  readonly picture: Blob | null;
}

export type AskState = "sending" | "received" | "done" | "not_possible";

export interface AskView {
  readonly id: number;
  readonly what: string;
  readonly text: string;
  readonly asked_ms: number;
  readonly state: AskState;
}

export interface TextView {
  /** Steady for the life of the page: the screen adds only what is new. */
  readonly id: number;
  readonly isMine: boolean;
  readonly text: string;
  readonly at_ms: number;
  /** Ours: the site's receipt is here. Theirs: always true. */
  readonly isReceived: boolean;
}

export interface SummaryView {
  /** As written so far. */
  readonly draftText: string;
  /** What was last sent; empty when nothing was. */
  readonly sentText: string;
  /** Page's clock, when the site's receipt for it came; `null` until then. */
  readonly received_ms: number | null;
  /** A version of it was sent. */
  readonly isSent: boolean;
  /** Anything of it differs from what was last sent. */
  readonly isChanged: boolean;
  /** `SummaryDraft` tells what these are. */
  readonly notes: string;
  readonly template: string;
  readonly stills: readonly number[];
  readonly files: readonly number[];
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
  readonly relayIsReachable: boolean;
}

export interface ToldView {
  readonly minutes: number | null;
  readonly text: string;
  readonly isRedirected: boolean;
  readonly at_ms: number;
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

/** Whether the site holds exactly what is written now. */
export function isSummarySafe(summary: SummaryView): boolean {
  const { draftText, stills, files, isChanged, received_ms } = summary;
  const isEmpty = draftText.trim() === "" && stills.length === 0 && files.length === 0;
  return isEmpty || (!isChanged && received_ms !== null);
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
