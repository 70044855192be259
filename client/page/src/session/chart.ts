/** What the site has told about the patient, the instruments and itself; newest wins, bounded. */

import type { Message } from "../core/wire.ts";
import type { ClockOffset } from "./clock_offset.ts";
import { lineState } from "./line_state.ts";
import type { InstrumentView, VitalView } from "./snapshot.ts";

/** chosen: several times the vital signs and instruments a site can have. */
export const KINDS_LIMIT = 32;

type Of<K extends Message["kind"]> = Extract<Message, { kind: K }>;

interface Measured {
  readonly reading: Of<"measured">;
  readonly heard_ms: number;
}

export class Chart {
  readonly #measured = new Map<string, Measured>();
  #card: Of<"card"> | null = null;
  #intake: Of<"intake"> | null = null;
  #instruments: readonly InstrumentView[] = [];
  #report: Of<"link_report"> | null = null;

  /** The consultation is over: keep nothing about the patient. */
  forget(): void {
    this.#measured.clear();
    this.#intake = null;
    this.#instruments = [];
  }

  card(card: Of<"card">): void {
    this.#card = card;
  }

  intake(intake: Of<"intake">): void {
    this.#intake = intake;
  }

  /** Readings may come late, by another path: only a later one replaces what is shown. */
  measured(reading: Of<"measured">, heard_ms: number): void {
    const shown = this.#measured.get(reading.vital)?.reading;
    if (shown !== undefined && shown.taken_ms > reading.taken_ms) return;
    if (shown === undefined && this.#measured.size >= KINDS_LIMIT) return;
    this.#measured.set(reading.vital, { reading, heard_ms });
  }

  instruments(message: Of<"instruments">): void {
    this.#instruments = message.items.slice(0, KINDS_LIMIT).map((item) => ({
      kind: item["kind"] ?? "",
      model: item["model"] ?? "",
      state: item["state"] ?? "",
    }));
  }

  report(report: Of<"link_report">): void {
    this.#report = report;
  }

  /** As the screen shows it, with times on the page's clock. */
  view(offset: ClockOffset) {
    return {
      siteName: this.#card?.name ?? "",
      sitePlace: this.#card?.place ?? "",
      patientName: this.#intake?.name ?? "",
      reason: this.#intake?.reason ?? "",
      instruments: this.#instruments,
      vitals: [...this.#measured.values()].map((measured) => vitalView(measured, offset)),
      siteIsMuted: this.#report?.is_muted ?? false,
      siteCameraIsOff: this.#report?.is_camera_off ?? false,
      siteIsPaused: this.#report?.is_paused ?? false,
      line: lineState(this.#report),
    };
  }
}

function vitalView({ reading, heard_ms }: Measured, offset: ClockOffset): VitalView {
  return {
    vital: reading.vital,
    value: reading.value,
    unit: reading.unit,
    quality: reading.quality,
    // Nothing was taken after it was heard of: a site's clock that leaps ahead keeps nothing young.
    taken_ms: Math.min(heard_ms, offset.here(reading.taken_ms)),
    model: reading.model,
  };
}
