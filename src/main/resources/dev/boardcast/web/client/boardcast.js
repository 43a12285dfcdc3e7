// The client of a Boardcast server, for browsers and Node. See README.md and boardcast.d.ts.

import { Connection } from './connection.js';
import { isSign, USER_CHANGED } from './rules.js';
import { canShare, SharedConnection } from './shared-connection.js';

/** The server that a browser loaded this module from. */
const SERVER = /^(https?:.*\/)(?:client\/)?boardcast\.js/.exec(import.meta.url)?.[1];

/** What the client uses of the browser or Node; tests replace it. */
const ENVIRONMENT = {
  clock: {
    now: () => Date.now(),
    setTimeout: (task, wait) => globalThis.setTimeout(task, wait),
    clearTimeout: (timer) => globalThis.clearTimeout(timer),
  },
  random: Math.random,
  report: globalThis.reportError ?? console.error,
  WebSocket: globalThis.WebSocket,
  fetch: (...request) => globalThis.fetch(...request),
  BroadcastChannel: globalThis.document && globalThis.BroadcastChannel,
  locks: globalThis.document && globalThis.navigator?.locks,
  isOffline: () => globalThis.document !== undefined && globalThis.navigator?.onLine === false,
  window: globalThis.document && globalThis,
};

/** Connects, and stays connected until `close()`. */
export const connect = (url, options) => new Boardcast(url, options);

export class Boardcast {
  #connection;
  #env;
  #handlers = new Map();
  #listeners = new Map();
  #last = new Map();
  #stale = new Set();
  #closed = new AbortController();

  constructor(url = SERVER ?? globalThis.location?.origin, options = {}) {
    const env = (this.#env = { ...ENVIRONMENT, ...options.env });
    const base = url.replace(/^ws/, 'http').replace(/\/+$/, '');
    const on = {
      state: () => this.#connection && this.#stateChanged(),
      message: (message) => this.#deliver(message),
    };
    const Kind = canShare(options, env) ? SharedConnection : Connection;
    this.#connection = new Kind(base, options, env, on);
    const check = () => env.window.document.hidden || this.state === 'closed' || this.retry();
    for (const event of ['online', 'offline', 'visibilitychange']) {
      const target = event === 'visibilitychange' ? env.window?.document : env.window;
      target?.addEventListener(event, check, this.#closed);
    }
    options.topics?.forEach((topic) => this.subscribe(topic, () => {}));
  }

  get status() {
    const { state, reason, retryAt, transport, failures, node, user } = this.#connection;
    return { state, reason, retryAt, transport, failures, node, user };
  }

  get state() {
    return this.#connection.state;
  }

  /** The offset of each topic; with the option `since`, another client resumes from there. */
  get offsets() {
    return Object.fromEntries(this.#connection.offsets);
  }

  subscribe(topic, handler) {
    const handlers = this.#handlers.get(topic) ?? new Set();
    const own = (message) => handler(message);
    handlers.add(own);
    this.#handlers.set(topic, handlers);
    const last = this.#last.get(topic);
    if (handlers.size === 1) this.#connection.subscribe(topic);
    else if (last) queueMicrotask(() => handlers.has(own) && own(last));
    return () => {
      if (!handlers.delete(own) || handlers.size) return;
      this.#handlers.delete(topic);
      this.#last.delete(topic);
      this.#stale.delete(topic);
      this.#connection.unsubscribe(topic);
    };
  }

  /** Whether the server cannot vouch for a topic: newer data may exist. */
  isStale(topic) {
    return this.#stale.has(topic);
  }

  /** Events: `state`, `message`, `subscribed`, `gap`, `stale`, `fresh`, `problem`. Returns a function that removes the listener. */
  on(event, listener) {
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
    this.#connection.retryNow();
  }

  close() {
    this.#closed.abort();
    this.#connection.close();
  }

  #stateChanged() {
    if (this.status.reason === USER_CHANGED) {
      this.#last.clear();
      this.#stale.clear();
    }
    this.#emit('state', this.status);
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
