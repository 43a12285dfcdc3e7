// Follows public streams and boards without a connection: by requests that all pollers make alike, so that any HTTP cache
// may answer them. Goes over to a connection at its offsets. See README.md and poll.d.ts.

import { within } from './limits.js';
import { backoff, baseOf, expect, isOffset, isRepeat, isTopic } from './rules.js';

const INTERVAL = 1000;
const TIMEOUT = 30_000; // a server, and a cache in front of it, hold a request for half of that
const LONGEST_RETRY_AFTER = 3_600_000;
// What is refused so is not asked for again: no cache keeps the answer, and all pollers get it.
const REFUSALS = { 400: 'unknown_topic', 401: 'not_authenticated', 403: 'forbidden', 404: 'unknown_topic' };
const TOPIC = 'a text of 1 to 512 characters';

/** What it uses of the browser or Node; tests replace it. */
const ENVIRONMENT = {
  clock: {
    now: () => Date.now(),
    setTimeout: (task, wait) => globalThis.setTimeout(task, wait),
    clearTimeout: (timer) => globalThis.clearTimeout(timer),
  },
  random: Math.random,
  report: (failure) => (globalThis.reportError ?? console.error)(failure),
  fetch: (...request) => globalThis.fetch(...request),
  hasCache: globalThis.document !== undefined,
};

const failed = (retryAfter = 0) => Object.assign(new Error('no answer'), { retryAfter: Math.min(retryAfter, LONGEST_RETRY_AFTER) });

/** One topic: asks again and again until it is stopped. */
class Feed {
  handlers = new Map(); // and how each ends after the poller has gone over
  failures = 0;
  last; // message of a board
  #timer;
  #request;

  constructor(poller, topic) {
    Object.assign(this, { poller, topic, isStopped: false });
  }

  stop() {
    this.isStopped = true;
    this.#request?.abort();
    this.poller.env.clock.clearTimeout(this.#timer);
  }

  async ask() {
    const { env, interval } = this.poller;
    let wait;
    try {
      const { status, headers, body } = await this.#answer();
      if (this.isStopped) return;
      if (REFUSALS[status]) return this.poller.refused(this, REFUSALS[status], body?.detail);
      if (status !== 200 && status !== 304) throw failed(1000 * Number(headers.get('retry-after')) || 0);
      if (status === 200) this.take(body, headers);
      this.failures = 0;
      wait = this.isBehind ? 0 : interval;
    } catch (failure) {
      if (this.isStopped) return;
      wait = Math.max(failure?.retryAfter ?? 0, interval, backoff(this.failures++, env.random));
    }
    if (!this.isStopped) this.#timer = env.clock.setTimeout(() => this.ask(), wait);
    this.poller.look();
  }

  async #answer() {
    const { url, env } = this.poller;
    const request = (this.#request = new AbortController());
    const read = async () => {
      const response = await env.fetch(`${url}/api/v1/${this.path}`, { headers: this.headers, signal: request.signal });
      const { status, headers } = response;
      const body = status === 200 ? response.json() : response.json().catch(() => null);
      return { status, headers, body: await body };
    };
    try {
      return await within(env.clock, TIMEOUT, read);
    } finally {
      request.abort(); // of one that has taken too long
    }
  }
}

/** Pages of a stream: each begins where the one before ended. */
class StreamFeed extends Feed {
  #turn = 'now';

  get path() {
    const { offset } = this;
    const where = offset ? `after=${encodeURIComponent(offset)}&poll=${encodeURIComponent(this.#turn)}` : 'before=end&limit=1';
    return `streams/${encodeURIComponent(this.topic)}/events?${where}`;
  }

  get offset() {
    return this.poller.places.get(this.topic);
  }

  get isBehind() {
    return this.#turn === 'now';
  }

  take({ events, next, recovered, poll }) {
    const { poller, topic, offset } = this;
    if (!isOffset(next) || !Array.isArray(events)) throw failed();
    if (!offset || !recovered) {
      poller.places.set(topic, next);
      poller.emit(offset ? 'gap' : 'subscribed', { topic, offset: next });
    } else {
      for (const event of events) {
        if (this.isStopped) return; // a handler has ended it, or gone over to a connection
        if (isRepeat(event, this.offset)) continue;
        poller.places.set(topic, event.offset);
        poller.deliver(this, { ...event, topic });
      }
      if (this.isStopped) return;
      poller.places.set(topic, next);
    }
    this.#turn = poll ?? 'now';
  }
}

/** Copies of a board: older ones than the last are left out. */
class BoardFeed extends Feed {
  #tag;

  constructor(poller, topic, name) {
    super(poller, topic);
    this.path = `boards/${encodeURIComponent(name)}`;
  }

  /** A browser has a cache of its own, which does this. */
  get headers() {
    return this.#tag && !this.poller.env.hasCache ? { 'if-none-match': this.#tag } : {};
  }

