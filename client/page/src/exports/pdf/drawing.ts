/** Words that Helvetica cannot write, drawn by the browser with the fonts of this computer. */

/** One word as a stencil. */
export interface Drawing {
  /** Thousandths of an em, from where it is set to where the next begins. */
  readonly width: number;
  /** Of the stencil, thousandths of an em, from where the word is set. */
  readonly box: { readonly left: number; readonly bottom: number; readonly right: number; readonly top: number };
  readonly columns: number;
  readonly rows: number;
  /** One bit a pixel, 1 for ink, each row from a byte of its own. */
  readonly bits: Uint8Array;
}

/** `null` where nothing can be drawn. */
export type Drawer = (text: string, isBold: boolean) => Drawing | null;

/** chosen: 500 dots an inch where the text is 10 points. */
const EM_PIXELS = 72;
/** chosen: a line of the widest letters. */
const COLUMNS_LIMIT = 8_192;
const ROWS_LIMIT = 512;
const OPAQUE = 128;

/** By the canvas, which shapes and orders every script. */
export const drawnByBrowser: Drawer = (text, isBold) => {
  if (typeof OffscreenCanvas === "undefined") return null;
  const font = `${isBold ? "bold " : ""}${EM_PIXELS}px Helvetica, Arial, sans-serif`;
  const ruler = new OffscreenCanvas(1, 1).getContext("2d");
  if (ruler === null) return null;
  ruler.font = font;
  const told = ruler.measureText(text);
  const left = Math.ceil(told.actualBoundingBoxLeft);
  const up = Math.ceil(told.actualBoundingBoxAscent);
  const columns = left + Math.ceil(told.actualBoundingBoxRight);
  const rows = up + Math.ceil(told.actualBoundingBoxDescent);
  if (columns < 1 || rows < 1 || columns > COLUMNS_LIMIT || rows > ROWS_LIMIT) return null;
  const canvas = new OffscreenCanvas(columns, rows).getContext("2d");
  if (canvas === null) return null;
  canvas.font = font;
  canvas.fillText(text, left, up);
  const bits = stencil(canvas.getImageData(0, 0, columns, rows).data, columns, rows);
  const em = (pixels: number) => Math.round((pixels * 1_000) / EM_PIXELS);
  const box = { left: em(-left), bottom: em(up - rows), right: em(columns - left), top: em(up) };
  return { width: em(told.width), box, columns, rows, bits };
};

function stencil(pixels: Uint8ClampedArray, columns: number, rows: number): Uint8Array {
  const bytes = Math.ceil(columns / 8);
  const bits = new Uint8Array(bytes * rows);
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      if ((pixels[4 * (row * columns + column) + 3] ?? 0) < OPAQUE) continue;
      const at = row * bytes + (column >> 3);
      bits[at] = (bits[at] ?? 0) | (0x80 >> (column & 7));
    }
  }
  return bits;
}
