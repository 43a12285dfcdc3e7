// Holds one connection to a server: opens it, loses it, finds it again, over whatever gets through.
// A line that takes over goes on from the offsets of the one before: nothing is lost or repeated.

import { advice, backoff, isRepeat } from './rules.js';
import { lines } from './lines.js';

const OPEN_LIMIT = 8000; // for a connection to come up
const TICK = 5000; // how often signs of life are looked for
const QUIET = { websocket: 15_000, sse: 65_000 }; // then a peer is asked, or held for dead
const PONG_LIMIT = 8000;
const SHORT_PONG_LIMIT = 3000; // where there is reason to doubt it
const STEADY = 10_000; // a connection that lived so long was a good one
const PROBE = 15_000; // until a better transport is tried; doubles up to 20 times that

export class Link {
  state = 'connecting';
  reason = null;
  retryAt = null; // when the next attempt comes, by the local clock
  offsets = new Map();
  topics = new Set();
  skew = 0; // the server's clock minus ours
  failures = 0;
  #line = null; // the one that is up
  #next = null; // the one that is being opened
  #best = 0; // what worked last
  #probes = 0;
  #attempt = 0; // numbers attempts: one that was overtaken notices
  #leaving = 0; // when to look for another server
  #refused; // the token that was
  #boards = new Set();
  #timers = {};

  /** on: state(), message(m). */
  constructor(url, options, env, on) {
    Object.assign(this, { url, options, env, on });
    this.kinds = Object.keys(lines).filter((kind) => kind !== 'websocket' || env.WebSocket);
    for (const [topic, offset] of Object.entries(options.since ?? {})) this.offsets.set(topic, offset);
    this.nudge();
  }

  get transport() {
    return this.#line?.kind ?? null;
  }

