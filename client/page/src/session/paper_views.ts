/** Papers of the site's as the screens show them: letters and results, neither seen nor heard. */

import { hex } from "../bytes.ts";
import type { Page } from "./album.ts";
import type { ClockOffset } from "./clock_offset.ts";
import type { StillState } from "./snapshot.ts";
import { fileOf } from "./still_views.ts";

export interface PaperView {
  readonly id: number;
  readonly label: string;
  readonly state: StillState;
  /** Bytes here, of `size`. */
  readonly held: number;
  readonly size: number;
  /** When the site chose it, on the page's clock. */
  readonly taken_ms: number;
  readonly sha256_hex: string;
  /** Once complete. */
  readonly file: Blob | null;
}

/** Whether a file of this type is for the eyes or the ears: `client.core.dossier.consent`. */
export function isPaper(mediaType: string): boolean {
  return !/^(image|video|audio)\//.test(mediaType);
}

/** Every paper, in the order in which they were offered. */
export function paperViews(pages: readonly Page[], offset: ClockOffset): PaperView[] {
  return pages.filter(({ offer }) => offer.part === "whole" && isPaper(offer.media_type)).map((page) => ({
    id: page.offer.id,
    label: page.offer.label,
    state: page.state,
    held: page.held,
    size: page.offer.size,
    taken_ms: offset.here(page.offer.taken_ms),
    sha256_hex: hex(page.offer.sha256),
    file: fileOf(page),
  }));
}
