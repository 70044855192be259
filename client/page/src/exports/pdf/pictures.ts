/** Pictures as a PDF holds them: a JPEG as it came, anything else made into one. */

import { joined } from "../../core/primitives.ts";

/** A JPEG file. */
export interface Picture {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** 1: grey, 3: colours. */
  readonly components: 1 | 3;
}

/** Longest side of what is made into a JPEG; chosen: 350 dots an inch across the page. */
const SIDE_LIMIT = 2_400;
const QUALITY = 0.92;
const MARKER = 0xff;
const FRAMES: readonly number[] = [0xc0, 0xc1, 0xc2];
/** Markers without a length (ITU-T T.81, table B.1). */
const BARE: readonly number[] = [0x01, 0xd0, 0xd1, 0xd2, 0xd3, 0xd4, 0xd5, 0xd6, 0xd7, 0xd8];
const START_OF_SCAN = 0xda;

/** `null` where this browser cannot show it either. */
export async function pictureOf(data: Uint8Array, mediaType: string): Promise<Picture | null> {
  return readJpeg(data) ?? (await madeJpeg(data, mediaType).catch(() => null));
}

/** What its frame says (ITU-T T.81, B.2.2); `null` for what is no JPEG a PDF may hold. */
export function readJpeg(data: Uint8Array): Picture | null {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  if (data.length < 4 || view.getUint16(0) !== 0xffd8) return null;
  for (let at = 2; at + 10 <= data.length; ) {
    const marker = data[at + 1] ?? 0;
    if (data[at] !== MARKER || marker === START_OF_SCAN) return null;
    if (FRAMES.includes(marker)) return framed(data, view, at + 4);
    at += marker === MARKER ? 1 : BARE.includes(marker) ? 2 : 2 + view.getUint16(at + 2);
  }
  return null;
}

function framed(data: Uint8Array, view: DataView, at: number): Picture | null {
  const [bits, height, width] = [data[at], view.getUint16(at + 1), view.getUint16(at + 3)];
  const components = data[at + 5];
  const isUsual = bits === 8 && (components === 1 || components === 3);
  return isUsual && width > 0 && height > 0 ? { data, width, height, components } : null;
}

async function madeJpeg(data: Uint8Array, type: string): Promise<Picture | null> {
  const bitmap = await createImageBitmap(new Blob([joined(data)], { type }));
  const scale = Math.min(1, SIDE_LIMIT / Math.max(bitmap.width, bitmap.height));
  const side = (length: number) => Math.max(1, Math.round(length * scale));
  const canvas = new OffscreenCanvas(side(bitmap.width), side(bitmap.height));
  const brush = canvas.getContext("2d");
  if (brush === null) return null;
  brush.fillStyle = "white"; // what is transparent lies on paper
  brush.fillRect(0, 0, canvas.width, canvas.height);
  brush.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  const made = await canvas.convertToBlob({ type: "image/jpeg", quality: QUALITY });
  return readJpeg(new Uint8Array(await made.arrayBuffer()));
}
