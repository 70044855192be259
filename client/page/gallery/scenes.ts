/** Every state a GP can meet, with made-up people and figures. */

import { EMPTY, type PageSnapshot, type StillView } from "../src/session/snapshot.ts";
import type { Language } from "../src/texts.ts";
import { instruments } from "./instruments.ts";
import { recordings } from "./sound.ts";
import { waitingScenes } from "./waiting_scenes.ts";

const SHA256_HEX = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

/** What the scenes are drawn from. */
export interface Props {
  readonly language: Language;
  readonly now_ms: number;
  readonly picture: MediaStream;
  readonly own: MediaStream;
  readonly still: Blob;
}

/** All scenes by name. */
export function scenes(props: Props): Record<string, PageSnapshot> {
  const live = consulting(props);
  return { ...before(props), ...during(props, live), ...after(live), ...waitingScenes(props.now_ms, live) };
}

function before({ now_ms }: Props): Record<string, PageSnapshot> {
  const words = ["CERISE", "MOULIN", "TAMBOUR", "ORAGE"];
  const waiting: PageSnapshot = {
    ...EMPTY,
    phase: "waiting",
    waitingFor: "site",
    waitingSince_ms: now_ms - 14_000,
  };
  const comparing: PageSnapshot = {
    ...EMPTY,
    phase: "comparing",
    siteName: "Pharmacie des Halles",
    words,
    link: { ...EMPTY.link, state: "up" },
  };
  return {
    arriving: EMPTY,
    waiting,
    words: comparing,
    words_wait: { ...comparing, wordsEqualHere: true },
    refused_used: { ...EMPTY, phase: "refused", refusal: "used" },
    refused_words: { ...EMPTY, phase: "refused", refusal: "words_differ" },
    refused_relay: { ...EMPTY, phase: "refused", refusal: "relay" },
  };
}

function during(props: Props, live: PageSnapshot): Record<string, PageSnapshot> {
  const { now_ms } = props;
  const cut = { ...live.link, state: "cut", since_ms: now_ms - 43_000 } as const;
  const [oximeter, thermometer, otoscope] = live.instruments;
  return {
    consultation_start: {
      ...live,
      vitals: [],
      stills: [],
      asks: [],
      texts: [],
      patientName: "",
      reason: "",
      summary: EMPTY.summary,
      media: { ...live.media, picture: null, own: null, camera: "absent", microphone: "absent" },
    },
    consultation: live,
    consultation_cut: { ...live, link: cut },
    ...lines(live),
    ...instruments(live, now_ms),
    consultation_finger_out: {
      ...live,
      vitals: live.vitals.map((v) =>
        v.vital === "temperature" ? v : { ...v, value: null, quality: "no_signal" },
      ),
      instruments: [oximeter, thermometer, otoscope].filter((i) => i !== undefined),
    },
    consultation_unplugged: {
      ...live,
      vitals: live.vitals.map((v) => ({ ...v, taken_ms: v.taken_ms - 12_000 })),
      instruments: live.instruments.map((i) =>
        i.kind === "oximeter" ? { ...i, state: "unplugged" } : i,
      ),
    },
    consultation_still: live,
    consultation_light: live,
    consultation_measure: live,
    consultation_annotate: live,
    consultation_beside: { ...live, stills: live.stills.map((one) => whole(one, props.still)) },
    consultation_file: live,
    consultation_sound: { ...live, sounds: recordings(now_ms, props.language === "fr") },
    consultation_point: live,
    consultation_paused: { ...live, link: { ...live.link, siteIsPaused: true } },
    consultation_deferred: {
      ...live,
      vitals: live.vitals.map((v) =>
        v.vital === "temperature" ? { ...v, taken_ms: now_ms - 2_400_000, isDeferred: true } : v,
      ),
    },
    consultation_end: live,
  };
}

function lines(live: PageSnapshot): Record<string, PageSnapshot> {
  const weak = { ...live.link.line, weak: "site" } as const;
  const beating = { ...weak, picture: "heartbeat", beat_ms: 4_000 } as const;
  const voiceOnly = { ...weak, weak: "both", picture: "none" } as const;
  const followed = { ...weak, preference: "still_first" } as const;
  return {
    consultation_weak: { ...live, wish: "sharp", link: { ...live.link, line: followed } },
    consultation_heartbeat: { ...live, link: { ...live.link, line: beating } },
    consultation_voice_only: { ...live, link: { ...live.link, line: voiceOnly } },
  };
}

function after(live: PageSnapshot): Record<string, PageSnapshot> {
  const end = { reason: "finished", byUs: true, isEnding: false };
  const received = { ...live.summary, draftText: live.summary.sentText, isChanged: false };
  return {
    expertise: expertise(live),
    ended: { ...live, phase: "ended", end, summary: received },
    ended_lost: {
      ...live,
      phase: "ended",
      end: { ...end, byUs: false },
      summary: { ...live.summary, sentText: "", received_ms: null, isSent: false },
    },
  };
}

