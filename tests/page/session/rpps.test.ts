import { expect, test } from "vitest";
import { checkedRpps } from "@page/session/rpps.ts";

test.each(["10003456786", "10 003 456 786"])("a number whose last digit checks the others: %s", (typed) => {
  expect(checkedRpps(typed)).toBe(typed.replaceAll(" ", ""));
});

test.each(["", "10003456787", "1000345678", "100034567860", "1000345678o"])(
  "is no number: %j",
  (typed) => expect(checkedRpps(typed)).toBeNull(),
);
