/** What the instruments say, as the screens show it. */

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
