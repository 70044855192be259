/** What the site has told about the patient, the instruments and itself; newest wins, bounded. */

import type { Message } from "../core/wire.ts";
import type { ClockOffset } from "./clock_offset.ts";
import { Hoard } from "./hoard.ts";
import { lineState } from "./line_state.ts";
import {
  type BackgroundView,
  backgroundView,
  type PatientView,
  patientView,
  type WentOnView,
} from "./patient_file.ts";
import type { InstrumentView, ResultView, TrendPoint, VitalView } from "./snapshot.ts";
import { instrumentKey, trendKey } from "./vital_groups.ts";

/** chosen: several times the vital signs and instruments a site can have. */
export const KINDS_LIMIT = 64;
/** chosen: what a site sends of one memory at most; a minute's reading at any rate. */
export const APART_LIMIT = 2_000;
/** chosen: several full panels. */
export const RESULTS_LIMIT = 200;
/** chosen: twenty minutes of a value that streams, more than a tile has pixels. */
export const TREND_LIMIT = 600;
/** chosen: more than a reading takes on the worst line that is up; later, it waited for the line. */
export const DEFERRED_AFTER_MS = 15_000;
/** chosen: half as often as a stream tells. */
export const TREND_STEP_MS = 2_000;

type Of<K extends Message["kind"]> = Extract<Message, { kind: K }>;
type Measured = { readonly reading: Of<"measured">; readonly heard_ms: number };

export class Chart {
  readonly #measured = new Map<string, Measured>();
  readonly #trends = new Map<string, readonly TrendPoint[]>();
  readonly #apart = new Hoard<VitalView>(APART_LIMIT);
  readonly #results = new Hoard<ResultView>(RESULTS_LIMIT);
  #card: Of<"card"> | null = null;
  #intake: Of<"intake"> | null = null;
  #patient: PatientView | null = null;
  #background: BackgroundView | null = null;
  #wentOn: WentOnView | null = null;
  #instruments: readonly InstrumentView[] = [];
  #report: Of<"link_report"> | null = null;
  readonly #offset: ClockOffset;

  constructor(offset: ClockOffset) {
    this.#offset = offset;
  }

  /** The consultation is over: keep nothing about the patient. */
  forget(): void {
    this.#measured.clear();
    this.#trends.clear();
    this.#apart.clear();
    this.#results.clear();
    this.#intake = null;
    this.#patient = null;
    this.#background = null;
    this.#wentOn = null;
    this.#instruments = [];
  }

  card(card: Of<"card">): void {
    this.#card = card;
  }

  intake(intake: Of<"intake">): void {
    this.#intake = intake;
  }

  /** A later one replaces what was told before. */
  patient(patient: Of<"patient">): void {
    this.#patient = patientView(patient);
  }

  background(background: Of<"background">): void {
    this.#background = backgroundView(background);
  }

  /** The newest holds. */
  wentOn({ how, at_ms }: Of<"went_on">, heard_ms: number): void {
    this.#wentOn = { how, at_ms: here(at_ms, heard_ms, this.#offset) };
  }

  /** Readings may come late, by another path: only a later one replaces what is shown. */
  measured(reading: Of<"measured">, heard_ms: number): void {
    const measured = { reading, heard_ms };
    const view = vitalView(measured, this.#offset);
    if (isApart(view)) return this.#apart.add(view);
    const key = trendKey(view);
    const shown = this.#measured.get(key)?.reading;
    if (shown !== undefined && shown.taken_ms > reading.taken_ms) return;
    if (shown === undefined && this.#measured.size >= KINDS_LIMIT) return;
    this.#measured.set(key, withFirmware(measured, shown));
    this.#draw(key, view);
  }

  result(result: Of<"lab_result">, heard_ms: number): void {
    const { kind: _, taken_ms, ...said } = result;
    this.#results.add({ ...said, taken_ms: here(taken_ms, heard_ms, this.#offset) });
  }

  instruments(message: Of<"instruments">): void {
    this.#instruments = message.items.slice(0, KINDS_LIMIT).map((item) => ({
      kind: item["kind"] ?? "",
      model: item["model"] ?? "",
      serial: item["serial"] ?? null,
      firmware: item["firmware"] ?? null,
      state: item["state"] ?? "",
    }));
  }

  report(report: Of<"link_report">): void {
    this.#report = report;
  }

  /** As the screen shows it, with times on the page's clock. */
  view() {
    return {
      siteName: this.#card?.name ?? "",
      sitePlace: this.#card?.place ?? "",
      patientName: this.#intake?.name ?? "",
      reason: this.#intake?.reason ?? "",
      patient: this.#patient,
      background: this.#background,
      wentOn: this.#wentOn,
      instruments: this.#instruments,
      vitals: [...this.#measured.values()].map((measured) => vitalView(measured, this.#offset)),
      trends: new Map(this.#trends),
      apart: this.#apart.newest,
      results: this.#results.newest,
      siteIsMuted: this.#report?.is_muted ?? false,
      siteCameraIsOff: this.#report?.is_camera_off ?? false,
      siteIsPaused: this.#report?.is_paused ?? false,
      line: lineState(this.#report),
    };
  }

  #draw(key: string, { origin, value, taken_ms: at_ms }: VitalView): void {
    const points = this.#trends.get(key) ?? [];
    const last = points.at(-1);
    const isTooSoon = last !== undefined && at_ms - last.at_ms < TREND_STEP_MS;
    if (origin === "live" && isTooSoon) return;
    this.#trends.set(key, [...points, { at_ms, value }].slice(-TREND_LIMIT));
  }
}

/** From a memory, or of a control solution: it never takes the place of a present value. */
export function isApart({ origin, marks }: Pick<VitalView, "origin" | "marks">): boolean {
  return origin === "stored" || marks.includes("control");
}

/** Firmware is told once; the values after it are the same instrument's. */
function withFirmware(measured: Measured, shown: Of<"measured"> | undefined): Measured {
  const { reading } = measured;
  if (shown === undefined || instrumentKey(shown) !== instrumentKey(reading)) return measured;
  return { ...measured, reading: { ...reading, firmware: reading.firmware ?? shown.firmware } };
}

function vitalView({ reading, heard_ms }: Measured, offset: ClockOffset): VitalView {
  const { kind: _, taken_ms, ...said } = reading;
  const at_ms = here(taken_ms, heard_ms, offset);
  return { ...said, taken_ms: at_ms, isDeferred: heard_ms - at_ms > DEFERRED_AFTER_MS };
}

/** Nothing was taken after it was heard of: a site's clock that leaps ahead keeps nothing young. */
function here(taken_ms: number, heard_ms: number, offset: ClockOffset): number {
  return Math.min(heard_ms, offset.here(taken_ms));
}
