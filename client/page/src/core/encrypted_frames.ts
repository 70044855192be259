/** Which bytes of a coded frame stay in clear; mirrors `client/core/encrypted_frames.py`. */

import { type Bytes, joined } from "./primitives.ts";
import { type FrameOpener, type FrameSealer, OVERHEAD_BYTES } from "./sframe.ts";

export type SealedCodec = "av1" | "vp8" | "vp9" | "voice";

const HAS_EXTENSION = 0x04; // AV1 specification, 5.3.2
const HAS_SIZE = 0x02;
const LENGTH_BYTES = 8; // AV1 specification, 4.10.5
/** Temporal delimiter, tile list, padding. */
const OBUS_NOT_SENT: ReadonlySet<number> = new Set([2, 8, 15]);
const OBUS_LIMIT = 256;
const VP8_CLEAR_BYTES = 3; // RFC 6386, 9.1
const VP8_KEY_CLEAR_BYTES = 10;

/** A frame taken apart. */
interface Parts {
  /** Before each piece of `contents`, as it is authenticated. */
  readonly clear: readonly Bytes[];
  readonly contents: readonly Bytes[];
}

/** The frame as it may travel; `null` if it is none of `codec`'s. */
export async function seal(
  codec: SealedCodec,
  frame: Bytes,
  sealer: FrameSealer,
): Promise<Bytes | null> {
  const parts = split(codec, frame);
  if (parts === null) return null;
  const sealed = await sealer.seal(joined(...parts.contents), metadata(parts, 0));
  return sealed === null ? null : join(codec, parts, sealed);
}

/** The frame as it was; `null`, counted, if it must be dropped. */
export async function open(
  codec: SealedCodec,
  frame: Bytes,
  opener: FrameOpener,
): Promise<Bytes | null> {
  const parts = split(codec, frame);
  if (parts === null || (parts.contents.at(-1)?.length ?? 0) < OVERHEAD_BYTES) {
    opener.forged += 1;
    return null;
  }
  const plaintext = await opener.open(joined(...parts.contents), metadata(parts, OVERHEAD_BYTES));
  return plaintext === null ? null : join(codec, parts, plaintext);
}

/** All that is clear and where it stands; `added` is taken off the last size again. */
function metadata({ clear, contents }: Parts, added: number): Bytes {
  if (contents.length === 1) return joined(...clear);
  const described = contents.map((piece, index) => {
    const size = new DataView(new ArrayBuffer(4));
    size.setUint32(0, piece.length - (index === contents.length - 1 ? added : 0));
    return joined(clear[index] ?? new Uint8Array(), new Uint8Array(size.buffer));
  });
  return joined(...described);
}

function split(codec: SealedCodec, frame: Bytes): Parts | null {
  if (codec === "av1") return splitAv1(frame);
  if (codec !== "vp8") return splitAt(0, frame);
  const isKey = ((frame[0] ?? 1) & 0x01) === 0;
  return splitAt(isKey ? VP8_KEY_CLEAR_BYTES : VP8_CLEAR_BYTES, frame);
}

function splitAt(size: number, frame: Bytes): Parts | null {
  if (frame.length < size) return null;
  return { clear: [frame.slice(0, size)], contents: [frame.slice(size)] };
}

function join(codec: SealedCodec, parts: Parts, contents: Bytes): Bytes {
  return codec === "av1" ? joinAv1(parts, contents) : joined(...parts.clear, contents);
}

/** Header, without the flag that a size follows, and contents of each OBU that is sent. */
function splitAv1(frame: Bytes): Parts | null {
  const clear: Bytes[] = [];
  const contents: Bytes[] = [];
  let at = 0;
  for (let count = 0; at < frame.length; count += 1) {
    const first = frame[at] ?? 0;
    const end = at + ((first & HAS_EXTENSION) !== 0 ? 2 : 1);
    const rest: Span = [frame.length - end, end];
    const [size, start] = ((first & HAS_SIZE) !== 0 ? leb128(frame, end) : rest) ?? BROKEN;
    if (size < 0 || start + size > frame.length || count >= OBUS_LIMIT) return null;
    if (!OBUS_NOT_SENT.has((first >> 3) & 0x0f)) {
      clear.push(joined(new Uint8Array([first & ~HAS_SIZE]), frame.slice(at + 1, end)));
      contents.push(frame.slice(start, start + size));
    }
    at = start + size;
  }
  return clear.length === 0 ? null : { clear, contents };
}

/** Each OBU with its size, the last one with all the rest. */
function joinAv1({ clear, contents: pieces }: Parts, contents: Bytes): Bytes {
  let at = 0;
  const obus = clear.map((head, index) => {
    const isLast = index === clear.length - 1;
    const piece = contents.slice(at, isLast ? contents.length : at + (pieces[index]?.length ?? 0));
    at += piece.length;
    const first = new Uint8Array([(head[0] ?? 0) | HAS_SIZE]);
    return joined(first, head.slice(1), asLeb128(piece.length), piece);
  });
  return joined(...obus);
}

/** A size, and where what has it begins. */
type Span = readonly [number, number];
const BROKEN: Span = [-1, 0];

function leb128(data: Bytes, at: number): Span | null {
  let value = 0;
  for (let index = 0; index < LENGTH_BYTES; index += 1) {
    const byte = data[at + index];
    if (byte === undefined) return null;
    value += (byte & 0x7f) * 2 ** (7 * index);
    if ((byte & 0x80) === 0) return [value, at + index + 1];
  }
  return null;
}

function asLeb128(value: number): Bytes {
  const out: number[] = [];
  let rest = value;
  while (rest > 0x7f) {
    out.push((rest & 0x7f) | 0x80);
    rest >>= 7;
  }
  return new Uint8Array([...out, rest]);
}
