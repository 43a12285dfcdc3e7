// Keeps one connection to a server: opens it, notices its loss and reconnects, over the best transport that
// works. A transport that replaces another resumes from its offsets: no event is lost or repeated.

import { Bucket, elapsed, LONGEST_WAIT, within } from './limits.js';
import { advice, askedAs, backoff, isAnswer, isRepeat, isSign, isUserOrTeam, topicFor, userOf, USER_CHANGED } from './rules.js';
import { transports } from './transports.js';

const OPEN_TIMEOUT = 8000;
const TICK = 5000; // interval of liveness checks
const SILENCE_LIMIT = { websocket: 15_000, sse: 65_000 }; // then a ping is sent
const PONG_TIMEOUT = 8000;
const SHORT_PONG_TIMEOUT = 3000; // after sleep, or when the browser reports that it is offline
const STABLE_AFTER = 10_000; // a connection that lived this long resets the backoff
const PROBE_INTERVAL = 15_000; // until a better transport is tried; doubles up to 20 times that
const SYNC_INTERVAL = 100; // between changes of the topics, which are collected meanwhile
const SHORTEST_RENEWAL = 1000; // from one token to the next
const SET_CLOCK = 1000; // by more than that, the local clock does not go, but was set

export class Connection {
  state = 'connecting';
  reason = null;
  retryAt = null; // time of the next attempt, by the local clock
  offsets = new Map();
  topics = new Set();
  skew = 0; // the server's clock minus the local one
  failures = 0;
  #active = null; // the open transport
  #candidate = null; // the transport that is being opened
  #lastWorking = 0; // index of the transport that worked last
  #probes = 0;
  #attempt = 0; // numbers attempts, so that an outdated one ends
  #moveAt = 0; // when to connect to another node, after goaway
  #renewAt = NaN; // by the local clock
  #refusedToken;
  #owners; // the user whose data this connection delivers, as the token and as the server names it
  #refused = new Set(); // topics beyond the server's limit, subscribed when others are left
  #syncing = false;
  #timers = {};

  /** on: state(), message(message), answer(message) to what was published. */
  constructor(url, options, env, on) {
    Object.assign(this, { url, options, env, on });
    this.#owners = { ...options.owners };
    // Well below the limits of a server: 50 messages, and 200 topics, in a second.
    this.syncs = new Bucket(env.clock, 5, 1000 / SYNC_INTERVAL);
    this.requests = new Bucket(env.clock, 100, 90);
    this.kinds = Object.keys(transports).filter((kind) => (kind !== 'websocket' || env.WebSocket) && (kind !== 'polling' || !options.ask));
    for (const [topic, offset] of Object.entries(options.since ?? {})) this.offsets.set(topic, offset);
    this.retryNow();
  }

  get transport() {
    return this.#active?.kind ?? null;
  }

  subscribe(topic) {
    this.topics.add(topic);
    this.#syncSoon();
  }

  unsubscribe(topic) {
    this.topics.delete(topic);
    this.offsets.delete(topic);
    this.#refused.delete(topic);
    this.#again(topic);
  }

  /** Subscribes once more from an earlier offset, together with the topics under which its events may come. */
  rewind(topic, since) {
    const isOfPeople = (name) => name === 'tasks' || isUserOrTeam(name);
    for (const each of isOfPeople(topic) ? this.topics : []) {
      const known = this.offsets.get(each);
      if (!isOfPeople(each) || each === topic) continue;
      if (known && isRepeat({ offset: since }, known)) this.offsets.set(each, since);
      this.#again(each);
    }
    this.offsets.set(topic, since);
    this.#again(topic);
  }

