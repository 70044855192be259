/** As much of vitest as the vectors' tests need, in a browser: its own `expect`, and who fails. */

import {
  chai,
  GLOBAL_EXPECT,
  JestAsymmetricMatchers,
  JestChaiExpect,
  JestExtend,
  setState,
} from "@vitest/expect";

chai.use(JestExtend);
chai.use(JestChaiExpect);
chai.use(JestAsymmetricMatchers);

export const expect = Object.assign((value: unknown) => chai.expect(value), chai.expect);
Object.defineProperty(globalThis, GLOBAL_EXPECT, { value: expect, configurable: true });
setState({ assertionCalls: 0 }, expect as never);

type Body = (...facts: never[]) => unknown;

const todo: { readonly name: string; readonly run: () => unknown }[] = [];
let around: readonly string[] = [];

/** Registers it. */
export function test(name: string, run: Body): void {
  todo.push({ name: [...around, name].join(" > "), run: run as () => unknown });
}

test.each = eachBy(test);

export function describe(name: string, within: Body): void {
  around = [...around, name];
  within();
  around = around.slice(0, -1);
}

describe.each = eachBy(describe);

function eachBy(register: (name: string, body: Body) => void) {
  return (cases: readonly unknown[]) => (name: string, body: Body) => {
    cases.forEach((one, at) => {
      const facts = (Array.isArray(one) ? one : [one]) as never[];
      register(`${name} (${at + 1})`, () => body(...facts));
    });
  };
}

/** How many passed, and what those said that did not. */
export async function results(): Promise<{ passed: number; failed: string[] }> {
  const failed: string[] = [];
  for (const { name, run } of todo) {
    try {
      await run();
    } catch (error) {
      failed.push(`${name}: ${error}`);
    }
  }
  return { passed: todo.length - failed.length, failed };
}
