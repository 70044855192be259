import { expect, test } from "vitest";
import { records } from "@page/session/records.ts";
import { cuff, view } from "./readings.ts";

const values = (rows: ReturnType<typeof records>) => rows.map((row) => row.map(({ value }) => value));

test("what was measured together stands together, the newest first", () => {
  const rows = records([...cuff(1, 128), ...cuff(2, 141)], 10);
  expect(values(rows)).toEqual([
    [141, 76, 93, 72],
    [128, 76, 93, 72],
  ]);
});

test("no more rows than asked for, each of them whole", () => {
  expect(values(records([...cuff(1, 128), ...cuff(2, 141)], 1))).toEqual([[141, 76, 93, 72]]);
});

test("the same count of another instrument is another measurement", () => {
  const [one, two] = ["1", "2"].map((serial) => view({ serial, record: 1 }));
  expect(records([one, two].filter((found) => found !== undefined), 10)).toHaveLength(2);
});

test("a value without a record stands alone", () => {
  expect(records([view(), view()], 10)).toHaveLength(2);
});
