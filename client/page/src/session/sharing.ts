/** What travels in one envelope. */

import { encodeTogether, type Parcel, TOGETHER_LIMIT } from "../core/wire.ts";

/** Which of these share an envelope, in order; one too large for company is alone. */
export function sharing<One extends { readonly parcel: Parcel }>(
  leaving: readonly One[],
  limit_bytes: number,
): One[][] {
  const envelopes: One[][] = [];
  let size = 0;
  for (const one of leaving) {
    const bytes = encodeTogether([one.parcel]).length;
    const last = envelopes.at(-1);
    const hasRoom = size + bytes <= limit_bytes && (last?.length ?? 0) < TOGETHER_LIMIT;
    if (last !== undefined && hasRoom) last.push(one);
    else envelopes.push([one]);
    size = last !== undefined && hasRoom ? size + bytes : bytes;
  }
  return envelopes;
}
