// The client of a Boardcast server, for browsers and Node. See README.md and boardcast.d.ts.

import { Link } from './link.js';
import { canShare, Share } from './share.js';

const world = globalThis;

/** The server that this module was loaded from, where a browser did. */
const SERVER = /^(https?:.*\/)(?:client\/)?boardcast\.js/.exec(import.meta.url)?.[1];

/** What the client asks of its surroundings; tests bring their own. */
const SURROUNDINGS = {
  clock: {
    now: () => Date.now(),
    setTimeout: (task, wait) => world.setTimeout(task, wait),
    clearTimeout: (timer) => world.clearTimeout(timer),
  },
  random: Math.random,
  report: world.reportError ?? console.error,
  WebSocket: world.WebSocket,
  fetch: (...request) => world.fetch(...request),
  BroadcastChannel: world.document && world.BroadcastChannel,
  locks: world.document && world.navigator?.locks,
  isOffline: () => world.document !== undefined && world.navigator?.onLine === false,
  window: world.document && world,
};

/** Connects, and stays connected until `close()`. */
export const connect = (url, options) => new Boardcast(url, options);

export class Boardcast {
  #source;
  #env;
  #handlers = new Map();
  #listeners = new Map();
  #last = new Map();
  #closed = new AbortController();

  constructor(url = SERVER ?? world.location?.origin, options = {}) {
    const env = (this.#env = { ...SURROUNDINGS, ...options.env });
    const base = url.replace(/^ws/, 'http').replace(/\/+$/, '');
    const on = {
      state: () => this.#source && this.#emit('state', this.status),
      message: (message) => this.#deliver(message),
    };
    const Source = canShare(options, env) ? Share : Link;
    this.#source = new Source(base, options, env, on);
    const wake = () => env.window.document.hidden || this.state === 'closed' || this.retry();
    for (const event of ['online', 'offline', 'visibilitychange']) {
      const where = event === 'visibilitychange' ? env.window?.document : env.window;
      where?.addEventListener(event, wake, this.#closed);
    }
    options.topics?.forEach((topic) => this.subscribe(topic, () => {}));
  }

  get status() {
    const { state, reason, retryAt, transport, failures, node, user } = this.#source;
    return { state, reason, retryAt, transport, failures, node, user };
  }

  get state() {
    return this.#source.state;
  }

  /** Where each topic stands; with the option `since`, another client goes on from there. */
  get offsets() {
    return Object.fromEntries(this.#source.offsets);
  }

  subscribe(topic, handler) {
    const handlers = this.#handlers.get(topic) ?? new Set();
    const own = (message) => handler(message);
    handlers.add(own);
    this.#handlers.set(topic, handlers);
    const last = this.#last.get(topic);
    if (handlers.size === 1) this.#source.follow(topic);
    else if (last) queueMicrotask(() => handlers.has(own) && own(last));
    return () => {
      if (!handlers.delete(own) || handlers.size) return;
      this.#handlers.delete(topic);
      this.#last.delete(topic);
      this.#source.leave(topic);
    };
  }

  /** `state`, `message`, `subscribed`, `gap` or `problem`; returns its own removal. */
  on(event, listener) {
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  /** Milliseconds since what a message says was so, corrected for wrong clocks. */
  age({ at }) {
    return Math.max(0, this.#env.clock.now() - at);
  }

  /** Tries again now; wakes a closed client as well. */
  retry() {
    this.#source.nudge();
  }

  close() {
    this.#closed.abort();
    this.#source.close();
  }

  #deliver(message) {
    if (message.type === 'error') return this.#emit('problem', message);
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

  /** A handler that fails hurts nobody else. */
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
