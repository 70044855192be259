/** Recordings of the stethoscope as the screens show them. */

import { hex } from "../bytes.ts";
import type { Page } from "./album.ts";
import type { ClockOffset } from "./clock_offset.ts";
import type { Area, StillState } from "./snapshot.ts";
import { fileOf } from "./still_views.ts";

/** Asked of a recording as of a still: all of it, which is the original. */
export const EVERYTHING: Area = { left: 0, top: 0, width: 1_000, height: 1_000 };

export interface SoundView {
  readonly id: number;
  /** Where the stethoscope was held. */
  readonly label: string;
  readonly state: StillState;
  /** Bytes here, of `size`. */
  readonly held: number;
  readonly size: number;
  /** On the page's clock. */
  readonly taken_ms: number;
  readonly sha256_hex: string;
  /** Every sample the stethoscope gave, not only what lies below 1.8 kHz. */
  readonly isOriginal: boolean;
  /** Once complete. */
  readonly file: Blob | null;
}

/** Every recording, in the order in which they were offered. */
export function soundViews(pages: readonly Page[], offset: ClockOffset): SoundView[] {
  return pages.filter(({ offer }) => offer.media_type.startsWith("audio/")).map((page) => ({
    id: page.offer.id,
    label: page.offer.label,
    state: page.state,
    held: page.held,
    size: page.offer.size,
    taken_ms: offset.here(page.offer.taken_ms),
    sha256_hex: hex(page.offer.sha256),
    isOriginal: page.offer.part === "original",
    file: fileOf(page),
  }));
}
