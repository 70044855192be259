/** Small questions about bytes. */

/** Whether both hold the same bytes; takes as long however many agree, as far as a browser can. */
export function areEqual(left: Uint8Array, right: Uint8Array): boolean {
  const differing = left.reduce((found, byte, at) => found | (byte ^ (right[at] ?? 0)), 0);
  return left.length === right.length && differing === 0;
}

/** Lower-case hexadecimal. */
export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
