/** The browser's own database: keys that cannot leave it, and one encrypted draft. */

const NAME = "chevet";
const STORE = "kept";

/** A few named values; keys are stored as objects, their bytes stay with the browser. */
export interface Database {
  get(name: string): Promise<unknown>;
  put(name: string, value: unknown): Promise<void>;
  delete(name: string): Promise<void>;
}

/** Opens the database, making it at the first visit. */
export async function openDatabase(factory: IDBFactory): Promise<Database> {
  const request = factory.open(NAME, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE);
  const database = await done(request);
  const store = (mode: IDBTransactionMode) => database.transaction(STORE, mode).objectStore(STORE);
  return {
    get: (name) => done(store("readonly").get(name)),
    put: async (name, value) => void (await done(store("readwrite").put(value, name))),
    delete: (name) => done(store("readwrite").delete(name)),
  };
}

/** For browsers that keep nothing (private windows): lives as long as the page. */
export function passingDatabase(): Database {
  const values = new Map<string, unknown>();
  return {
    get: async (name) => values.get(name),
    put: async (name, value) => void values.set(name, value),
    delete: async (name) => void values.delete(name),
  };
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("the database failed"));
  });
}
