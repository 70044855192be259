/** The browser's own database: keys that cannot leave it, and what is sealed under them. */

const NAME = "chevet";
const STORE = "kept";

/** A few named values; keys are stored as objects, their bytes stay with the browser. */
export interface Database {
  /** Nothing outlives the page. */
  readonly isPassing?: true;
  get(name: string): Promise<unknown>;
  put(name: string, value: unknown): Promise<void>;
  delete(name: string): Promise<void>;
  /** What lies under names that begin so, in the order of the names. */
  under(prefix: string): Promise<readonly Named[]>;
  deleteUnder(prefix: string): Promise<void>;
}

export interface Named {
  readonly name: string;
  readonly value: unknown;
}

/** Opens the database, making it at the first visit. */
export async function openDatabase(factory: IDBFactory): Promise<Database> {
  const request = factory.open(NAME, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE);
  const database = await done(request);
  const reading = () => database.transaction(STORE, "readonly").objectStore(STORE);
  const writing = (write: (store: IDBObjectStore) => void) => {
    const transaction = database.transaction(STORE, "readwrite");
    write(transaction.objectStore(STORE));
    return kept(transaction);
  };
  return {
    get: (name) => done(reading().get(name)),
    put: (name, value) => writing((store) => store.put(value, name)),
    delete: (name) => writing((store) => store.delete(name)),
    under: async (prefix) => {
      const store = reading();
      const asked = [store.getAllKeys(range(prefix)), store.getAll(range(prefix))] as const;
      const [names, values] = await Promise.all([done(asked[0]), done(asked[1])]);
      return names.map((name, at) => ({ name: String(name), value: values[at] as unknown }));
    },
    deleteUnder: (prefix) => writing((store) => store.delete(range(prefix))),
  };
}

/** For browsers that keep nothing (private windows): lives as long as the page. */
export function passingDatabase(): Database {
  const values = new Map<string, unknown>();
  return {
    isPassing: true,
    get: async (name) => values.get(name),
    put: async (name, value) => void values.set(name, value),
    delete: async (name) => void values.delete(name),
    under: async (prefix) =>
      [...values]
        .filter(([name]) => name.startsWith(prefix))
        .sort(([left], [right]) => (left < right ? -1 : 1))
        .map(([name, value]) => ({ name, value })),
    deleteUnder: async (prefix) => {
      for (const name of [...values.keys()]) if (name.startsWith(prefix)) values.delete(name);
    },
  };
}

function range(prefix: string): IDBKeyRange {
  return IDBKeyRange.bound(prefix, `${prefix}\uffff`);
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("the database failed"));
  });
}

/** A request that succeeded may still be undone: a full disk shows only when all of it is written. */
function kept(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new Error("the database failed"));
  });
}
