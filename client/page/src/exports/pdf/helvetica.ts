/** Helvetica as every PDF reader has it: which characters, and how wide they are. */

const FIRST = 0x20;
/** Thousandths of an em by the codes of Windows-1252; Adobe Core 14 font metrics. 0: no character. */
const REGULAR = `
278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278
556 556 556 556 556 556 556 556 556 556 278 278 584 584 584 556
1015 667 667 722 722 667 611 778 722 278 500 667 556 833 722 778
667 778 722 667 611 722 667 944 667 667 611 278 278 278 469 556
333 556 556 500 556 556 278 556 556 222 222 500 222 833 556 556
556 556 333 500 278 556 500 722 500 500 500 334 260 334 584 0
556 0 222 556 333 1000 556 556 333 1000 667 333 1000 0 611 0
0 222 222 333 333 350 556 1000 333 1000 500 333 944 0 500 667
278 333 556 556 556 556 260 556 333 737 370 556 584 333 737 333
400 584 333 333 333 556 537 278 333 333 365 556 834 834 834 611
667 667 667 667 667 667 1000 722 667 667 667 667 278 278 278 278
722 722 778 778 778 778 778 584 778 722 722 722 722 667 667 611
556 556 556 556 556 556 889 500 556 556 556 556 278 278 278 278
556 556 556 556 556 556 556 584 611 556 556 556 556 500 556 500`;
const BOLD = `
278 333 474 556 556 889 722 238 333 333 389 584 278 333 278 278
556 556 556 556 556 556 556 556 556 556 333 333 584 584 584 611
975 722 722 722 722 667 611 778 722 278 556 722 611 833 722 778
667 778 722 667 611 722 667 944 667 667 611 333 278 333 584 556
333 556 611 556 611 556 333 611 611 278 278 556 278 889 611 611
611 611 389 556 333 611 556 778 556 556 500 389 280 389 584 0
556 0 278 556 500 1000 556 556 333 1000 667 333 1000 0 611 0
0 278 278 500 500 350 556 1000 333 1000 556 333 944 0 500 667
278 333 556 556 556 556 280 556 333 737 370 556 584 333 737 333
400 584 333 333 333 611 556 278 333 333 365 556 834 834 834 611
722 722 722 722 722 722 1000 722 667 667 667 667 278 278 278 278
722 722 778 778 778 778 778 584 778 722 722 722 722 667 667 611
556 556 556 556 556 556 889 556 556 556 556 556 278 278 278 278
611 611 611 611 611 611 611 584 611 611 611 611 611 556 611 556`;
const widths = (table: string) => table.trim().split(/\s+/).map(Number);
const WIDTHS = { regular: widths(REGULAR), bold: widths(BOLD) } as const;

export type Weight = keyof typeof WIDTHS;

/** Windows-1252 from 0x80 on, where it is not Latin-1; a space where it has nothing. */
const SPECIAL = "€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ";
const SPECIAL_FIRST = 0x80;

const CODES: ReadonlyMap<string, number> = codes();

function codes(): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const [at, width] of WIDTHS.regular.entries()) {
    const code = FIRST + at;
    const sign = SPECIAL[code - SPECIAL_FIRST] ?? String.fromCharCode(code);
    if (width > 0) found.set(sign, code);
  }
  found.set("\u202f", 0xa0); // no narrow one here
  found.set("\u2011", 0x2d);
  return found;
}

/** The codes of this text, or `null` where Helvetica has not every character of it. */
export function codesOf(text: string): readonly number[] | null {
  const found = Array.from(text, (sign) => CODES.get(sign) ?? 0);
  return found.includes(0) ? null : found;
}

/** Thousandths of an em. */
export function widthOf(codes: readonly number[], weight: Weight): number {
  return codes.reduce((sum, code) => sum + (WIDTHS[weight][code - FIRST] ?? 0), 0);
}
