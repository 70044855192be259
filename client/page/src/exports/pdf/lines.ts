/** Text broken into lines of a given width. */

import { codesOf, type Weight } from "./helvetica.ts";
import type { Lettering, Word } from "./lettering.ts";

/** Text of one weight. */
export interface Run {
  readonly text: string;
  readonly weight: Weight;
}

/** A word of a line; `isApart`: a space is before it. */
export interface Placed {
  readonly word: Word;
  readonly isApart: boolean;
}

/** Thousandths of an em, in both weights. */
const SPACE = 278;
/** Signs set together where they are drawn; chosen: their order is theirs within a line's half. */
const DRAWN_TOGETHER = 40;

interface Token extends Run {
  readonly isApart: boolean;
}

/** `width` in thousandths of an em. */
export function linesOf(runs: readonly Run[], width: number, lettering: Lettering): readonly (readonly Placed[])[] {
  const lines: Placed[][] = [[]];
  let used = 0;
  const begin = () => {
    lines.push([]);
    used = 0;
  };
  const set = (word: Word, isApart: boolean) => {
    const isFirst = used === 0;
    lines.at(-1)?.push({ word, isApart: isApart && !isFirst });
    used += word.width + (isApart && !isFirst ? SPACE : 0);
  };
  for (const token of tokens(runs)) {
    if (token === "\n") begin();
    else {
      const whole = lettering.word(token.text, token.weight);
      if (used > 0 && used + SPACE + whole.width > width) begin();
      for (const [at, word] of fitting(token, whole, width, lettering).entries()) {
        if (at > 0) begin();
        set(word, token.isApart);
      }
    }
  }
  return lines;
}

function tokens(runs: readonly Run[]): readonly (Token | "\n")[] {
  const found: (Token | "\n")[] = [];
  let isApart = false;
  for (const { text, weight } of runs) {
    for (const part of text.normalize("NFC").replace(/[\t ]+/g, " ").split(/( |\n)/)) {
      if (part === "\n") found.push("\n");
      else if (part !== "" && part !== " ") found.push({ text: part, weight, isApart });
      isApart = part === " " || (part === "" && isApart);
    }
  }
  return together(found);
}

/** Drawn words that follow each other are one: a script written leftwards keeps its order. */
function together(tokens: readonly (Token | "\n")[]): readonly (Token | "\n")[] {
  const found: (Token | "\n")[] = [];
  for (const token of tokens) {
    const last = found.at(-1);
    if (isDrawn(last) && isDrawn(token) && areOne(last, token)) {
      found[found.length - 1] = { ...last, text: `${last.text} ${token.text}` };
    } else found.push(token);
  }
  return found;
}

function isDrawn(token: Token | "\n" | undefined): token is Token {
  return token !== undefined && token !== "\n" && codesOf(token.text) === null;
}

function areOne(last: Token, token: Token): boolean {
  const isShort = last.text.length + token.text.length <= DRAWN_TOGETHER;
  return isShort && token.isApart && last.weight === token.weight;
}

/** What is longer than a line is broken between any two characters. */
function fitting({ text, weight }: Run, whole: Word, width: number, lettering: Lettering): readonly Word[] {
  const signs = Array.from(text);
  if (whole.width <= width || signs.length < 2) return [whole];
  const middle = Math.ceil(signs.length / 2);
  return [signs.slice(0, middle), signs.slice(middle)].flatMap((half) => {
    const part = { text: half.join(""), weight };
    return fitting(part, lettering.word(part.text, weight), width, lettering);
  });
}
