// The three transports: WebSocket, Server-Sent Events and polling. A Connection opens them. Each calls
// on.open(ack), on.message(message), on.activity() and, once and last, on.closed({code, retryAfter}).
// After close() it calls nothing.

import { codeOf, isRepeat, isUserOrTeam } from './rules.js';

const PAGE = 500;
const POLL_INTERVAL = 5000;
const REFUSALS = { 400: 'unknown_topic', 403: 'forbidden', 404: 'unknown_topic' };
const MOST_TOPICS = 16; // of a message
const LONGEST_RETRY_AFTER = 3_600_000;
const NO_OFFSET = '0:0'; // an unknown epoch: the response has the offset to continue from

class Transport {
  /** options: url, token, env, subscriptions() -> [{topic, since}]. */
  constructor(options, on) {
    Object.assign(this, { options, on, isOpen: false, isClosed: false });
  }

  close() {
    this.isClosed = true;
    this.release();
  }

  /** retryAfter: milliseconds the server asks to wait. */
  fail(code = 1006, retryAfter = 0) {
    if (this.isClosed) return;
    this.close();
    this.on.closed({ code, retryAfter });
  }

  /** A constructor or method of the browser that throws is a failed attempt. */
  start() {
    try {
      this.open();
    } catch {
      this.fail();
    }
  }

  opened(ack = {}) {
    if (!this.isOpen && !this.isClosed) this.on.open(ack);
    this.isOpen = true;
  }

  emit(message) {
    if (!this.isClosed) this.on.message(message);
  }

  request(path, init = {}) {
    const { url, token, env } = this.options;
    const headers = { ...init.headers };
    if (token) headers.authorization = `Bearer ${token}`;
    return env.fetch(url + path, { ...init, headers });
  }

  /** Without a token, another transport may still serve public topics: 401 is not final. */
  refused({ status, headers }) {
    const code = status === 401 && !this.options.token ? 1006 : codeOf(status);
    const seconds = Number(headers.get('retry-after')) || 0;
    this.fail(code, Math.min(LONGEST_RETRY_AFTER, 1000 * seconds));
  }
}

class WebSocketTransport extends Transport {
  open() {
    const { url, token, env } = this.options;
    const protocols = ['boardcast.v1', ...(token ? [`bearer.${token}`] : [])];
    const socket = new env.WebSocket(`${url.replace(/^http/, 'ws')}/ws?format=batch&topics=`, protocols);
    this.socket = socket;
    socket.onmessage = ({ data }) => {
      for (const message of this.parse(data)) {
        this.on.activity();
        if (message.type === 'connection_ack') this.opened(message);
        this.emit(message);
      }
    };
    socket.onclose = socket.onerror = ({ code }) => this.fail(code);
  }

  /** A message that cannot be read is a gap: the connection fails, the next one resumes. */
  parse(data) {
    try {
      return [].concat(JSON.parse(data));
    } catch {
      this.fail();
      return [];
    }
  }

  update(added, removed) {
    this.sendTopics('unsubscribe', removed);
    this.sendTopics('subscribe', added);
  }

  /** In messages below the size that a server takes, 16 KiB, also with the longest names and offsets. */
  sendTopics(type, topics) {
    for (let i = 0; i < topics.length; i += MOST_TOPICS) {
      this.send({ type, topics: topics.slice(i, i + MOST_TOPICS) });
    }
  }

  send(message) {
    if (this.socket.readyState === 1) this.socket.send(JSON.stringify(message));
  }

  ping() {
    this.send({ type: 'ping' });
  }

  renew(token) {
    this.send({ type: 'auth', token });
  }

  release() {
    if (!this.socket) return;
    this.socket.onmessage = this.socket.onclose = this.socket.onerror = null;
    this.socket.close();
  }
}

class SseTransport extends Transport {
  async open() {
    const controller = (this.controller = new AbortController());
    const { signal } = controller;
    const subscriptions = this.options.subscriptions();
    // Without topics there is no request that could show that the transport works.
    if (!subscriptions.length) return this.isOpen || this.fail();
    try {
      // With options each topic is as in the message; what it has of an offset comes as a header, for all of them.
      const topics = subscriptions.map(({ since, ...rest }) => rest);
      const path = `/api/v1/stream?${
        this.options.asks
          ? `subscribe=${encodeURIComponent(JSON.stringify(topics))}`
          : `topics=${topics.map(({ topic }) => encodeURIComponent(topic))}`
      }`;
      const since = subscriptions.map((each) => each.since).filter((each) => each && !each.startsWith('version:'));
      const headers = { accept: 'text/event-stream, application/problem+json' };
      if (since.length) headers['last-event-id'] = [...new Set(since)].join();
      const response = await this.request(path, { headers, signal, cache: 'no-store' });
      if (signal.aborted) return;
      if (!response.ok) return this.refused(response);
      this.on.activity();
      this.opened();
      await this.read(response.body.getReader(), signal);
    } catch {
      // Reported below, like the end of the stream.
    }
    if (!signal.aborted) this.fail();
  }

  async read(reader, signal) {
    const decoder = new TextDecoder();
    for (let rest = '', chunk; !(chunk = await reader.read()).done && !signal.aborted; ) {
      this.on.activity();
      const blocks = (rest + decoder.decode(chunk.value, { stream: true })).split(/\r?\n\r?\n/);
      rest = blocks.pop();
      for (const block of blocks) {
        if (signal.aborted) return;
        const data = block.split(/\r?\n/).filter((line) => line.startsWith('data:'));
        if (!data.length) continue;
        const message = JSON.parse(data.map((line) => line.slice(5)).join('\n'));
        if (message.type === 'close') return this.fail(message.code);
        this.emit(message);
      }
    }
  }

