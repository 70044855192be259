import { expect, test } from "vitest";
import { openDatabase } from "@page/store/database.ts";
import { History } from "@page/store/history.ts";

type Listener = (() => void) | null;

/** A browser's database that takes every request, and then keeps what it took or undoes it. */
class ScriptedFactory {
  isFull = false;
  readonly #values = new Map<string, unknown>();
  readonly #undone = new DOMException("no room", "QuotaExceededError");

  open() {
    const database = { createObjectStore: () => undefined, transaction: () => this.#transaction() };
    return this.#succeeded(database);
  }

  #transaction() {
    const before = new Map(this.#values);
    const transaction = {
      error: null as DOMException | null,
      oncomplete: null as Listener,
      onabort: null as Listener,
      objectStore: () => ({
        get: (name: string) => this.#succeeded(this.#values.get(name)),
        put: (value: unknown, name: string) => this.#succeeded(void this.#values.set(name, value)),
        delete: (name: string) => this.#succeeded(void this.#values.delete(name)),
      }),
    };
    setTimeout(() => {
      if (!this.isFull) return transaction.oncomplete?.();
      this.#values.clear();
      for (const [name, value] of before) this.#values.set(name, value);
      transaction.error = this.#undone;
      transaction.onabort?.();
    });
    return transaction;
  }

  #succeeded<T>(result: T) {
    const request = { result, error: null, onsuccess: null as Listener, onerror: null };
    queueMicrotask(() => request.onsuccess?.());
    return request;
  }
}

const consultation = { at_ms: 1, patient: "Mme D.", site: "Halles", summary: "Toux", files: [] };

test("what was written is there", async () => {
  const database = await openDatabase(new ScriptedFactory() as unknown as IDBFactory);
  await database.put("name", "value");
  expect(await database.get("name")).toBe("value");
});

test("a write that the browser took and then undid has failed", async () => {
  const factory = new ScriptedFactory();
  const database = await openDatabase(factory as unknown as IDBFactory);
  factory.isFull = true;
  await expect(database.put("name", "value")).rejects.toThrow("no room");
  expect(await database.get("name")).toBeUndefined();
});

test("a consultation is never said to be kept where the disk was full", async () => {
  const factory = new ScriptedFactory();
  const history = new History(await openDatabase(factory as unknown as IDBFactory));
  expect(await history.keep(consultation)).toBe(true);
  factory.isFull = true;
  expect(await history.keep(consultation)).toBe(false);
});
