/** Which tiles the screen has: one group an instrument, what was measured together in one tile. */

import type { InstrumentView, PageSnapshot, VitalView } from "./snapshot.ts";

/** One tile: a vital sign, or a blood pressure with all that was measured with it. */
export interface TileView {
  /** The vital sign it is named after; `pressure` for a blood pressure. */
  readonly vital: string;
  /** The value to show large; `undefined` before anything was measured. */
  readonly main: VitalView | undefined;
  /** What was measured together with it. */
  readonly others: readonly VitalView[];
}

export interface GroupView {
  readonly key: string;
  readonly kind: string;
  /** `undefined`: the site names no such instrument (any more). */
  readonly instrument: InstrumentView | undefined;
  readonly model: string;
  readonly serial: string | null;
  readonly firmware: string | null;
  /** Instruments that nothing tells apart: same model, no serial number. */
  readonly alike: number;
  readonly tiles: readonly TileView[];
}

type Named = Pick<VitalView, "model" | "serial">;

/** In the order of the screen: kind, and what each has a tile for before its first value. */
const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  oximeter: ["spo2", "pulse"],
  blood_pressure: ["pressure"],
  thermometer: ["temperature"],
  glucometer: ["glucose"],
  scale: ["weight"],
  monitor: [],
};
/** Their tiles are there before any instrument is. */
const USUAL: readonly string[] = ["oximeter", "thermometer"];
/** In the order of the screen, with decimals and the kind of instrument that usually gives them. */
const VITALS: Readonly<Record<string, readonly [decimals: number, kind: string]>> = {
  spo2: [0, "oximeter"],
  pulse: [0, "oximeter"],
  perfusion_index: [1, "oximeter"],
  heart_rate: [0, "monitor"],
  respiration: [0, "monitor"],
  systolic: [0, "blood_pressure"],
  diastolic: [0, "blood_pressure"],
  mean_pressure: [0, "blood_pressure"],
  temperature: [1, "thermometer"],
  temperature_2: [1, "thermometer"],
  glucose: [0, "glucometer"],
  glucose_molar: [1, "glucometer"],
  weight: [1, "scale"],
  height: [0, "scale"],
  bmi: [1, "scale"],
};
const OF_A_PRESSURE: readonly string[] = ["diastolic", "mean_pressure", "pulse", "heart_rate"];

/** Digits after the decimal point; a vital sign added later is shown with one. */
export function decimalsOf(vital: string): number {
  return VITALS[vital]?.[0] ?? 1;
}

/** Tells instruments apart, as far as they can be. */
export function instrumentKey({ model, serial }: Named): string {
  return serial === null ? model : `${model}\u0000${serial}`;
}

/** Tells the courses of values apart. */
export function trendKey(view: VitalView): string {
  const kind = view.origin === "live" ? "live" : "spot";
  return `${instrumentKey(view)}\u0000${view.vital}\u0000${kind}`;
}

/** Every group of tiles, instruments of a kind side by side. */
export function vitalGroups({ instruments, vitals }: PageSnapshot): readonly GroupView[] {
  const groups = new Map<string, VitalView[]>();
  const measuring = instruments.filter(({ kind }) => Object.hasOwn(EXPECTED, kind));
  for (const instrument of measuring) groups.set(instrumentKey(instrument), []);
  for (const view of vitals) {
    const key = ownerKey(view, measuring);
    groups.set(key, [...(groups.get(key) ?? []), view]);
  }
  const found = [...groups].map(([key, own]) => group(key, own, measuring));
  const missing = USUAL.filter((kind) => !found.some((other) => other.kind === kind));
  return [...found, ...missing.map(absent)].sort((a, b) => rank(a.kind) - rank(b.kind));
}

/** What came before an instrument told its number belongs to the only one of its model. */
function ownerKey(view: VitalView, instruments: readonly InstrumentView[]): string {
  const key = instrumentKey(view);
  if (view.serial !== null || instruments.some((other) => instrumentKey(other) === key)) return key;
  const same = instruments.filter(({ model }) => model === view.model);
  return same.length === 1 && same[0] !== undefined ? instrumentKey(same[0]) : key;
}

function group(
  key: string,
  own: readonly VitalView[],
  instruments: readonly InstrumentView[],
): GroupView {
  const alike = instruments.filter((instrument) => instrumentKey(instrument) === key);
  const instrument = alike.find(({ state }) => state === "measuring") ?? alike[0];
  const kind = instrument?.kind ?? VITALS[own[0]?.vital ?? ""]?.[1] ?? "";
  return {
    key,
    kind,
    instrument,
    model: instrument?.model ?? own[0]?.model ?? "",
    serial: instrument?.serial ?? own[0]?.serial ?? null,
    firmware: instrument?.firmware ?? own.find(({ firmware }) => firmware !== null)?.firmware ?? null,
    alike: alike.length,
    tiles: tiles(kind, own),
  };
}

function absent(kind: string): GroupView {
  const nobody = { instrument: undefined, model: "", serial: null, firmware: null, alike: 0 };
  return { key: `\u0000${kind}`, kind, ...nobody, tiles: tiles(kind, []) };
}

function tiles(kind: string, own: readonly VitalView[]): readonly TileView[] {
  const systolic = newest(own.filter(({ vital }) => vital === "systolic"));
  const together = own.filter((view) => systolic !== undefined && isTogether(view, systolic));
  const rest = own.filter((view) => systolic === undefined || !isOfAPressure(view));
  const names = [...new Set(rest.map(({ vital }) => vital))];
  const shown: TileView[] = names.map((vital) => ({
    vital,
    main: newest(rest.filter((view) => view.vital === vital)),
    others: [],
  }));
  if (systolic !== undefined) shown.push({ vital: "pressure", main: systolic, others: together });
  const empty = (EXPECTED[kind] ?? []).filter((vital) => !shown.some((tile) => covers(tile, vital)));
  const all = [...shown, ...empty.map((vital) => ({ vital, main: undefined, others: [] }))];
  return all.sort((a, b) => order(a.vital) - order(b.vital));
}

/** Of this measurement or of another one of the cuff; what streams is none. */
function isOfAPressure({ vital, record }: VitalView): boolean {
  return vital === "systolic" || (record !== null && OF_A_PRESSURE.includes(vital));
}

function isTogether(view: VitalView, systolic: VitalView): boolean {
  return view !== systolic && isOfAPressure(view) && view.record === systolic.record;
}

/** A glucose in mmol/L fills the place of one in mg/dL. */
function covers(tile: TileView, vital: string): boolean {
  return tile.vital === vital || tile.vital.startsWith(`${vital}_`);
}

function newest(views: readonly VitalView[]): VitalView | undefined {
  return views.reduce<VitalView | undefined>(
    (best, view) => (best === undefined || view.taken_ms >= best.taken_ms ? view : best),
    undefined,
  );
}

function order(vital: string): number {
  const place = Object.keys(VITALS).indexOf(vital === "pressure" ? "systolic" : vital);
  return place < 0 ? Number.MAX_SAFE_INTEGER : place;
}

function rank(kind: string): number {
  const place = Object.keys(EXPECTED).indexOf(kind);
  return place < 0 ? Number.MAX_SAFE_INTEGER : place;
}
