// The three ways to a server. Each is opened by a Link, and tells it up(), message(m), alive() and,
// once and last, down({code, after}). One that was closed tells nothing more.

import { codeOf, isRepeat } from './rules.js';

const PAGE = 500;
const POLL_EVERY = 5000;
const REFUSALS = { 403: 'forbidden', 404: 'unknown_topic' };
const PEOPLE = /^(user|team)\./;
const NO_PLACE = '0:0'; // of no history: answered with the place to go on from

class Line {
  /** link: url, token, env, wanted() -> [{topic, since}]. */
  constructor(link, on) {
    Object.assign(this, { link, on, over: false });
  }

  close() {
    this.over = true;
    this.end();
  }

  fail(code = 1006, after = 0) {
    if (this.over) return;
    this.close();
    this.on.down({ code, after });
  }

  greet() {
    if (!this.greeted && !this.over) this.on.up();
    this.greeted = true;
  }

  tell(message) {
    if (!this.over) this.on.message(message);
  }

  request(path, init = {}) {
    const headers = { ...init.headers };
    if (this.link.token) headers.authorization = `Bearer ${this.link.token}`;
    return this.link.env.fetch(this.link.url + path, { ...init, headers });
  }

  /** Without a token, another way may tell at least what is public. */
  refused({ status, headers }) {
    this.fail(status === 401 && !this.link.token ? 1006 : codeOf(status), 1000 * (Number(headers.get('retry-after')) || 0));
  }
}

class Socket extends Line {
  open() {
    const { url, token, env } = this.link;
    const protocols = ['boardcast.v1', ...(token ? [`bearer.${token}`] : [])];
    const socket = new env.WebSocket(`${url.replace(/^http/, 'ws')}/ws?format=batch&topics=`, protocols);
    this.socket = socket;
    socket.onmessage = ({ data }) => {
      for (const message of [].concat(JSON.parse(data))) {
        this.on.alive();
        if (message.type === 'connection_ack') this.greet();
        this.tell(message);
      }
    };
    socket.onclose = socket.onerror = ({ code }) => this.fail(code);
  }

  follow(add, drop) {
    if (drop.length) this.say({ type: 'unsubscribe', topics: drop });
    if (add.length) this.say({ type: 'subscribe', topics: add });
  }

  say(message) {
    if (this.socket.readyState === 1) this.socket.send(JSON.stringify(message));
  }

  /** Asks for a sign of life. */
  ping() {
    this.say({ type: 'ping' });
  }

  renew(token) {
    this.say({ type: 'auth', token });
  }

  end() {
    this.socket.onmessage = this.socket.onclose = null;
    this.socket.close();
  }
}

class Events extends Line {
  async open() {
    const stop = (this.stop = new AbortController());
    const wanted = this.link.wanted();
    if (!wanted.length) return this.greeted || this.fail(); // nothing to ask for is no proof
    try {
      const path = `/api/v1/stream?topics=${wanted.map(({ topic }) => encodeURIComponent(topic))}`;
      const since = wanted.map((each) => each.since).filter((each) => each && !each.startsWith('version:'));
      const headers = { accept: 'text/event-stream, application/problem+json' };
      if (since.length) headers['last-event-id'] = [...new Set(since)].join();
      const answer = await this.request(path, { headers, signal: stop.signal, cache: 'no-store' });
      if (stop.signal.aborted) return;
      if (!answer.ok) return this.refused(answer);
      this.on.alive();
      this.greet();
      await this.read(answer.body.getReader(), stop.signal);
    } catch {
      // Told below, as the end of the stream is.
    }
    if (!stop.signal.aborted) this.fail();
  }

  async read(reader, signal) {
    const decoder = new TextDecoder();
    for (let rest = '', chunk; !(chunk = await reader.read()).done && !signal.aborted; ) {
      this.on.alive();
      const blocks = (rest + decoder.decode(chunk.value, { stream: true })).split(/\r?\n\r?\n/);
      rest = blocks.pop();
      for (const block of blocks) {
        if (signal.aborted) return;
        const data = block.split(/\r?\n/).filter((line) => line.startsWith('data:'));
        if (!data.length) continue;
        const message = JSON.parse(data.map((line) => line.slice(5)).join('\n'));
        if (message.type === 'close') return this.fail(message.code);
        this.tell(message);
      }
    }
  }

  /** A stream's topics are fixed: it is opened again, where it stands. */
  follow() {
    this.stop.abort();
    this.open();
  }

  renew() {
    this.follow();
  }

  ping() {
    this.follow();
  }

  end() {
    this.stop?.abort();
  }
}

