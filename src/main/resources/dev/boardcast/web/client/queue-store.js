// Where queues are stored: in IndexedDB; in memory where there is none, as in Node, or where the browser refuses it, as
// some do in private windows.

import { within } from './limits.js';

const DATABASE = 'boardcast';
const OPEN_TIMEOUT = 3000;
const KEEP_FOR_OTHERS = 30 * 86_400_000; // then the entries of a user who has not come back are deleted

/** Gives new entries their places, behind those that are stored. */
function numbered(queue, entries) {
  let last = Math.max(0, ...entries.map(({ seq }) => seq ?? 0));
  return entries.map((each) => (each.seq ? each : { ...each, queue, seq: ++last }));
}

export class MemoryStore {
  persistent = false;
  #entries = new Map();

  /** Replaces the entries of a queue by what `to` returns for them, at once for all tabs; resolves to them, in order. */
  async change(queue, to) {
    const entries = numbered(queue, to(this.#entries.get(queue) ?? []));
    if (entries.length) this.#entries.set(queue, entries);
    else this.#entries.delete(queue);
    return entries;
  }

  /** Whether the holder has the queue to itself until then: for browsers without locks. */
  async lease() {
    return true;
  }
}

const result = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

class DatabaseStore {
  persistent = true;
  #indexedDB;
  #database;

  constructor(indexedDB) {
    this.#indexedDB = indexedDB;
  }

  async open() {
    if (this.#database) return this.#database;
    const request = this.#indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore('entries', { keyPath: ['queue', 'seq'] });
      request.result.createObjectStore('leases');
    };
    const database = await result(request);
    // Closed by the browser, as when the user deletes the data of the site: the next call opens it again.
    database.onclose = () => (this.#database = null);
    database.onversionchange = () => {
      database.close();
      this.#database = null;
    };
    return (this.#database = database);
  }

  /** Runs in one transaction, which other tabs wait for: what `then` returns once it is on the disk. */
  async #transact(name, read, then) {
    const database = await this.open();
    return new Promise((resolve, reject) => {
      const transaction = database.transaction(name, 'readwrite', { durability: 'strict' });
      const store = transaction.objectStore(name);
      let value;
      transaction.oncomplete = () => resolve(value);
      transaction.onabort = () => reject(transaction.error ?? new Error('the transaction was aborted'));
      read(store).onsuccess = ({ target }) => {
        try {
          value = then(store, target.result);
        } catch (failure) {
          reject(failure);
          transaction.abort();
        }
      };
    });
  }

  change(queue, to) {
    const all = IDBKeyRange.bound([queue], [queue, []]);
    return this.#transact('entries', (store) => store.getAll(all), (store, before) => {
      const after = numbered(queue, to(before));
      const kept = new Set(after.map(({ seq }) => seq));
      for (const { seq } of before) if (!kept.has(seq)) store.delete([queue, seq]);
      for (const each of after) if (!before.includes(each)) store.put(each);
      return after;
    });
  }

  lease(queue, holder, now, until) {
    return this.#transact('leases', (store) => store.get(queue), (store, held) => {
      const isFree = !held || held.holder === holder || held.until <= now;
      if (isFree) store.put({ holder, until }, queue);
      return isFree;
    });
  }

  /** Deletes what other users have left behind long ago. */
  async forget(now) {
    const isOld = ({ at }) => at < now - KEEP_FOR_OTHERS;
    await this.#transact('entries', (store) => store.getAll(), (store, all) =>
      all.filter(isOld).forEach(({ queue, seq }) => store.delete([queue, seq])));
  }
}

/** The store of a browser or Node; `persistent` says whether it survives a reload. */
export async function openStore({ clock, indexedDB }) {
  if (!indexedDB) return new MemoryStore();
  const store = new DatabaseStore(indexedDB);
  try {
    await within(clock, OPEN_TIMEOUT, () => store.open().then(() => store.forget(clock.now())));
    return store;
  } catch {
    return new MemoryStore();
  }
}
