/** The file itself: numbered objects, their places, and the trailer (ISO 32000-1, 7.5). */

import { zlibSync } from "fflate";
import { type Bytes, joined, utf8 } from "../../core/primitives.ts";

/** A comment of bytes beyond ASCII tells programs that this is no text. */
const HEAD = joined(utf8("%PDF-1.7\n%"), Uint8Array.of(0xe2, 0xe3, 0xcf, 0xd3, 0x0a));

export class Objects {
  readonly #bodies: Uint8Array[] = [];

  /** A number for what is written later with `put`. */
  reserve(): number {
    return this.#bodies.push(new Uint8Array());
  }

  put(number: number, body: string): void {
    this.#bodies[number - 1] = utf8(body);
  }

  /** Its number. */
  add(body: string): number {
    return this.#bodies.push(utf8(body));
  }

  /** `entries`: of the stream's dictionary; what `isDense` stays as it is and names its filter there. */
  stream(entries: string, data: Uint8Array, isDense = false): number {
    const held = isDense ? data : zlibSync(data);
    const filter = isDense ? "" : "/Filter/FlateDecode";
    const head = `<<${entries}${filter}/Length ${held.length}>>\nstream\n`;
    return this.#bodies.push(joined(utf8(head), held, utf8("\nendstream")));
  }

  /** The whole file. */
  written(root: number, info: number): Bytes {
    const parts: Uint8Array[] = [HEAD];
    const places: number[] = [];
    let at = HEAD.length;
    for (const [place, body] of this.#bodies.entries()) {
      const whole = joined(utf8(`${place + 1} 0 obj\n`), body, utf8("\nendobj\n"));
      places.push(at);
      parts.push(whole);
      at += whole.length;
    }
    const size = places.length + 1;
    const lines = places.map((where) => `${String(where).padStart(10, "0")} 00000 n \n`);
    const table = `xref\n0 ${size}\n0000000000 65535 f \n${lines.join("")}`;
    const trailer = `trailer\n<</Size ${size}/Root ${root} 0 R/Info ${info} 0 R>>\nstartxref\n${at}\n%%EOF\n`;
    return joined(...parts, utf8(table + trailer));
  }
}

/** A text string, whatever its characters. */
export function textString(text: string): string {
  return `<FEFF${utf16Hex(text)}>`;
}

/** UTF-16, big endian, in hexadecimal. */
export function utf16Hex(text: string): string {
  return text.split("").map((unit) => unit.charCodeAt(0).toString(16).padStart(4, "0")).join("");
}
