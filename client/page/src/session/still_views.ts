/** Stills and clips as the screens show them: each with its preview and its parts, if any came. */

import { hex } from "../bytes.ts";
import type { Page } from "./album.ts";
import type { ClockOffset } from "./clock_offset.ts";
import { type Area, type RegionView, STILL_FLAWS, type StillView } from "./snapshot.ts";

const JPEG_START = 0xff;
/** What a file of the site's may be opened as; anything else is only bytes, to the browser too. */
const TYPES: ReadonlySet<string> = new Set(["image/jpeg", "image/webp", "video/webm", "audio/flac", "application/pdf"]);
const UNKNOWN_TYPE = "application/octet-stream";
/** Complete files, made once: the screen must see the same object again. */
const files = new WeakMap<Page, Blob>();

/** Every still and clip, in the order in which they were offered. */
export function stillViews(pages: readonly Page[], offset: ClockOffset): StillView[] {
  return pages.filter(isShown).map((page) => stillView(page, pages, offset));
}

function isShown({ offer }: Page): boolean {
  return offer.part === "whole" && /^(image|video)\//.test(offer.media_type);
}

function stillView(page: Page, pages: readonly Page[], offset: ClockOffset): StillView {
  const { id, label, size, width, height, taken_ms, sha256, media_type, flaw } = page.offer;
  const parts = pages.filter(({ offer }) => offer.of === id && offer.part !== "whole");
  const preview = parts.find(({ offer, state }) => offer.part === "preview" && state === "complete");
  return {
    id,
    label,
    state: page.state,
    held: page.held,
    size,
    width,
    height,
    taken_ms: offset.here(taken_ms),
    sha256_hex: hex(sha256),
    picture: fileOf(page),
    preview: preview === undefined ? null : fileOf(preview),
    isClip: media_type.startsWith("video/"),
    flaw: STILL_FLAWS.find((known) => known === flaw) ?? null,
    regions: parts.flatMap(regionView),
  };
}

function regionView(page: Page): RegionView[] {
  const { id, part, area } = page.offer;
  const placed = areaOf(area);
  return part === "region" && placed !== null ? [{ id, area: placed, picture: fileOf(page) }] : [];
}

function areaOf(area: readonly number[]): Area | null {
  const [left, top, width, height] = area;
  if (left === undefined || top === undefined || width === undefined || height === undefined) {
    return null;
  }
  return { left, top, width, height };
}

/** The file once it is whole and its hash agrees; `null` until then. */
export function fileOf(page: Page): Blob | null {
  if (page.state !== "complete") return null;
  const known = files.get(page);
  if (known !== undefined) return known;
  const made = new Blob([page.data], { type: typeOf(page) });
  files.set(page, made);
  return made;
}

function typeOf({ offer, data }: Page): string {
  if (offer.media_type === "image/jpeg" && data[0] !== JPEG_START) return "image/png";
  return TYPES.has(offer.media_type) ? offer.media_type : UNKNOWN_TYPE;
}
