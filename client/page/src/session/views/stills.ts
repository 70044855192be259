/** Stills and clips as the screens show them. */

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
