// A queue of writes that survives a reload and is sent in order, by one tab at a time, until the server has answered
// each. See README.md and queue.d.ts.

import { LONGEST_WAIT, within } from './limits.js';
import { backoff, expect } from './rules.js';
import { openStore } from './queue-store.js';

const LIMITS = { count: 500, bytes: 1_000_000, age: 7 * 86_400_000 };
const USER_TIMEOUT = 8000;
const SEND_TIMEOUT = 20_000;
const LEASE = 30_000; // longer than that
const UNKNOWN_AFTER = 2000; // for the outcome that another tab tells

/** After these, the same write may be accepted later; so also after an error without a code. */
const TEMPORARY = new Set(['unavailable', 'too_fast', 'not_authenticated', 'closed', 'user_changed']);
const isTemporary = (error) => typeof error?.code !== 'string' || TEMPORARY.has(error.code);

const ENVIRONMENT = () => ({
  clock: {
    now: () => Date.now(),
    setTimeout: (task, wait) => globalThis.setTimeout(task, wait),
    clearTimeout: (timer) => globalThis.clearTimeout(timer),
  },
  random: Math.random,
  report: (failure) => (globalThis.reportError ?? console.error)(failure),
  BroadcastChannel: globalThis.document && globalThis.BroadcastChannel,
  locks: globalThis.document && globalThis.navigator?.locks,
  indexedDB: globalThis.document && globalThis.indexedDB,
  window: globalThis.document && globalThis,
  openStore,
});

const refusal = (code, message, more) => Object.assign(new Error(message ?? code), { code, ...more });

/** An error as it can be stored, and sent to other tabs. */
const plain = ({ message, code, field, details }) => ({ message, code, field, details });
const sizeOf = (text) => new TextEncoder().encode(text).length;

function deferred() {
  const made = {};
  made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }));
  made.promise.catch(() => {}); // the event `refused` tells it too
  return made;
}

export class Queue {
  /** Whether the entries survive a reload; null until `ready`. */
  persistent = null;
  /** Why nothing is sent at present, or null. */
  error = null;
  /** When the next attempt follows, or null. */
  retryAt = null;
  #options;
  #env;
  #limits;
  #store;
  #user;
  #key;
  #tab = Math.random().toString(36).slice(2);
  #stored = [];
  #adding = []; // not stored yet
  #all; // both, for `entries`
  #saving = Promise.resolve(); // entries are stored one after the other
  #waiting = new Map(); // the promises of entries that this page has added, by id
  #listeners = new Map();
  #closed = new AbortController();
  #turn = new AbortController(); // aborts when this tab is to let others send
  #isRunning = false;
  #isLeased = false; // whether a lease stands for the lock
  #again = false;
  #failures = 0;
  #notBefore = 0;
  #timer;
  #interrupt; // ends what this tab waits for in its turn
  #wake; // ends the wait for the next attempt
  #channel;