  /** The topics of a stream are fixed: opens another one that resumes from the offsets. */
  update() {
    this.controller.abort();
    this.open();
  }

  renew() {
    this.update();
  }

  ping() {
    this.update();
  }

  release() {
    this.controller?.abort();
  }
}

class PollingTransport extends Transport {
  async open() {
    const { env } = this.options;
    env.clock.clearTimeout(this.timer);
    const round = (this.round = {});
    const isStale = () => this.isClosed || this.round !== round;
    try {
      this.boards ??= new Map((await this.json('/api/v1/boards')).map((b) => [b.topic, b.name]));
      if (isStale()) return;
      const subscriptions = this.options.subscriptions();
      const tasks = subscriptions.find(({ topic }) => topic === 'tasks');
      const streams = tasks ? subscriptions.filter(({ topic }) => isUserOrTeam(topic)) : [];
      const others = streams.length
        ? subscriptions.filter((each) => each !== tasks && !streams.includes(each))
        : subscriptions;
      await Promise.all([
        streams.length && this.readTasks(tasks, streams, isStale),
        ...others.map((each) => this.read(each, isStale)),
      ]);
    } catch {
      if (!isStale()) this.fail();
    }
    if (isStale()) return;
    if (this.unavailable && !this.received) return this.refused(this.unavailable);
    this.unavailable = this.received = null;
    this.opened();
    this.timer = env.clock.setTimeout(() => this.open(), POLL_INTERVAL);
  }

  async read({ topic, since }, isStale) {
    const [name, values = ''] = topic.split('?');
    const board = this.boards.get(name);
    if (board) {
      const read = await this.json(`/api/v1/boards/${board}?${values}`, topic, { cache: 'no-store' });
      if (!read || isStale()) return;
      const { version, timestamp, stale, data, computed_at: computed } = read;
      const age = stale ? { stale, age_ms: Date.parse(timestamp) - Date.parse(computed) } : {};
      this.receive({ type: 'metrics:update', topic, data, timestamp, offset: `version:${version}`, ...age });
      return;
    }
    for (let after = since ?? NO_OFFSET, full = true; full; ) {
      const page = await this.page(topic, after);
      if (!page || isStale()) return;
      after = page.next;
      full = page.events.length === PAGE;
      if (!page.recovered) this.subscribed(topic, after);
      page.events.forEach((event) => this.receive(event));
    }
  }

  /**
   * Reads `tasks` together with the user and team streams that it includes: an event is delivered once, under
   * the name of its stream where that is subscribed.
   */
  async readTasks(tasks, streams, isStale) {
    for (let after = tasks.since ?? NO_OFFSET, full = true; full; ) {
      const page = await this.page('tasks', after);
      if (isStale() || (!page && this.unavailable)) return;
      if (!page) return void (await Promise.all(streams.map((each) => this.read(each, isStale))));
      const { events, next, recovered } = page;
      if (!recovered) this.subscribed('tasks', (after = next));
      const found = new Map(events.map((event) => [event.offset, event]));
      for (const stream of [...streams].reverse()) {
        const own = await this.readUntil(next, stream, after);
        // Nothing of this page has been delivered: the next round reads it again.
        if (!own || isStale()) return;
        for (const event of own) found.set(event.offset, event);
      }
      for (const stream of streams) stream.since = next;
      [...found.values()].sort((a, b) => (isRepeat(a, b.offset) ? -1 : 1)).forEach((event) => this.receive(event));
      this.receive({ type: 'position', topic: 'tasks', offset: next });
      after = next;
      full = events.length === PAGE;
    }
  }

  /** Events of a stream up to an offset. A stream without an offset of its own begins at that of `tasks`. */
  async readUntil(end, { topic, since }, after) {
    const found = [];
    if (!since) this.subscribed(topic, after);
    for (let from = !since || isRepeat({ offset: after }, since) ? after : since, more = true; more; ) {
      const page = await this.page(topic, from);
      if (!page) {
        if (this.unavailable) return null;
        break;
      }
      if (!page.recovered) {
        if (from === after) break;
        this.subscribed(topic, (from = after));
        continue;
      }
      found.push(...page.events.filter((event) => isRepeat(event, end)));
      from = page.next;
      more = page.events.length === PAGE && !isRepeat({ offset: end }, from);
    }
    return found;
  }

  async page(topic, after) {
    const query = `events?after=${encodeURIComponent(after)}&limit=${PAGE}`;
    const page = await this.json(`/api/v1/streams/${encodeURIComponent(topic)}/${query}`, topic);
    return page && { ...page, events: page.events.map((event) => ({ ...event, topic })) };
  }

  subscribed(topic, offset) {
    this.receive({ type: 'subscribed', topic, offset, recovered: false });
  }

  receive(message) {
    this.received = true;
    this.on.activity();
    this.opened();
    this.emit(message);
  }

  /** Null when the topic cannot be read, which is reported; fails the transport when no topic can be. */
  async json(path, topic, init) {
    const response = await this.request(path, { signal: AbortSignal.timeout(10_000), ...init });
    if (response.ok) return response.json();
    const isAnonymous = response.status === 401 && !this.options.token;
    const code = isAnonymous ? 'not_authenticated' : REFUSALS[response.status];
    if (topic && code) this.receive({ type: 'error', code, message: code, topic });
    else if (topic && response.status === 503) this.unavailable = response;
    else this.refused(response);
    return null;
  }

  update(added) {
    if (added.length && this.isOpen) this.open();
  }

  renew() {}

  ping() {
    this.open();
  }

  release() {
    this.options.env.clock.clearTimeout(this.timer);
  }
}

/** By name, the best first. */
export const transports = { websocket: WebSocketTransport, sse: SseTransport, polling: PollingTransport };