  take({ version, timestamp, stale, data, computed_at: computed }, headers) {
    if (data === undefined) throw failed();
    this.#tag = headers.get('etag');
    if (timestamp <= this.last?.timestamp) return;
    const age = stale ? { stale, age_ms: Date.parse(timestamp) - Date.parse(computed) } : {};
    const { topic } = this;
    this.last = this.poller.deliver(this, { type: 'metrics:update', topic, data, timestamp, offset: `version:${version}`, ...age });
  }
}

export class Poller {
  places = new Map(); // offsets of streams
  #feeds = new Map();
  #listeners = new Map();
  #skew = -Infinity; // the server's clock minus the local one
  #state = 'polling';

  constructor(url, { since = {}, interval = INTERVAL, env } = {}) {
    expect(Object.entries(since).every(([topic, offset]) => isTopic(topic) && isOffset(offset)), 'since', '{topic: offset}');
    expect(interval >= 100 && interval <= 3_600_000, 'interval', '100 to 3600000 milliseconds');
    Object.assign(this, { url: baseOf(url), interval, env: { ...ENVIRONMENT, ...env } });
    for (const [topic, offset] of Object.entries(since)) if (!offset.startsWith('version:')) this.places.set(topic, offset);
  }

  /** `polling`, `reconnecting` while a topic cannot be read, `closed`. */
  get state() {
    return this.#state;
  }

  /** The offset of each stream. */
  get offsets() {
    return Object.fromEntries(this.places);
  }

  /** Follows a stream from the offset in `since`, else from now. */
  stream(topic, handler) {
    return this.#follow(topic, handler, () => new StreamFeed(this, topic));
  }

  /** Follows a board; the topic under which its messages come is that of a connection. */
  board(name, handler, topic = name) {
    expect(isTopic(name), 'name', TOPIC);
    return this.#follow(topic, handler, () => new BoardFeed(this, topic, name));
  }

  #follow(topic, handler, make) {
    expect(isTopic(topic), 'topic', TOPIC);
    expect(typeof handler === 'function', 'handler', 'a function');
    expect(this.#state !== 'closed', 'poller', 'one that is not closed');
    const known = this.#feeds.get(topic);
    const feed = known ?? make();
    const own = (message) => handler(message);
    feed.handlers.set(own, () => this.#leave(feed, own));
    this.#feeds.set(topic, feed);
    if (!known) feed.ask();
    else if (feed.last) queueMicrotask(() => feed.handlers.has(own) && own(feed.last));
    return () => feed.handlers.get(own)?.();
  }

  #leave(feed, own) {
    feed.handlers.delete(own);
    if (feed.handlers.size) return;
    feed.stop();
    this.#feeds.delete(feed.topic);
    this.places.delete(feed.topic);
    this.look();
  }

  /** Events: `message`, `subscribed`, `gap`, `problem`, `state`. Returns a function that removes the listener. */
  on(event, listener) {
    expect(typeof listener === 'function', 'listener', 'a function');
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  /** Ends, and goes on over a connection from where it is: `connect` is that of boardcast.js. The handlers go along. */
  move(connect, options = {}) {
    expect(this.#state !== 'closed', 'poller', 'one that is not closed');
    this.close();
    const client = connect(this.url, { ...options, since: { ...options.since, ...this.offsets } });
    for (const { topic, handlers } of this.#feeds.values()) {
      for (const own of handlers.keys()) handlers.set(own, client.subscribe(topic, own));
    }
    return client;
  }

  close() {
    for (const feed of this.#feeds.values()) feed.stop();
    this.look('closed');
  }

  // Of its feeds

  deliver({ handlers }, message) {
    const now = this.env.clock.now();
    const time = Date.parse(message.timestamp);
    this.#skew = Math.max(this.#skew, time - now); // the message with the least delay tells it best
    const delivered = { ...message, at: time - this.#skew - (message.age_ms ?? 0) };
    this.emit('message', delivered);
    this.#run([...handlers.keys()], delivered);
    return delivered;
  }

  refused(feed, code, message = code) {
    feed.stop();
    this.#feeds.delete(feed.topic);
    this.places.delete(feed.topic);
    this.emit('problem', { type: 'error', code, message, topic: feed.topic });
    this.look();
  }

  look(state = [...this.#feeds.values()].some(({ failures }) => failures) ? 'reconnecting' : 'polling') {
    if (this.#state === state || this.#state === 'closed') return;
    this.#state = state;
    this.emit('state', { state });
  }

  emit(event, detail) {
    this.#run([...(this.#listeners.get(event) ?? [])], detail);
  }

  /** An exception in one handler does not affect the others. */
  #run(handlers, detail) {
    for (const handler of handlers) {
      try {
        handler(detail);
      } catch (failure) {
        this.env.report(failure);
      }
    }
  }
}

/** Polls until `close()`. */
export const poller = (url, options) => new Poller(url, options);
