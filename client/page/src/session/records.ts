/** Single values put together again as they were measured. */

import type { VitalView } from "./snapshot.ts";
import { instrumentKey } from "./vital_groups.ts";

/** What one instrument measured together, at least one value. */
export type MeasuredTogether = readonly [VitalView, ...VitalView[]];

/** The newest of them first, `most` at the most; a value without a record stands alone. */
export function records(newestLast: readonly VitalView[], most: number): readonly MeasuredTogether[] {
  const found = new Map<string, [VitalView, ...VitalView[]]>();
  for (let place = newestLast.length - 1; place >= 0; place -= 1) {
    const view = newestLast[place];
    if (view === undefined) continue;
    const key = view.record === null ? `${place}` : `${instrumentKey(view)}\u0000${view.record}`;
    const together = found.get(key);
    if (together !== undefined) together.unshift(view);
    else if (found.size < most) found.set(key, [view]);
    else break;
  }
  return [...found.values()];
}