  constructor(options) {
    expect(typeof options?.name === 'string' && options.name, 'name', 'a text');
    expect(typeof options.send === 'function', 'send', 'a function');
    expect(typeof options.user === 'function', 'user', 'a function');
    for (const [name, most] of Object.entries(options.limits ?? {})) {
      expect(name in LIMITS && Number.isFinite(most) && most > 0, `limits.${name}`, 'count, bytes or age, more than 0');
    }
    this.#options = options;
    this.#env = { ...ENVIRONMENT(), ...options.env };
    this.#limits = { ...LIMITS, ...options.limits };
    this.ready = this.#open();
    this.ready.then(() => this.#run(), () => {});
  }

  /** What is not settled yet, in order. The same list until it changes. */
  get entries() {
    return (this.#all ??= Object.freeze([...this.#stored, ...this.#adding]));
  }

  on(event, listener) {
    expect(typeof listener === 'function', 'listener', 'a function');
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  /** Adds a write. An id that is in the queue already is not added again. */
  add(id, body, { group } = {}) {
    expect(typeof id === 'string' && id, 'id', 'a text');
    const known = this.#waiting.get(id);
    if (known) return { id, stored: known.stored, done: known.promise };
    const text = JSON.stringify(body);
    expect(text !== undefined, 'body', 'a value of JSON');
    const entry = { id, group, body: JSON.parse(text), at: this.#env.clock.now(), bytes: sizeOf(text) };
    const waiting = deferred();
    this.#waiting.set(id, waiting);
    this.#adding.push(entry);
    this.#changed();
    waiting.stored = this.#saving.then(() => this.#save(entry));
    this.#saving = waiting.stored.catch((failure) => this.#settled({ entry, error: { ...plain(failure), code: failure.code ?? 'not_stored' } }));
    return { id, stored: waiting.stored, done: waiting.promise };
  }

  /** Sends an entry that is held, with another body; the others of its group follow it. */
  release(id, body) {
    return this.#edit((entries) => entries.map((each) => (each.id === id ? { ...each, held: undefined, body } : each)));
  }

  /** Gives up an entry that is held. */
  async drop(id) {
    let dropped;
    await this.#edit((entries) => {
      dropped = entries.find((each) => each.id === id && each.held);
      return entries.filter((each) => each !== dropped);
    });
    if (dropped) this.#tell({ type: 'settled', entry: dropped, error: { message: 'given up', code: 'dropped' } });
  }

  /** Tries to send now, unless the server has asked to wait. */
  retry() {
    this.#post({ type: 'retry' });
    this.#hurry();
  }

  #hurry() {
    if (this.#wake && this.#env.clock.now() >= this.#notBefore) this.#wake();
    else this.#run();
  }

  close() {
    this.#closed.abort();
    this.#turn.abort();
    this.#env.clock.clearTimeout(this.#timer);
    this.#channel?.close();
    for (const { reject } of this.#waiting.values()) reject(refusal('closed'));
    this.#waiting.clear();
  }

  // Opening

  async #open() {
    const { clock, random, BroadcastChannel, window } = this.#env;
    for (let failures = 0; this.#user === undefined; failures++) {
      try {
        this.#user = await this.#currentUser();
      } catch (failure) {
        if (failure?.code === 'no_user' || this.#closed.signal.aborted) throw failure;
        this.error = plain(failure ?? refusal('unavailable', 'the user is not known'));
        this.#changed();
        await new Promise((resolve) => clock.setTimeout(resolve, backoff(failures, random)));
      }
    }
    this.error = null;
    this.#key = JSON.stringify([this.#options.name, this.#user]);
    this.#store = await this.#env.openStore(this.#env);
    this.persistent = this.#store.persistent;
    try {
      if (BroadcastChannel && this.persistent) this.#channel = new BroadcastChannel(`boardcast.queue ${this.#key}`);
    } catch {
      // This page may not share: it reads what is stored when it sends.
    }
    if (this.#channel) this.#channel.onmessage = ({ data }) => this.#received(data);
    const { signal } = this.#closed;
    window?.addEventListener('online', () => this.#hurry(), { signal });
    // A frozen tab sends nothing, and must not keep others from it.
    window?.document?.addEventListener('freeze', () => this.#turn.abort(), { signal });
    window?.document?.addEventListener('resume', () => this.#run(), { signal });
    await this.#reload();
  }

  async #currentUser() {
    const user = await within(this.#env.clock, USER_TIMEOUT, () => this.#options.user());
    if (typeof user === 'string') return user;
    throw refusal('no_user', 'user: expected a function that returns a text, empty for nobody');
  }

  // Storing

  async #save(entry) {
    await this.ready;
    // Where it cannot be known, it is asked again before anything is sent.
    const user = await this.#currentUser().catch(() => this.#user);
    if (user !== this.#user) throw refusal('user_changed', 'another user has signed in');
    const { count, bytes } = this.#limits;
    let error = null;
    let stored;
    try {
      stored = await this.#store.change(this.#key, (entries) => {
        if (entries.some(({ id }) => id === entry.id)) return entries;
        const held = entries.reduce((sum, each) => sum + each.bytes, 0);
        if (entry.bytes > bytes) error = refusal('too_large', `${entry.bytes} bytes, but the queue takes ${bytes}`);
        else if (entries.length >= count) error = refusal('queue_full', `the queue is full: ${count} writes wait to be sent`);
        else if (held + entry.bytes > bytes) error = refusal('queue_full', `the queue is full: ${held} of ${bytes} bytes wait to be sent`);
        return error ? entries : [...entries, entry];
      });
    } catch (failure) {
      if (failure?.name === 'QuotaExceededError') throw refusal('queue_full', 'the storage of the browser is full');
      throw refusal('not_stored', `the browser has not stored it: ${failure?.message}`);
    }
    if (error) throw error;
    this.#adding = this.#adding.filter((each) => each !== entry);
    this.#take(stored);
    this.#post({ type: 'changed' });
    this.#run();
  }

  async #reload() {
    this.#take(await this.#store.change(this.#key, (entries) => entries));
  }

  #take(stored) {
    this.#stored = stored;
    this.#changed();
  }

  async #edit(to) {
    await this.ready;
    this.#take(await this.#store.change(this.#key, to));
    this.#post({ type: 'changed' });
    this.#run();
  }

  // Sending

  #run() {
    if (this.#closed.signal.aborted || !this.#store) return;
    if (this.#isRunning) {
      this.#again = true;
      return;
    }
    this.#isRunning = true;
    this.#again = false;
    this.#env.clock.clearTimeout(this.#timer);
    this.#turn = new AbortController();
    const { signal } = this.#turn;
    signal.addEventListener('abort', () => this.#interrupt?.());
    this.#alone(() => this.#drain(signal).catch((failure) => this.#later(failure)), signal)
      .catch((failure) => this.#later(failure))
      .finally(() => {
        this.#isRunning = false;
        if (this.#again) this.#run();
      });
  }

  /** Runs a task while no other tab does. */
  async #alone(task, signal) {
    const { locks, clock } = this.#env;
    if (!this.persistent) return task();
    let isGranted = false;
    const granted = () => {
      isGranted = true;
      return task();
    };
    try {
      if (locks) return await locks.request(`boardcast.queue ${this.#key}`, { signal }, granted);
    } catch (failure) {
      if (isGranted) throw failure;
      if (signal.aborted) return;
      // This page may not lock.
    }
    this.#isLeased = true;
    if (await this.#lease(LEASE)) {
      try {
        await task();
      } finally {
        await this.#lease(0);
      }
    } else this.#schedule(clock.now() + LEASE / 3);
  }

  #lease(length) {
    const now = this.#env.clock.now();
    return this.#store.lease(this.#key, this.#tab, now, now + length);
  }

  async #drain(signal) {
    const { clock } = this.#env;
    for (;;) {
      await this.#expire();
      const entry = this.#next();
      if (!entry) return this.#idle();
      const user = await this.#currentUser();
      if (user !== this.#user) throw refusal('user_changed', 'another user has signed in');
      if (this.#isLeased && !(await this.#lease(LEASE))) return;
      if (signal.aborted) return;
      await this.#send(entry, signal);
      if (signal.aborted) return;
      // While it waits it keeps its turn: so that not every tab tries in this time.
      if (this.#notBefore > clock.now() || this.retryAt > clock.now()) await this.#pause(signal);
    }
  }

  async #send(entry, signal) {
    const isStopped = new Promise((resolve) => (this.#interrupt = () => resolve('stopped')));
    let result;
    try {
      const task = () => this.#options.send(entry, { failures: this.#failures, signal });
      const sent = within(this.#env.clock, SEND_TIMEOUT, task).then((value) => ({ value }));
      const outcome = await Promise.race([sent, isStopped]);
      if (outcome === 'stopped') return;
      result = outcome.value;
    } catch (error) {
      // The same write in another form: stored first, so that it is that one which is sent again.
      if (error?.body !== undefined) return this.#replace(entry, { body: error.body });
      if (error?.code === 'user_changed') throw error;
      if (isTemporary(error)) return this.#failed(error);
      this.#idle();
      return this.#options.holds?.(error) ? this.#replace(entry, { held: plain(error) }) : this.#settle(entry, undefined, error);
    }
    this.#idle();
    return this.#settle(entry, result);
  }

  /** Until the next attempt is due, or somebody asks for it. */
  async #pause(signal) {
    const { clock } = this.#env;
    await new Promise((resolve) => {
      this.#wake = resolve;
      this.#timer = clock.setTimeout(resolve, Math.max(this.retryAt, this.#notBefore) - clock.now());
      this.#interrupt = resolve;
      if (signal.aborted) resolve();
    });
    this.#wake = null;
    clock.clearTimeout(this.#timer);
  }

  async #replace(entry, change) {
    this.#take(await this.#store.change(this.#key, (entries) => entries.map((each) => (each.id === entry.id ? { ...each, ...change } : each))));
    this.#post({ type: 'changed' });
  }

  /** The first that may be sent: what is held keeps back the others of its group. */
  #next() {
    const heldGroups = new Set();
    for (const { held, group, ...rest } of this.#stored) {
      if (!held && !heldGroups.has(group)) return { ...rest, group };
      if (held && group !== undefined) heldGroups.add(group);
    }
    return null;
  }

  async #settle(entry, result, error) {
    const { rebase } = this.#options;
    const follows = (each) => !error && rebase && entry.group !== undefined && each.group === entry.group;
    await this.#store.change(this.#key, (entries) =>
      entries
        .filter(({ id }) => id !== entry.id)
        .map((each) => (follows(each) ? { ...each, body: rebase(each.body, result) } : each)));
    this.#tell({ type: 'settled', entry, result, error: error && plain(error) });
    await this.#reload();
  }

  /** Drops what is so old that the server may have forgotten its id. */
  async #expire() {
    const oldest = this.#env.clock.now() - this.#limits.age;
    let expired = [];
    const stored = await this.#store.change(this.#key, (entries) => {
      expired = entries.filter(({ at }) => at < oldest);
      return entries.filter(({ at }) => at >= oldest);
    });
    this.#take(stored);
    const message = `it has waited for more than ${Math.round(this.#limits.age / 86_400_000)} days, and was not sent`;
    for (const entry of expired) this.#tell({ type: 'settled', entry, error: { message, code: 'expired' } });
    this.#missOutcomes();
  }