  follow(topic) {
    this.topics.add(topic);
    queueMicrotask(() => this.#sync());
  }

  leave(topic) {
    this.topics.delete(topic);
    this.offsets.delete(topic);
    queueMicrotask(() => this.#sync());
  }

  close(reason = 'closed') {
    this.#attempt++;
    for (const name in this.#timers) this.#later(name, null);
    this.#next?.close();
    this.#line?.close();
    this.#next = this.#line = this.retryAt = null;
    this.#tell('closed', reason);
  }

  /** Something changed for the better, or the worse: looks now. */
  nudge(patience = this.env.isOffline() ? SHORT_PONG_LIMIT : PONG_LIMIT) {
    if (this.#line) return this.#check(patience < PONG_LIMIT ? 0 : TICK, patience);
    if (this.state === 'closed') this.#refused = undefined;
    if (!this.#timers.tick) this.#tick();
    if (!this.#next) this.#connect();
  }

  // Topics

  #wanted(topics) {
    return [...topics].map((topic) => ({ topic, since: this.offsets.get(topic) }));
  }

  /** Tells the line that is up what it was not told yet. */
  #sync() {
    const line = this.#line;
    if (!line) return;
    const add = [...this.topics].filter((topic) => !line.asked.has(topic));
    const drop = [...line.asked].filter((topic) => !this.topics.has(topic));
    line.asked = new Set(this.topics);
    if (add.length || drop.length) line.follow(this.#wanted(add), drop);
  }

  // Opening

  #rungs() {
    const { kinds, failures } = this;
    const now = kinds.indexOf(this.transport);
    if (this.#leaving) return [kinds[now]];
    if (now > 0) return kinds.slice(0, now);
    return failures > 1 ? kinds.slice(0, this.#best + failures) : [kinds[this.#best]];
  }

  async #connect() {
    const mine = ++this.#attempt;
    this.#later('attempt', null);
    this.retryAt = null;
    if (!this.#line) {
      if (this.env.isOffline()) return this.#tell('reconnecting', 'offline');
      this.#tell(this.state === 'connecting' ? 'connecting' : 'reconnecting');
    }
    let end = { code: 1006, after: 0 };
    for (const kind of this.#rungs()) {
      const token = await this.#token();
      if (mine !== this.#attempt) return;
      if (token === undefined) break;
      if (token === this.#refused) return this.#line ?? this.close(4401);
      end = await this.#open(kind, token);
      if (mine !== this.#attempt || !end) return;
      if (advice(end.code) === 'never') break;
    }
    this.#failed(end);
  }

  /** Null once the line is up and has taken over; else how it ended. */
  #open(kind, token) {
    return new Promise((resolve) => {
      const wanted = () => this.#wanted((line.asked = new Set(this.topics)));
      const line = new lines[kind](
        { url: this.url, env: this.env, token, wanted },
        {
          up: () => {
            if (line !== this.#next) return;
            this.#take(line);
            resolve(null);
          },
          alive: () => Object.assign(line, { heardAt: this.env.clock.now(), inDoubt: false }),
          message: (message) => line === this.#line && this.#heard(message),
          down: (end) => {
            if (end.code === 4401) this.#refused = line.link.token;
            if (line === this.#line) return this.#lost(end);
            this.#next = null;
            this.#later('opening', null);
            resolve(end);
          },
        },
      );
      this.#next?.close();
      this.#next = Object.assign(line, { kind, asked: new Set() });
      this.#later('opening', OPEN_LIMIT, () => line.fail());
      line.open();
    });
  }

  #take(line) {
    const before = this.#line;
    this.#line = line;
    before?.close();
    this.#next = this.retryAt = null;
    this.#refused = undefined;
    this.#leaving = 0;
    this.#later('opening', null);
    this.upAt = line.heardAt = this.env.clock.now();
    this.#best = this.kinds.indexOf(line.kind);
    this.#probes = 0;
    if (line.kind === 'polling') this.skew = -Infinity; // no greeting tells it
    if (this.#best) this.#probe();
    this.#sync();
    this.#tell(line.kind === 'polling' ? 'polling' : 'live');
  }

  /** Over a worse transport the better ones are tried again, ever more rarely. */
  #probe() {
    const wait = PROBE * Math.min(20, 2 ** this.#probes++);
    this.#later('attempt', wait * (0.5 + this.env.random() / 2), () => this.#connect());
  }

  // Losing

  #failed({ code, after = 0 }) {
    if (this.#line && !this.#leaving) return this.#probe();
    this.#again(code, after);
  }

  #lost({ code, after }) {
    const planned = this.#leaving - this.env.clock.now();
    this.#line = null;
    this.#leaving = 0;
    if (this.env.clock.now() - this.upAt >= STEADY) this.failures = 0;
    if (this.#next) this.#tell('reconnecting');
    else if (planned > 0) this.#retry(planned);
    else this.#again(code, after);
  }

  /** Comes back as the code advises. Where a token was refused, another one may do. */
  #again(code, after) {
    const renewed = code === 4401 && this.options.token;
    if (advice(code) === 'never' && !renewed) return this.#line ?? this.close(code);
    const first = this.failures++ === 0;
    const atOnce = first && (advice(code) === 'at once' || renewed);
    this.#retry(Math.max(after, atOnce ? 0 : backoff(this.failures - 1, this.env.random)));
  }

  #retry(wait) {
    this.retryAt = this.env.clock.now() + wait;
    this.#later('attempt', wait, () => this.#connect());
    if (!this.#line) this.#tell('reconnecting');
  }

  // Living

  #heard(message) {
    const { type, topic, offset, timestamp } = message;
    const at = Date.parse(timestamp);
    if (type === 'connection_ack') this.#greeted(message, at);
    if (type === 'goaway') {
      this.#leaving = this.env.clock.now() + message.reconnect_after_ms;
      this.#later('attempt', message.reconnect_after_ms, () => this.#connect());
    }
    if (!this.topics.has(topic)) return;
    if (type === 'metrics:update') {
      this.#boards.add(topic);
      this.skew = Math.max(this.skew, at - this.env.clock.now());
    }
    if (type === 'subscribed') {
      if (message.recovered) return; // ours is where what follows begins
      message.gap = this.offsets.has(topic) && !this.#boards.has(topic);
    }
    if (isRepeat(message, this.offsets.get(topic))) return;
    if (offset) this.offsets.set(topic, offset);
    if (type === 'place') return;
    const skew = Number.isFinite(this.skew) ? this.skew : 0;
    this.on.message({ ...message, at: at - skew - (message.age_ms ?? 0) });
  }

  /** The least delayed word of the server on its time is the best one. */
  #greeted(ack, at) {
    Object.assign(this, { node: ack.node, user: ack.user ?? null, skew: at - this.env.clock.now() });
    const left = Date.parse(ack.expires_at) - at;
    this.#later('renewal', left ? left - Math.min(60_000, left / 5) : null, () => this.#renew());
    this.on.state();
  }

  /** In band, before the token expires. While it is still the same, it is asked for again. */
  async #renew() {
    const line = this.#line;
    this.#later('renewal', 5000, () => this.#renew());
    const token = await this.#token();
    if (line !== this.#line || !token || token === line?.link.token) return;
    line.link.token = token;
    line.renew(token);
  }

  #tick() {
    const { now } = this.env.clock;
    const due = now() + TICK;
    this.#later('tick', TICK, () => {
      this.#tick();
      // A timer that comes so late means that the machine slept: what is open may be dead.
      if (now() - due > 4 * TICK) this.nudge(SHORT_PONG_LIMIT);
      else this.#check(QUIET[this.transport] ?? Infinity, PONG_LIMIT);
    });
  }

  #check(quiet, patience) {
    const line = this.#line;
    if (!line || line.inDoubt || this.env.clock.now() - line.heardAt < quiet) return;
    line.inDoubt = true;
    line.ping();
    this.#later('pong', patience, () => line === this.#line && line.inDoubt && line.fail());
  }

  /** Undefined when it cannot be had now, null when there is none. */
  async #token() {
    try {
      return (await this.options.token?.({ refused: this.#refused !== undefined })) ?? null;
    } catch {
      return undefined;
    }
  }

  #later(name, wait, task) {
    const { clock } = this.env;
    clock.clearTimeout(this.#timers[name]);
    this.#timers[name] =
      wait === null
        ? undefined
        : clock.setTimeout(() => {
            this.#timers[name] = undefined;
            task();
          }, wait);
  }

  #tell(state, reason = null) {
    Object.assign(this, { state, reason });
    this.on.state();
  }
}