/** A question that was left, and an answer on its way while the site is away. */
function expertise(live: PageSnapshot): PageSnapshot {
  const file = new Blob(["%PDF"], { type: "application/pdf" });
  const about = { media_type: "application/pdf", sha256_hex: SHA256_HEX, file };
  const [at_ms, link] = [live.verified_ms ?? 0, { ...live.link, state: "none" } as const];
  return {
    ...live,
    link,
    vitals: live.vitals.map((one) => ({ ...one, taken_ms: at_ms, isDeferred: true })),
    question: { text: "Lésion du dos de la main depuis 3 mois : la montrer à un dermatologue ?", at_ms },
    documents: [
      { id: 1, label: "Ordonnance", size: 61_000, held: 0, state: "posted", ...about },
      { id: 2, label: "Mémo vocal de 14:21", size: 90_000, held: 40_000, state: "sending", ...about },
    ],
    summary: { ...live.summary, files: [1], stills: [1] },
    media: { ...live.media, picture: null, own: null },
  };
}

function consulting(props: Props): PageSnapshot {
  const { now_ms } = props;
  const fresh_ms = now_ms + 3_000; // still fresh when the picture is taken
  const french = props.language === "fr";
  const written = french
    ? "Toux sèche depuis 3 jours, pas de fièvre. Tympan droit sain."
    : "Dry cough for 3 days, no fever. Right eardrum clear.";
  return {
    ...EMPTY,
    phase: "consulting",
    siteName: "Pharmacie des Halles",
    sitePlace: "Figeac",
    patientName: "Mme Durand",
    reason: french ? "toux depuis 3 jours" : "cough for 3 days",
    patient: patientOf(french),
    background: backgroundOf(french),
    verified_ms: now_ms - 420_000,
    link: { ...EMPTY.link, state: "up", since_ms: now_ms - 400_000, relayIsReachable: true },
    vitals: [
      vital("spo2", 97, "%", fresh_ms, "CMS50E"),
      vital("pulse", 76, "/min", fresh_ms, "CMS50E"),
      { ...vital("temperature", 37.8, "Cel", now_ms - 190_000, "FORA IR42"), origin: "spot", record: 1 },
    ],
    instruments: [
      { kind: "oximeter", model: "CMS50E", serial: null, firmware: null, state: "measuring" },
      { kind: "thermometer", model: "FORA IR42", serial: null, firmware: null, state: "ready" },
      { kind: "otoscope", model: "VC0706", serial: null, firmware: null, state: "ready" },
    ],
    stills: [
      still(props, 1, french ? "Oreille droite" : "Right ear", 48_211),
      { ...still(props, 2, french ? "Oreille gauche" : "Left ear", 51_090), ...coming(31_700) },
    ],
    asks: [
      ask(1, "oximeter", now_ms - 300_000, "done"),
      ask(2, "temperature", now_ms - 240_000, "done"),
      ask(3, "ear", now_ms - 120_000, "received"),
    ],
    texts: [
      line(1, false, french ? "La patiente tousse surtout la nuit." : "Coughs at night.", now_ms),
      line(2, true, french ? "Merci. Un peu plus à gauche." : "Thanks. A bit to the left.", now_ms),
    ],
    summary: {
      ...EMPTY.summary,
      ...{ draftText: `${written} …`, sentText: written, received_ms: now_ms - 30_000 },
      ...{ isSent: true, isChanged: true },
    },
    media: {
      picture: props.picture,
      voice: null,
      own: props.own,
      microphone: "on",
      camera: "on",
    },
  };
}

function patientOf(french: boolean): PageSnapshot["patient"] {
  return {
    birthName: "DURAND",
    firstNames: "Marie Louise",
    usedName: "",
    birthDate: "1948-03-02",
    sex: "female",
    birthPlace: "46102",
    matricule: null,
    matriculeOid: null,
    status: "provisional",
    address: "Pharmacie des Halles, Figeac",
    callback: "05 65 00 00 00",
    doctor: french ? "Dr Lopez, Figeac" : "Dr Lopez, Figeac",
  };
}

function backgroundOf(french: boolean): PageSnapshot["background"] {
  const said = (question: string, fr: string, en: string) => ({ question, answer: french ? fr : en, label: "" });
  return {
    answers: [
      said("since", "3 jours", "3 days"),
      said("allergies", "pénicilline", "penicillin"),
      said("treatments", "ramipril 5 mg, metformine 1 g", "ramipril 5 mg, metformin 1 g"),
      said("antecedents", "diabète de type 2", "type 2 diabetes"),
      said("oxygen", "air ambiant", "room air"),
    ],
    refused: ["shared_record"],
    protocol: "",
  };
}

function vital(code: string, value: number, unit: string, taken_ms: number, model: string) {
  const told = { origin: "live", record: null, measured_at: null, marks: [], sent_as: null, isDeferred: false };
  return { vital: code, value, unit, quality: "good", taken_ms, model, serial: null, firmware: null, ...told };
}

function still(props: Props, id: number, label: string, size: number): StillView {
  const picture = { width: 640, height: 480, sha256_hex: SHA256_HEX, picture: props.still };
  const taken_ms = props.now_ms - 90_000;
  const whole = { preview: null, isClip: false, flaw: null, regions: [] };
  return { id, label, state: "complete", held: size, size, taken_ms, ...picture, ...whole };
}

function whole(one: StillView, picture: Blob): StillView {
  return { ...one, state: "complete", picture, held: one.size };
}

function coming(held: number) {
  return { state: "coming", held, picture: null } as const;
}

function ask(id: number, what: string, asked_ms: number, state: "received" | "done") {
  return { id, what, text: "", asked_ms, state };
}

function line(id: number, isMine: boolean, text: string, at_ms: number) {
  return { id, isMine, text, at_ms: at_ms - 60_000, isReceived: true };
}
