// One connection for all tabs of an origin. The tab that holds the lock is the leader: it has the connection and
// broadcasts what it receives. When it goes, or does not answer, another tab gets the lock and resumes from its own
// offsets.

import { Connection } from './connection.js';
import { within } from './limits.js';
import { backoff, identity, isOffset, isRepeat, isSign, isTopic, statusOf, topicFor, userOf, USER_CHANGED } from './rules.js';

/** In the names of channels and locks: tabs with another version of these messages do not mix. */
const VERSION = 3;
const TOKEN_TIMEOUT = 8000;
const CHECK_INTERVAL = 5000; // between the questions whether the leader is there
const SHORT_CHECK = 3000;

export const canShare = ({ share, since, ask }, { BroadcastChannel, locks }) =>
  Boolean(share !== false && !since && !ask && BroadcastChannel && locks);

export class SharedConnection {
  state = 'connecting';
  offsets = new Map();
  #tab = Math.random().toString(36).slice(2);
  #topics = new Set();
  #left = new Set(); // topics left since the leader was told, perhaps followed again
  #sending = false;
  #topicsByTab = new Map(); // kept by the leader
  #last = new Map(); // the latest snapshot or error of each topic, for tabs that subscribe later
  #stale = new Map(); // the reports of topics that the server cannot vouch for, for the same
  #closed; // aborts when this tab closes its client
  #waiting; // aborts when this tab no longer waits for the leader's lock
  #leader; // the tab that this one listens to
  #isJoined = false; // whether the leader knows the topics and offsets of this tab
  #misses = 0; // questions in a row that the leader has not answered
  #failures = 0;

  constructor(url, options, env, on) {
    Object.assign(this, { url, options, env, on });
    this.#join();
  }

  subscribe(topic) {
    this.#topics.add(topic);
    this.#sendSoon();
  }

  unsubscribe(topic) {
    this.#topics.delete(topic);
    this.offsets.delete(topic);
    this.#left.add(topic);
    this.#sendSoon();
  }

  /** Only the leader has a WebSocket. */
  send(message) {
    return this.connection?.send(message) ?? false;
  }

  retryNow() {
    if (this.#closed.signal.aborted) return this.#join();
    if (this.connection) return this.connection.retryNow();
    this.#post({ type: 'retry' });
    if (this.channel) this.#checkLeader(SHORT_CHECK, 1);
  }

  close(reason = 'closed') {
    this.#stop();
    this.#setStatus({ state: 'closed', reason });
  }

  #stop() {
    this.#closed.abort();
    this.#stepDown();
    this.channel?.close();
    this.channel = null;
  }

