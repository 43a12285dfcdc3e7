// Publishes offline too: shown at once, stored in the browser, sent in order later, taken back if the
// server refuses it. See README.md and offline.d.ts.

import { uuid } from './id.js';
import { attempts } from './publish.js';
import { Queue } from './queue.js';
import { expect, isTopic, unlessChanged, userOf } from './rules.js';

const SHOWN_AFTER = 10_000; // an event that is published is shown as pending until it arrives, at most that long
const ID = /^\P{Cc}{1,128}$/u;

/** The user that a token names; empty without one. */
const named = (token) => (token === null ? '' : userOf(token));
const userOfToken = async (client) => named((await client.context.options.token?.({ refused: false })) ?? null);

/** An entry as a message of its topic. */
const echo = ({ body: { topic, event_type: type, data, id }, at }) =>
  Object.freeze({ type, topic, data, id, at, timestamp: new Date(at).toISOString(), pending: true });

/** What the queue uses of the client's environment. */
const shared = ({ clock, random, report, BroadcastChannel, locks, window }) =>
  ({ clock, random, report, BroadcastChannel, locks, window });

const NONE = Object.freeze([]);
const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

export const offline = (client, options) => new Offline(client, options);

export class Offline {
  #client;
  #queue;
  #published = new Map(); // entries whose events have not arrived, by id
  #arrivedEarly = new Set(); // ids whose events have arrived before the answer
  #lists = new Map(); // what `pending` has returned, by topic
  #listeners = new Map();
  #stops;

  constructor(client, { user, limits, env } = {}) {
    this.#client = client;
    const { context } = client;
    const attempt = attempts(client);
    let known; // whose queue it is
    // A token need not name a user as the application does.
    const isOwn = user ? undefined : (token) => named(token) === known;
    this.#queue = new Queue({
      name: `publish ${context.url}`,
      user: async () => {
        const current = await (user ?? (() => userOfToken(client)))();
        known ??= current;
        return current;
      },
      send: ({ body }, { failures }) => attempt(body, { failures, user: known, isOwn }),
      limits,
      env: { ...shared(context.env), ...env },
    });
    this.#stops = [
      this.#queue.on('change', () => this.#changed()),
      this.#queue.on('done', (settled) => this.#done(settled)),
      this.#queue.on('refused', (settled) => this.#refused(settled)),
      client.on('message', ({ topic, id }) => id === undefined || this.#arrived(`${topic} ${id}`)),
      client.on('state', ({ state }) => (state === 'live' || state === 'polling') && this.retry()),
    ];
    this.ready = this.#queue.ready;
    this.ready.catch(() => {});
  }

  get persistent() {
    return this.#queue.persistent;
  }

  get error() {
    return this.#queue.error;
  }

  get size() {
    return this.#queue.entries.length;
  }

  publish(topic, type, data, { id = uuid() } = {}) {
    expect(isTopic(topic), 'topic', 'a text of 1 to 512 characters');
    expect(typeof type === 'string' && type, 'type', 'a text');
    expect(isObject(data), 'data', 'an object');
    expect(typeof id === 'string' && ID.test(id), 'id', 'a text of 1 to 128 characters');
    const { stored, done } = this.#queue.add(`${topic} ${id}`, { topic, event_type: type, data, id });
    return { id, stored, published: done };
  }

  /** The messages of a topic that are shown before they are in the stream, in order. The same list until it changes. */
  pending(topic) {
    const isShown = ({ id, body }) => body.topic === topic && !this.#arrivedEarly.has(id);
    const waiting = [...this.#published.values(), ...this.#queue.entries].filter(isShown);
    const before = this.#lists.get(topic) ?? {};
    const entries = unlessChanged(before.entries, Object.fromEntries(waiting.map((each) => [each.id, each.at])));
    const list = entries === before.entries ? before.list : Object.freeze(waiting.map(echo));
    if (waiting.length) this.#lists.set(topic, { entries, list });
    else this.#lists.delete(topic);
    return waiting.length ? list : NONE;
  }

  on(event, listener) {
    expect(typeof listener === 'function', 'listener', 'a function');
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  retry() {
    this.#queue.retry();
  }

  close() {
    this.#stops.forEach((stop) => stop());
    this.#queue.close();
  }

  #done({ entry, result }) {
    const { clock } = this.#client.context.env;
    if (!this.#arrivedEarly.delete(entry.id) && !result?.duplicate) {
      this.#published.set(entry.id, entry);
      clock.setTimeout(() => this.#arrived(entry.id), SHOWN_AFTER);
    }
    this.#emit('published', { message: echo(entry), ...result });
  }

  #refused({ entry, error }) {
    this.#arrivedEarly.delete(entry.id);
    this.#emit('refused', { message: echo(entry), error });
  }

  #arrived(id) {
    if (!this.#published.delete(id)) {
      if (!this.#queue.entries.some((each) => each.id === id)) return;
      this.#arrivedEarly.add(id);
    }
    this.#changed();
  }

  #changed() {
    this.#emit('change');
  }

  #emit(event, detail) {
    for (const listener of [...(this.#listeners.get(event) ?? [])]) {
      try {
        listener(detail);
      } catch (failure) {
        this.#client.context.env.report(failure);
      }
    }
  }
}
