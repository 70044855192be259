/** The kinds of messages and their fields, in the order they travel; mirrors `client/core/wire`. */

/** What a field may hold. */
export interface Values {
  bytes: Uint8Array;
  count: number;
  counts: readonly number[];
  flag: boolean;
  text: string;
  texts: readonly string[];
  "text?": string | null;
  "count?": number | null;
  number: number;
  "number?": number | null;
  items: readonly Readonly<Record<string, string | null>>[];
}

/** Every kind, its place being its number on the wire, and its fields in the order they travel. */
export const FIELDS = {
  hello: {
    local_fingerprint: "bytes",
    remote_fingerprint: "bytes",
    sent_ms: "count",
    frames: "count",
  },
  received: { up_to: "count", beyond: "counts" },
  /** `kind` tells messages apart here, so the signal's own is called otherwise. */
  signal: { signal_kind: "text", attempt: "count", sdp: "text" },
  words_compared: { equal: "flag" },
  card: { name: "text", place: "text" },
  text: { text: "text", written_ms: "count" },
  goodbye: { reason: "text", at_ms: "count", why: "text" },
  intake: { name: "text", reason: "text", at_ms: "count" },
  measured: {
    vital: "text",
    value: "number?",
    unit: "text",
    quality: "text",
    taken_ms: "count",
    model: "text",
    serial: "text?",
    origin: "text",
    record: "count?",
    measured_at: "text?",
    marks: "texts",
    sent_as: "text?",
    firmware: "text?",
  },
  wave_samples: { wave: "text", samples: "bytes", rate_hz: "count", started_ms: "count" },
  instruments: { items: "items" },
  link_report: {
    sent_ms: "count",
    up_bps: "count",
    voice_bps: "count",
    picture_bps: "count",
    still_bps: "count",
    usable_bps: "count",
    queue_ms: "count",
    loss_pct: "count",
    down_bps: "count",
    picture: "text",
    beat_ms: "count",
    preference: "text",
    weak: "text",
    is_muted: "flag",
    is_camera_off: "flag",
    is_paused: "flag",
  },
  still_offered: {
    id: "count",
    label: "text",
    size: "count",
    sha256: "bytes",
    width: "count",
    height: "count",
    taken_ms: "count",
    media_type: "text",
    part: "text",
    of: "count",
    area: "counts",
    flaw: "text",
  },
  still_piece: { id: "count", offset: "count", data: "bytes" },
  still_held: { id: "count", size: "count", beyond: "counts" },
  still_received: { id: "count", sha256: "bytes" },
  asked: { id: "count", what: "text", text: "text" },
  ask_answered: { id: "count", outcome: "text" },
  summary: {
    text: "text",
    written_ms: "count",
    template: "text",
    stills: "counts",
    files: "counts",
    signature: "bytes",
  },
  picture_asked: { preference: "text" },
  page_report: {
    sent_ms: "count",
    frames_decoded: "count",
    voice_concealed_pct: "number",
    rtt_ms: "count",
    voice_delay_ms: "count",
    frozen_ms: "count",
    received_bps: "count",
    loss_pct: "count",
  },
  lab_result: {
    test: "text",
    value: "text?",
    unit: "text?",
    quality: "text",
    taken_ms: "count",
    model: "text",
    serial: "text?",
    origin: "text",
    record: "count?",
    measured_at: "text?",
    marks: "texts",
    loinc: "text?",
    reference_range: "text?",
    flags: "text?",
    firmware: "text?",
  },
  region_asked: { id: "count", left: "count", top: "count", width: "count", height: "count" },
  acquaintance: { name: "text", role: "text", rpps: "text?", bundle: "bytes" },
  patient: {
    birth_name: "text",
    first_names: "text",
    used_name: "text",
    birth_date: "text",
    sex: "text",
    birth_place: "text",
    matricule: "text?",
    matricule_oid: "text?",
    status: "text",
    address: "text",
    callback: "text",
    doctor: "text",
    at_ms: "count",
  },
  background: { answers: "items", refused: "texts", protocol: "text", at_ms: "count" },
  question: { text: "text", at_ms: "count" },
  pointed: { id: "count", left: "count", top: "count", is_shown: "flag" },
  waiting: { minutes: "count?", text: "text", is_redirected: "flag", at_ms: "count" },
  went_on: { how: "text", at_ms: "count" },
  attested: { attestation: "bytes" },
} as const satisfies Record<string, Record<string, keyof Values>>;

export type Kind = keyof typeof FIELDS;
export type FieldsOf<F> = { readonly [N in keyof F]: F[N] extends keyof Values ? Values[F[N]] : never };

/** The last fields of a kind, as they are when nothing is said; then they do not travel. */
export const TAILS: { readonly [K in Kind]?: Partial<FieldsOf<(typeof FIELDS)[K]>> } = {
  hello: { frames: 0 },
  measured: {
    origin: "live",
    record: null,
    measured_at: null,
    marks: [],
    sent_as: null,
    firmware: null,
  },
  lab_result: {
    origin: "stored",
    record: null,
    measured_at: null,
    marks: [],
    loinc: null,
    reference_range: null,
    flags: null,
    firmware: null,
  },
  goodbye: { why: "" },
  summary: { template: "", stills: [], files: [], signature: new Uint8Array() },
  still_offered: { media_type: "image/jpeg", part: "whole", of: 0, area: [], flaw: "" },
};

/** Kinds that are numbered, kept and repeated until the peer's receipt. */
export const DURABLE: ReadonlySet<Kind> = new Set<Kind>([
  "words_compared",
  "card",
  "text",
  "goodbye",
  "intake",
  "measured",
  "still_offered",
  "still_received",
  "asked",
  "ask_answered",
  "summary",
  "picture_asked",
  "lab_result",
  "region_asked",
  "acquaintance",
  "patient",
  "background",
  "question",
  "waiting",
  "went_on",
  "attested",
]);
