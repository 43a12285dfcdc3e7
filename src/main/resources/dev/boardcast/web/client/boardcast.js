// The client of a Boardcast server, for browsers and Node. See README.md and boardcast.d.ts.

import { Connection } from './connection.js';
import { baseOf, expect, isOffset, isSign, isTopic, statusOf, unlessChanged, USER_CHANGED } from './rules.js';
import { canShare, SharedConnection } from './shared-connection.js';

/** The server that a browser loaded this module from. */
const SERVER = /^(https?:.*\/)(?:client\/)?boardcast\.js/.exec(import.meta.url)?.[1];

const BROWSER = globalThis.document && globalThis;

/** What the client uses of the browser or Node; tests replace it. */
const ENVIRONMENT = {
  clock: {
    now: () => Date.now(),
    elapsed: () => performance.now(),
    setTimeout: (...all) => globalThis.setTimeout(...all),
    clearTimeout: (...all) => globalThis.clearTimeout(...all),
  },
  random: Math.random,
  report: (failure) => (globalThis.reportError ?? console.error)(failure),
  WebSocket: globalThis.WebSocket,
  fetch: (...all) => globalThis.fetch(...all),
  BroadcastChannel: BROWSER?.BroadcastChannel,
  locks: BROWSER?.navigator.locks,
  isOffline: () => BROWSER?.navigator.onLine === false,
  window: BROWSER,
};

function check({ token, topics = [], since = {}, ask = {}, read }) {
  expect(token === undefined || typeof token === 'function', 'token', 'a function');
  expect(read === undefined || typeof read === 'function', 'read', 'a function');
  expect(Array.isArray(topics) && topics.every(isTopic), 'topics', `a list of topics`);
  expect(Object.entries(ask).every(([topic, how]) => isTopic(topic) && how instanceof Object), 'ask', '{topic: {}}');
  expect(Object.entries(since).every(([topic, offset]) => isTopic(topic) && isOffset(offset)), 'since', '{topic: offset}');
}

/** Connects, and stays connected until `close()`. */
export const connect = (url, options) => new Boardcast(url, options);

export class Boardcast {
  #connection;
  #env;
  #handlers = new Map();
  #listeners = new Map();
  #last = new Map();
  #stale = new Set();
  #closed;
  #status;
  #toldStatus;
  #offsets;

  constructor(url = SERVER ?? globalThis.location?.origin, options) {
    options ??= {};
    const env = (this.#env = { ...ENVIRONMENT, ...options.env });
    const base = baseOf(url);
    check(options);
    const on = {
      state: () => this.#connection && this.#stateChanged(),
      message: (message) => this.#deliver(message),
      answer: (message) => this.#emit('answer', message),
    };
    const Kind = canShare(options, env) ? SharedConnection : Connection;
    this.#connection = new Kind(base, options, env, on);
    this.#listen();
    options.topics?.forEach((topic) => this.subscribe(topic, () => {}));
  }

  /** Looks after the connection when the browser reports a change. */
  #listen() {
    const { window } = this.#env;
    const look = () => window.document.hidden || this.state === 'closed' || this.retry();
    this.#closed = new AbortController();
    for (const event of ['online', 'offline', 'visibilitychange', 'resume']) {
      for (const target of [window, window?.document]) target?.addEventListener(event, look, this.#closed);
    }
  }

  /** The same object until something in it changes. */
  get status() {
    return (this.#status = unlessChanged(this.#status, statusOf(this.#connection)));
  }

  get state() {
    return this.#connection.state;
  }

  /** The offset of each topic; with the option `since`, another client resumes from there. */
  get offsets() {
    return (this.#offsets = unlessChanged(this.#offsets, Object.fromEntries(this.#connection.offsets)));
  }

  subscribe(topic, handler) {
    expect(isTopic(topic), 'topic', '1 to 512 characters');
    expect(typeof handler === 'function', 'handler', 'a function');
    const known = this.#handlers.get(topic);
    const handlers = known ?? new Set();
    const own = (message) => handler(message);
    handlers.add(own);
    this.#handlers.set(topic, handlers);
    const last = this.#last.get(topic);
    if (!known) this.#connection.subscribe(topic);
    else if (last) queueMicrotask(() => handlers.has(own) && own(last));
    // At the end of the turn: a topic that is followed again by then has not been left.
    return () => void (handlers.delete(own) && queueMicrotask(() => this.#leave(topic, handlers)));
  }

  #leave(topic, handlers) {
    if (handlers.size || this.#handlers.get(topic) !== handlers) return;
    this.#handlers.delete(topic);
    this.#last.delete(topic);
    this.#stale.delete(topic);
    this.#connection.unsubscribe(topic);
  }

  /** For modules that add to the client: whether the open WebSocket took a message; its answer is the event `answer`. */
  send(message) {
    return this.#connection.send(message);
  }

  /** For modules that add to the client: url, options and env. */
  get context() {
    return this.#connection;
  }

  /** Whether the server cannot vouch for a topic: newer data may exist. */
  isStale(topic) {
    return this.#stale.has(topic);
  }

  /** Events: `state`, `message`, `subscribed`, `gap`, `stale`, `fresh`, `problem`. Returns a function that removes the listener. */
  on(event, listener) {
    expect(typeof listener === 'function', 'listener', 'a function');
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  /** The age of a message's data in milliseconds, corrected for the difference between the clocks. */
  age({ at }) {
    return Math.max(0, this.#env.clock.now() - at);
  }

  /** Connects without waiting, also after `close()`; checks an open connection. */
  retry() {
    if (this.#closed.signal.aborted) this.#listen();
    this.#connection.retryNow();
  }

  close() {
    this.#closed.abort();
    this.#connection.close();
  }

  #stateChanged() {
    const { status } = this;
    if (status === this.#toldStatus) return;
    this.#toldStatus = status;
    if (status.reason === USER_CHANGED) {
      this.#last.clear();
      this.#stale.clear();
    }
    this.#emit('state', status);
  }

  #deliver(message) {
    if (message.type === 'error') return this.#emit('problem', message);
    if (isSign(message)) {
      const known = this.#stale.delete(message.topic);
      if (message.type === 'stale') this.#stale.add(message.topic);
      return (known || this.isStale(message.topic)) && this.#emit(message.type, message);
    }
    if (message.type === 'subscribed') {
      this.#emit('subscribed', message);
      return message.gap && this.#emit('gap', message);
    }
    if (message.type === 'metrics:update') this.#last.set(message.topic, message);
    this.#emit('message', message);
    this.#run(this.#handlers.get(message.topic), message);
  }

  #emit(event, detail) {
    this.#run(this.#listeners.get(event), detail);
  }

  /** An exception in one handler does not affect the others. */
  #run(handlers, detail) {
    for (const handler of [...(handlers ?? [])]) {
      try {
        handler(detail);
      } catch (failure) {
        this.#env.report(failure);
      }
    }
  }
}