  /** The server's subscription is outdated: what it still sends is ignored until another one begins. */
  #again(topic) {
    const active = this.#active;
    if (active?.topics.delete(topic)) {
      active.left.add(topic);
      if (active.kind !== 'polling') active.ended.add(topic);
    }
    this.#syncSoon();
  }

  /** Whether the open WebSocket took a message. */
  send(message) {
    const isOpen = this.transport === 'websocket';
    if (isOpen) this.#active.send(message);
    return isOpen;
  }

  close(reason = 'closed') {
    this.#attempt++;
    for (const name in this.#timers) this.#schedule(name, null);
    this.#candidate?.close();
    this.#active?.close();
    this.#candidate = this.#active = this.retryAt = null;
    this.#setState('closed', reason);
  }

  /** Whether the user is the same as before; else it closes, since data of two users must not mix. */
  #isOwner(namedBy, user) {
    const isSame = !user || user === (this.#owners[namedBy] ??= user);
    if (!isSame) {
      this.#owners = {};
      this.offsets.clear();
      this.close(USER_CHANGED);
    }
    return isSame;
  }

  /** Connects without waiting for the backoff, or checks that the open transport is alive. */
  retryNow(pongTimeout = this.env.isOffline() ? SHORT_PONG_TIMEOUT : PONG_TIMEOUT) {
    if (this.#active) return this.#checkLiveness(pongTimeout < PONG_TIMEOUT ? 0 : TICK, pongTimeout);
    if (this.state === 'closed') this.#refusedToken = undefined;
    if (!this.#timers.tick) this.#tick();
    if (!this.#candidate) this.#connect();
  }

  // Topics

  #subscriptions(topics) {
    return [...topics].map((topic) => ({ ...this.options.ask?.[topic], topic, since: this.offsets.get(topic) }));
  }

  /** Synchronizes the topics at the end of this turn, or when the pace allows. */
  #syncSoon() {
    if (this.#syncing) return;
    this.#syncing = true;
    queueMicrotask(() => this.#syncTopics());
  }

  /** Sends the active transport the topics that were added and removed since the last call. */
  #syncTopics() {
    this.#syncing = false;
    const active = this.#active;
    const isAdded = (topic) => !active.topics.has(topic);
    if (!active || this.#timers.topics || !(active.left.size || [...this.topics].some(isAdded))) return;
    const later = () => this.#schedule('topics', 1000 / this.syncs.rate, () => this.#syncTopics());
    if (!this.syncs.take(1)) return later();
    const removed = [...active.left].filter((topic) => !this.topics.has(topic));
    if (removed.length) {
      this.#refused.forEach((topic) => active.topics.delete(topic));
      this.#refused.clear();
    }
    const all = [...this.topics].filter(isAdded);
    const added = all.slice(0, this.requests.take(all.length));
    added.forEach((topic) => active.topics.add(topic));
    for (const each of [...removed, ...added]) active.left.delete(each);
    if (added.length || removed.length) active.update(this.#subscriptions(added), removed);
    if (added.length < all.length) later();
  }

  // Opening

  /** The transports to try, in this order: more of them with each failure. */
  #candidates() {
    const { kinds, failures } = this;
    const current = kinds.indexOf(this.transport);
    if (this.#moveAt) return [kinds[current]];
    if (current > 0) return kinds.slice(0, current);
    return failures > 1 ? kinds.slice(0, this.#lastWorking + failures) : [kinds[this.#lastWorking]];
  }

  async #connect() {
    const attempt = ++this.#attempt;
    this.#schedule('attempt', null);
    this.retryAt = null;
    if (!this.#active) this.#setState(this.state === 'connecting' ? 'connecting' : 'reconnecting');
    let end = { code: 1006, retryAfter: 0 };
    for (const kind of this.#candidates()) {
      const token = await this.#token();
      if (attempt !== this.#attempt) return;
      if (token === undefined) break;
      if (token === this.#refusedToken) return this.#active ?? this.close(4401);
      end = await this.#open(kind, token);
      if (attempt !== this.#attempt || !end) return;
      if (advice(end.code) === 'never') break;
    }
    this.#failed(end);
  }

  /** Resolves to null when the transport is active, or to how it closed. */
  #open(kind, token) {
    return new Promise((resolve) => {
      const subscriptions = () => {
        transport.left.clear();
        return this.#subscriptions((transport.topics = new Set(this.topics)));
      };
      const transport = new transports[kind](
        { url: this.url, env: this.env, token, subscriptions, asks: this.options.ask },
        {
          open: ({ user }) => {
            if (transport !== this.#candidate || !this.#isOwner('server', user)) return;
            this.#activate(transport);
            resolve(null);
          },
          activity: () => Object.assign(transport, { activeAt: this.#elapsed, awaitsPong: false }),
          message: (message) => transport === this.#active && this.#receive(message),
          closed: (end) => {
            if (end.code === 4401) this.#refusedToken = transport.options.token;
            if (transport === this.#active) return this.#lost(end);
            this.#candidate = null;
            this.#schedule('opening', null);
            resolve(end);
          },
        },
      );
      this.#candidate?.close();
      // Topics that it has, those it has to leave, and those whose subscription has ended or not begun.
      this.#candidate = Object.assign(transport, { kind, topics: new Set(), left: new Set(), ended: new Set() });
      this.#schedule('opening', OPEN_TIMEOUT, () => transport.fail());
      transport.start();
    });
  }

  #activate(transport) {
    const before = this.#active;
    this.#active = transport;
    before?.close();
    this.#candidate = this.retryAt = null;
    this.#refusedToken = undefined;
    this.#moveAt = 0;
    this.#schedule('opening', null);
    this.openedAt = transport.activeAt = this.#elapsed;
    this.#refused.clear();
    this.#lastWorking = this.kinds.indexOf(transport.kind);
    this.#probes = 0;
    if (transport.kind === 'polling') this.skew = -Infinity; // without connection_ack it is unknown
    if (this.#lastWorking) this.#probe();
    this.#syncSoon();
    this.#setState(transport.kind === 'polling' ? 'polling' : 'live');
  }

  /** Tries the better transports again, at growing intervals. */
  #probe() {
    const wait = PROBE_INTERVAL * Math.min(20, 2 ** this.#probes++);
    this.#schedule('attempt', wait * (0.5 + this.env.random() / 2), () => this.#connect());
  }

  // Reconnecting

  #failed({ code, retryAfter = 0 }) {
    if (this.#active && !this.#moveAt) return this.#probe();
    this.#reconnect(code, retryAfter);
  }

  #lost({ code, retryAfter }) {
    const wait = this.#moveAt - this.#elapsed;
    this.#active = null;
    this.#moveAt = 0;
    this.#schedule('renewal', null); // the next connection asks for a token
    if (code === 4429) for (const bucket of [this.syncs, this.requests]) bucket.halve();
    if (this.#elapsed - this.openedAt >= STABLE_AFTER) this.failures = 0;
    if (this.#candidate) this.#setState('reconnecting');
    else if (wait > 0) this.#retryIn(wait);
    else this.#reconnect(code, retryAfter);
  }

  /** Reconnects as the close code advises. After a refused token, `options.token` may return another. */
  #reconnect(code, retryAfter) {
    const mayRenew = code === 4401 && this.options.token;
    if (advice(code) === 'never' && !mayRenew) return this.#active ?? this.close(code);
    const isFirst = this.failures++ === 0;
    const atOnce = isFirst && (advice(code) === 'at once' || mayRenew);
    this.#retryIn(Math.max(retryAfter, atOnce ? 0 : backoff(this.failures - 1, this.env.random)));
  }

  #retryIn(wait) {
    this.retryAt = this.env.clock.now() + wait;
    this.#schedule('attempt', wait, () => this.#connect());
    if (this.#active) this.on.state();
    else this.#setState('reconnecting');
  }

  // Messages

  #receive(said) {
    const message = this.options.read ? this.options.read(said) : said;
    if (!message) return this.#active.fail();
    this.#received(message);
  }

  #received(message) {
    const { type, offset, timestamp, topic: named } = message;
    if (isAnswer(message)) return this.on.answer(message);
    const at = Date.parse(timestamp);
    const { ended } = this.#active;
    if (named?.includes('?')) message = { ...message, topic: askedAs(named, [...this.topics, ...ended]) };
    if (type === 'connection_ack') this.#acknowledged(message, at);
    if (type === 'goaway') {
      this.#moveAt = this.#elapsed + message.reconnect_after_ms;
      this.#schedule('attempt', message.reconnect_after_ms, () => this.#connect());
    }
    if (type === 'subscribed' || type === 'error') ended.delete(message.topic);
    const topic = topicFor(message, (name) => this.topics.has(name) && !ended.has(name));
    if (!topic) return;
    message = { ...message, topic };
    if (type === 'error' && message.code === 'too_many_topics') this.#refused.add(topic);
    if (isSign(message)) return this.on.message(message);
    if (!offset && !message.ephemeral && type !== 'subscribed' && type !== 'error') return; // an answer, or of a newer server
    if (type === 'metrics:update') this.skew = Math.max(this.skew, at - this.env.clock.now());
    const known = this.offsets.get(topic);
    if (type === 'subscribed') {
      this.on.message({ type: 'fresh', topic }); // until the server reports otherwise
      if (message.recovered) return; // the missed events follow, from the offset known here
      message.gap = known && !known.startsWith('version:'); // a board's next message is whole
    }
    if (isRepeat(message, known)) return;
    if (offset) this.offsets.set(topic, offset);
    if (type === 'position') return;
    const skew = Number.isFinite(this.skew) ? this.skew : 0;
    this.on.message({ ...message, at: at - skew - (message.age_ms ?? 0) });
  }

  /** The message with the least delay gives the best estimate of the server's clock. */
  #acknowledged(ack, at) {
    if (!this.#isOwner('server', ack.user)) return;
    Object.assign(this, { node: ack.node, version: ack.version, user: ack.user ?? null, skew: at - this.env.clock.now() });
    const left = Date.parse(ack.expires_at) - at;
    const wait = Math.max(SHORTEST_RENEWAL, left - Math.min(60_000, left / 5));
    this.#renewAt = this.env.clock.now() + wait; // NaN without an expiry
    this.#schedule('renewal', left ? wait : null, () => this.#renew());
    this.on.state();
  }

  /** Renews the token in band before it expires; asks again while the application returns the same one. */
  async #renew() {
    const active = this.#active;
    if (!active) return;
    this.#renewAt = NaN;
    this.#schedule('renewal', 5000, () => this.#renew());
    const token = await this.#token();
    if (active !== this.#active || !token || token === active.options.token) return;
    active.options.token = token;
    active.renew(token);
  }

  // Liveness

  #tick() {
    const { now } = this.env.clock;
    const due = now() + TICK;
    const before = this.#elapsed;
    this.#schedule('tick', TICK, () => {
      const late = now() - due;
      // Set by somebody, or gone on while the machine slept: the server's next time counts.
      if (Math.abs(late + TICK - (this.#elapsed - before)) > SET_CLOCK) this.skew = -Infinity;
      this.#tick();
      // Timers may not count the time that a machine sleeps.
      if (now() >= this.#renewAt) this.#renew();
      // A timer this late means that the machine slept: open connections may be dead.
      if (Math.abs(late) <= 4 * TICK) return this.#checkLiveness(SILENCE_LIMIT[this.transport] ?? Infinity, PONG_TIMEOUT);
      this.retryNow(SHORT_PONG_TIMEOUT);
    });
  }

  get #elapsed() {
    return elapsed(this.env.clock);
  }

  /** Pings after that long a silence, and fails the transport if nothing arrives in time. */
  #checkLiveness(silence, pongTimeout) {
    const active = this.#active;
    if (!active || active.awaitsPong || this.#elapsed - active.activeAt < silence) return;
    active.awaitsPong = true;
    active.ping();
    this.#schedule('pong', pongTimeout, () => active === this.#active && active.awaitsPong && active.fail());
  }

  /** Undefined when the application cannot return one now, null when there is none. */
  async #token() {
    try {
      const why = { refused: this.#refusedToken !== undefined };
      const token = (await within(this.env.clock, OPEN_TIMEOUT, () => this.options.token?.(why))) ?? null;
      return this.state === 'closed' || this.#isOwner('token', userOf(token)) ? token : undefined;
    } catch {
      return undefined;
    }
  }

  /** Replaces the timer of that name; cancels it when wait is null. */
  #schedule(name, wait, task) {
    const { clock } = this.env;
    clock.clearTimeout(this.#timers[name]);
    this.#timers[name] = undefined;
    if (wait === null) return;
    const due = this.#elapsed + wait;
    const ended = () => {
      this.#timers[name] = undefined;
      if (wait > LONGEST_WAIT) this.#schedule(name, Math.max(0, due - this.#elapsed), task);
      else task();
    };
    this.#timers[name] = clock.setTimeout(ended, Math.min(wait, LONGEST_WAIT));
  }

  /** A browser that reports to be offline may be wrong: attempts go on. */
  #setState(state, reason = state === 'reconnecting' && this.env.isOffline() ? 'offline' : null) {
    Object.assign(this, { state, reason });
    this.on.state();
  }
}