  #setStatus(status) {
    Object.assign(this, statusOf(status));
    this.on.state();
  }

  #forget() {
    this.#leader = null;
    this.#isJoined = false;
    this.#topicsByTab.clear();
    this.#last.clear();
    this.#stale.clear();
  }

  /** This tab has another user now: it leaves the others, which go on as they are. */
  #leave() {
    this.connection = null;
    this.offsets.clear();
    this.close(USER_CHANGED);
  }

  /** Tabs of other users, or with other rights, share another connection. */
  async #join() {
    const { signal } = (this.#closed = new AbortController());
    try {
      const token = () => this.options.token?.({ refused: false });
      this.token = (await within(this.env.clock, TOKEN_TIMEOUT, token)) ?? null;
    } catch {
      if (signal.aborted) return;
      // Without its token it is not known with whom this tab may share.
      this.#closed.abort();
      this.timer = this.env.clock.setTimeout(() => this.#join(), backoff(this.#failures++, this.env.random));
      return this.#setStatus({ state: 'reconnecting', failures: this.#failures });
    }
    if (signal.aborted) return;
    this.owners = { token: userOf(this.token) };
    this.name = `boardcast.${VERSION} ${this.url} ${identity(this.token)}`;
    try {
      this.channel = new this.env.BroadcastChannel(this.name);
      this.channel.onmessage = ({ data }) => this.#on[data.type]?.(data);
      // Another tab that gets the lock of this tab knows that this tab is gone.
      this.#hold(this.#tab, { signal }, signal).catch(() => {});
      this.#follow();
      // A frozen tab runs no timers and receives nothing from the server, but answers other tabs.
      const { document } = this.env.window ?? {};
      document?.addEventListener('freeze', () => this.#stepDown(), { signal });
      document?.addEventListener('resume', () => this.connection || this.#follow(), { signal });
    } catch {
      this.#lead(); // alone: this page may not share
    }
  }

  /** Holds a lock until the signal, or until the tab goes. */
  #hold(name, options, signal, then = () => {}) {
    const released = new Promise((resolve) => signal.addEventListener('abort', resolve));
    return this.env.locks.request(`${this.name} ${name}`, options, () => (then(), released));
  }

  /** Becomes the leader when the lock is free, or takes it from a tab that does not answer. */
  #waitToLead(steal) {
    this.#waiting?.abort();
    const { signal } = (this.#waiting = new AbortController());
    let leads = false;
    const lead = () => {
      leads = true;
      if (!signal.aborted) this.#lead();
    };
    this.#hold('leader', steal ? { steal } : { signal }, signal, lead).catch(() => {
      if (signal.aborted) return;
      if (!leads) return this.#lead(); // alone, see above
      this.#stepDown();
      this.#follow();
    });
  }

  #stepDown() {
    const { connection } = this;
    this.connection = null;
    this.#waiting?.abort();
    this.env.clock.clearTimeout(this.timer);
    connection?.close();
    this.#forget();
  }

  #follow() {
    this.#waitToLead();
    this.#checkLeader();
  }

  #lead() {
    this.env.clock.clearTimeout(this.timer);
    const on = {
      state: () => {
        if (!this.connection) return;
        if (this.connection.reason === USER_CHANGED) this.#leave();
        else this.#broadcast({ status: statusOf(this.connection) });
      },
      message: (message) => {
        if (isSign(message)) this.#setStale(message);
        else if (message.type !== 'subscribed' && !message.ephemeral) this.#last.set(message.topic, message);
        this.#broadcast({ message });
      },
    };
    on.answer = this.on.answer;
    const owners = { ...this.owners, server: this.user };
    const token = this.options.token && ((why) => this.#ownToken(why));
    this.connection = new Connection(this.url, { ...this.options, token, owners }, this.env, on);
    this.#leader = this.#tab;
    this.#post({ type: 'lead', from: this.#tab });
    this.#sendTopics();
  }

  /** Who has signed in meanwhile no longer shares with those who have not, and the other way round. */
  async #ownToken(why) {
    const token = (await this.options.token(why)) ?? null;
    if ((token === null) !== (this.token === null)) {
      this.#stop();
      this.#join();
    }
    return token;
  }

  // The leader's side

  #setTopics({ tab, topics, left }) {
    const { connection } = this;
    const before = this.#topicsByTab.get(tab);
    if (!before && tab !== this.#tab) this.#watch(tab);
    for (const topic of left) before?.delete(topic);
    const valid = topics.filter(([topic, since]) => isTopic(topic) && (!since || isOffset(since)));
    this.#topicsByTab.set(tab, new Set(valid.map(([topic]) => topic)));
    for (const [topic, since] of valid) {
      if (!connection.topics.has(topic)) {
        if (since) connection.offsets.set(topic, since);
        connection.subscribe(topic);
      } else if (!before?.has(topic)) {
        this.#begin(tab, topic, since, connection.offsets.get(topic));
      }
    }
    this.#broadcast({ to: tab, status: statusOf(connection) });
    this.#unsubscribeUnused();
  }

  /** Another tab follows a topic that this connection has: it continues from `since`, or begins at `offset`. */
  #begin(tab, topic, since, offset) {
    const isBoard = (each) => each?.startsWith('version:');
    const messages = [this.#last.get(topic), this.#stale.get(topic)];
    if (since && !isBoard(since) && since !== offset) {
      if (!offset || isRepeat({ offset: since }, offset)) return this.connection.rewind(topic, since);
      // What follows an offset of another history cannot be known; one that is ahead has what this tab awaits.
      if (!isRepeat({ offset }, since)) messages.unshift({ type: 'subscribed', topic, offset, gap: true });
    } else {
      messages.unshift({ type: 'subscribed', topic, offset });
    }
    for (const message of messages) if (message) this.#broadcast({ to: tab, message });
  }

  /** Forgets a tab when it is gone. */
  #watch(tab) {
    const gone = () => {
      this.#topicsByTab.delete(tab);
      this.#unsubscribeUnused();
    };
    const { signal } = this.#closed;
    this.env.locks.request(`${this.name} ${tab}`, { signal }, gone).catch(() => {});
  }

  #unsubscribeUnused() {
    const used = new Set([...this.#topicsByTab.values()].flatMap((topics) => [...topics]));
    for (const topic of this.connection?.topics ?? []) {
      if (used.has(topic)) continue;
      this.connection.unsubscribe(topic);
      this.#last.delete(topic);
      this.#stale.delete(topic);
    }
  }

  #setStale(sign) {
    if (sign.type === 'stale') this.#stale.set(sign.topic, sign);
    else this.#stale.delete(sign.topic);
  }

  /** To all tabs, this one included, or to one. */
  #broadcast(update) {
    if (update.to !== this.#tab) this.#post({ ...update, type: 'update', from: this.#tab });
    this.#receive(update);
  }

  // Every tab's side

  #on = {
    lead: ({ from }) => {
      if (this.connection) return;
      this.#leader = from;
      this.#isJoined = false;
      this.#sendTopics();
    },
    update: (update) => {
      const { from, to } = update;
      if (this.connection || (this.#leader && this.#leader !== from)) return;
      if (to === this.#tab) {
        this.#leader = from;
        this.#isJoined = true;
        this.#misses = 0;
      }
      if (this.#isJoined) this.#receive(update);
    },
    retry: () => this.connection?.retryNow(),
    topics: (message) => this.connection && this.#setTopics(message),
  };

  #sendSoon() {
    if (this.#sending) return;
    this.#sending = true;
    queueMicrotask(() => this.#sendTopics());
  }

  #sendTopics() {
    this.#sending = false;
    const topics = [...this.#topics].map((topic) => [topic, this.offsets.get(topic)]);
    const message = { type: 'topics', tab: this.#tab, topics, left: [...this.#left] };
    this.#left.clear();
    if (this.connection) this.#setTopics(message);
    else this.#post(message);
  }

  /** Asks the leader for its status, again and again; takes over from one that does not answer. */
  #checkLeader(wait = CHECK_INTERVAL, misses = 0) {
    const { clock } = this.env;
    clock.clearTimeout(this.timer);
    this.#misses = misses + 1;
    this.#sendTopics();
    this.timer = clock.setTimeout(() => {
      if (this.connection) return;
      if (this.#misses > 1) this.#waitToLead(true);
      this.#checkLeader(CHECK_INTERVAL, this.#misses);
    }, wait);
  }

  #post(message) {
    this.channel?.postMessage(message);
  }

  #receive({ to = this.#tab, status, message }) {
    if (to !== this.#tab) return;
    if (status) return this.#setStatus(status);
    if (!message.topic) return this.on.message(message);
    const topic = topicFor(message, (name) => this.#topics.has(name));
    if (!topic || isRepeat(message, this.offsets.get(topic))) return;
    if (message.offset) this.offsets.set(topic, message.offset);
    this.on.message({ ...message, topic });
  }
}