class Poll extends Line {
  async open() {
    const { env } = this.link;
    env.clock.clearTimeout(this.timer);
    const turn = (this.turn = {});
    const isOld = () => this.over || this.turn !== turn;
    try {
      this.boards ??= new Map((await this.json('/api/v1/boards')).map((b) => [b.topic, b.name]));
      if (isOld()) return;
      const wanted = this.link.wanted();
      const tasks = wanted.find(({ topic }) => topic === 'tasks');
      const named = tasks ? wanted.filter(({ topic }) => PEOPLE.test(topic)) : [];
      const alone = named.length ? wanted.filter((each) => each !== tasks && !named.includes(each)) : wanted;
      await Promise.all([named.length && this.together(tasks, named, isOld), ...alone.map((each) => this.read(each, isOld))]);
    } catch {
      if (!isOld()) this.fail();
    }
    if (isOld()) return;
    if (this.away && !this.heard) return this.refused(this.away);
    this.away = this.heard = null;
    this.greet();
    this.timer = env.clock.setTimeout(() => this.open(), POLL_EVERY);
  }

  async read({ topic, since }, isOld) {
    const board = this.boards.get(topic);
    if (board) {
      const read = await this.json(`/api/v1/boards/${encodeURIComponent(board)}`, topic, { cache: 'no-store' });
      if (!read || isOld()) return;
      const { version, timestamp, stale, data, computed_at: computed } = read;
      const age = stale ? { stale, age_ms: Date.parse(timestamp) - Date.parse(computed) } : {};
      this.take({ type: 'metrics:update', topic, data, timestamp, offset: `version:${version}`, ...age });
      return;
    }
    for (let after = since ?? NO_PLACE, full = true; full; ) {
      const page = await this.page(topic, after);
      if (!page || isOld()) return;
      after = page.next;
      full = page.events.length === PAGE;
      if (!page.recovered) this.begin(topic, after);
      page.events.forEach((event) => this.take(event));
    }
  }

  /** `tasks` stands for the named ones too: an event comes once, under its own name where that is followed. */
  async together(tasks, named, isOld) {
    for (let after = tasks.since ?? NO_PLACE, full = true; full; ) {
      const page = await this.page('tasks', after);
      if (isOld() || (!page && this.away)) return;
      if (!page) return void (await Promise.all(named.map((each) => this.read(each, isOld))));
      const { events, next, recovered } = page;
      if (!recovered) this.begin('tasks', (after = next));
      const found = new Map(events.map((event) => [event.offset, event]));
      for (const each of [...named].reverse()) {
        const own = await this.until(next, each, after);
        // Of this page nothing has been told yet: it is asked for again.
        if (!own || isOld()) return;
        for (const event of own) found.set(event.offset, event);
      }
      for (const each of named) each.since = next;
      [...found.values()].sort((a, b) => (isRepeat(a, b.offset) ? -1 : 1)).forEach((event) => this.take(event));
      this.take({ type: 'place', topic: 'tasks', offset: next });
      after = next;
      full = events.length === PAGE;
    }
  }

  /** A stream's events up to a place. One that has no place of its own begins where `tasks` stands. */
  async until(end, { topic, since }, after) {
    const found = [];
    if (!since) this.begin(topic, after);
    for (let from = !since || isRepeat({ offset: after }, since) ? after : since, more = true; more; ) {
      const page = await this.page(topic, from);
      if (!page) {
        if (this.away) return null;
        break;
      }
      if (!page.recovered) {
        if (from === after) break;
        this.begin(topic, (from = after));
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

  begin(topic, offset) {
    this.take({ type: 'subscribed', topic, offset, recovered: false });
  }

  take(message) {
    this.heard = true;
    this.on.alive();
    this.greet();
    this.tell(message);
  }

  /** Null when this topic cannot be read, which is told; ends the line when nothing can be. */
  async json(path, topic, init) {
    const answer = await this.request(path, { signal: AbortSignal.timeout(10_000), ...init });
    if (answer.ok) return answer.json();
    const anonymous = answer.status === 401 && !this.link.token;
    const code = anonymous ? 'not_authenticated' : REFUSALS[answer.status];
    if (topic && code) this.take({ type: 'error', code, message: code, topic });
    else if (topic && answer.status === 503) this.away = answer;
    else this.refused(answer);
    return null;
  }

  follow(add) {
    if (add.length && this.greeted) this.open();
  }

  renew() {}

  ping() {
    this.open();
  }

  end() {
    this.link.env.clock.clearTimeout(this.timer);
  }
}

export const lines = { websocket: Socket, sse: Events, polling: Poll };
