/** Where a picture lies in its frame: how much larger than fitted, and how far from the middle. */

/** Pixels of the screen, or per mille of a picture: the user says which. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Zoom {
  /** 1: the whole picture fits the frame. */
  readonly factor: number;
  /** Of the picture's middle from the frame's, in pixels of the screen. */
  readonly x: number;
  readonly y: number;
}

export const FITTED: Zoom = { factor: 1, x: 0, y: 0 };
/** chosen: a pixel of a small still is then as large as a letter. */
export const ZOOM_LIMIT = 12;

/** Larger or smaller, so that what lies at `at` (from the frame's middle) stays there. */
export function scaled(zoom: Zoom, by: number, at: Point, frame: Size): Zoom {
  const factor = Math.min(ZOOM_LIMIT, Math.max(1, zoom.factor * by));
  const share = factor / zoom.factor;
  const x = at.x - (at.x - zoom.x) * share;
  const y = at.y - (at.y - zoom.y) * share;
  return kept({ factor, x, y }, frame);
}

export function moved(zoom: Zoom, dx: number, dy: number, frame: Size): Zoom {
  return kept({ ...zoom, x: zoom.x + dx, y: zoom.y + dy }, frame);
}

/** No further than the picture's edges. */
function kept({ factor, x, y }: Zoom, { width, height }: Size): Zoom {
  const [reachX, reachY] = [(width * (factor - 1)) / 2, (height * (factor - 1)) / 2];
  const within = (place: number, reach: number) => Math.min(reach, Math.max(-reach, place));
  return { factor, x: within(x, reachX), y: within(y, reachY) };
}

/** The largest size of a picture's shape within a frame; none while either has none. */
export function fitted(picture: Size, frame: Size): Size {
  const scale = Math.min(
    frame.width / Math.max(1, picture.width),
    frame.height / Math.max(1, picture.height),
  );
  return { width: picture.width * scale, height: picture.height * scale };
}