  /** Nobody else sends now: what is gone was settled by a tab that could not tell it. */
  #missOutcomes() {
    const isHere = (id) => this.entries.some((each) => each.id === id);
    const gone = [...this.#waiting].filter(([id]) => !isHere(id));
    if (!gone.length) return;
    this.#env.clock.setTimeout(() => {
      for (const [id, waiting] of gone) {
        if (this.#waiting.get(id) !== waiting) continue;
        this.#waiting.delete(id);
        waiting.reject(refusal('unknown', 'it was sent by a tab that was closed before it told the outcome'));
      }
    }, UNKNOWN_AFTER);
  }

  /** Another attempt follows: after the wait that the server asks for, and a growing one of its own. */
  #failed(failure) {
    const { clock, random } = this.#env;
    if (!isTemporary(failure)) this.#env.report(failure);
    this.error = plain(failure ?? refusal('unavailable'));
    const wait = Math.min(failure?.wait ?? 0, LONGEST_WAIT / 2);
    this.#notBefore = clock.now() + wait;
    this.retryAt = this.#notBefore + Math.max(100, backoff(this.#failures++, random));
    this.#changed();
  }

  /** This tab cannot send at present: it gives up its turn, and asks for another one later. */
  #later(failure) {
    this.#failed(failure);
    this.#schedule(this.retryAt);
  }

  #schedule(at) {
    const { clock } = this.#env;
    clock.clearTimeout(this.#timer);
    this.retryAt = at;
    this.#timer = clock.setTimeout(() => this.#run(), at - clock.now());
    this.#changed();
  }

  #idle() {
    this.#failures = this.#notBefore = 0;
    const wasBusy = this.error || this.retryAt;
    this.error = this.retryAt = null;
    if (wasBusy) this.#changed();
  }

  // Other tabs

  #post(message) {
    if (!this.#closed.signal.aborted) this.#channel?.postMessage(message);
  }

  #tell(outcome) {
    this.#post(outcome);
    this.#settled(outcome);
  }

  #received(message) {
    if (message.type === 'settled') return this.#settled(message);
    if (message.type === 'retry') return this.#hurry();
    // It waits for its turn, and goes on if the tab that sends goes.
    this.#reload().then(() => this.#run(), this.#env.report);
  }

  #settled({ entry, result, error }) {
    const isOther = ({ id }) => id !== entry.id;
    this.#stored = this.#stored.filter(isOther);
    this.#adding = this.#adding.filter(isOther);
    this.#changed(false);
    const waiting = this.#waiting.get(entry.id);
    this.#waiting.delete(entry.id);
    const failure = error && Object.assign(new Error(error.message), error);
    if (failure) waiting?.reject(failure);
    else waiting?.resolve(result);
    this.#emit(failure ? 'refused' : 'done', failure ? { entry, error: failure } : { entry, result });
    this.#emit('change');
  }

  #changed(isTold = true) {
    this.#all = null;
    if (isTold) this.#emit('change');
  }

  #emit(event, detail) {
    for (const listener of [...(this.#listeners.get(event) ?? [])]) {
      try {
        listener(detail);
      } catch (failure) {
        this.#env.report(failure);
      }
    }
  }
}
