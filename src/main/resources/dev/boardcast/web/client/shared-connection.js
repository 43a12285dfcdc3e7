// One connection for all tabs of an origin. The tab that holds the lock is the leader: it has the connection and
// broadcasts what it receives. When it goes, another tab gets the lock and resumes from its own offsets.

import { Connection } from './connection.js';
import { identity, isRepeat, isSign, userOf, USER_CHANGED } from './rules.js';

/** In the names of channels and locks: tabs with another version of these messages do not mix. */
const VERSION = 2;

export const canShare = ({ share, since }, { BroadcastChannel, locks }) =>
  Boolean(share !== false && !since && BroadcastChannel && locks);

/** The status of a connection, in a form that can be sent to other tabs. */
const statusOf = ({ state, reason, retryAt, transport, failures, node, user }) =>
  ({ state, reason, retryAt, transport, failures, node, user });

export class SharedConnection {
  state = 'connecting';
  offsets = new Map();
  #tab = Math.random().toString(36).slice(2);
  #topics = new Set();
  #topicsByTab = new Map(); // kept by the leader
  #last = new Map(); // the latest snapshot or error of each topic, for tabs that subscribe later
  #stale = new Map(); // the reports of topics that the server cannot vouch for, for the same
  #closed; // aborts when this tab closes its client

  constructor(url, options, env, on) {
    Object.assign(this, { url, options, env, on });
    this.#join();
  }

  subscribe(topic) {
    this.#topics.add(topic);
    this.#sendTopics();
  }

  unsubscribe(topic) {
    this.#topics.delete(topic);
    this.offsets.delete(topic);
    this.#sendTopics();
  }

  retryNow() {
    if (this.#closed.signal.aborted) this.#join();
    else if (this.connection) this.connection.retryNow();
    else this.#post({ type: 'retry' });
  }

  close(reason = 'closed') {
    this.#closed.abort();
    this.connection?.close();
    this.channel?.close();
    this.connection = this.channel = null;
    this.#receive({ status: statusOf({ state: 'closed', reason }) });
  }

  /** This tab has another user now: it leaves the others, which go on as they are. */
  #leave() {
    this.connection = null;
    this.offsets.clear();
    this.#topicsByTab.clear();
    this.#last.clear();
    this.#stale.clear();
    this.close(USER_CHANGED);
  }

  /** Tabs of other users, or with other rights, share another connection. */
  async #join() {
    const { signal } = (this.#closed = new AbortController());
    const token = await Promise.resolve(this.options.token?.()).catch(() => null);
    if (signal.aborted) return;
    this.owners = { token: userOf(token) };
    this.name = `boardcast.${VERSION} ${this.url} ${identity(token)}`;
    this.channel = new this.env.BroadcastChannel(this.name);
    this.channel.onmessage = ({ data }) => this.#on[data.type](data);
    // Another tab that gets the lock of this tab knows that this tab is gone.
    this.#lock(this.#tab);
    this.#lock('leader', () => this.#lead());
    this.#sendTopics();
  }

  /** Holds a lock until the client closes or the tab goes. */
  #lock(name, then = () => {}) {
    const { signal } = this.#closed;
    const closed = new Promise((resolve) => signal.addEventListener('abort', resolve));
    const acquired = () => (then(), closed);
    this.env.locks.request(`${this.name} ${name}`, { signal }, acquired).catch(() => {});
  }

  #lead() {
    const on = {
      state: () => {
        if (!this.connection) return;
        if (this.connection.reason === USER_CHANGED) this.#leave();
        else this.#broadcast({ status: statusOf(this.connection) });
      },
      message: (message) => {
        if (isSign(message)) this.#setStale(message);
        else if (message.type !== 'subscribed') this.#last.set(message.topic, message);
        this.#broadcast({ message });
      },
    };
    const owners = { ...this.owners, server: this.user };
    this.connection = new Connection(this.url, { ...this.options, owners }, this.env, on);
    this.#post({ type: 'askTopics' });
    this.#sendTopics();
  }

  #sendTopics() {
    const topics = [...this.#topics].map((topic) => [topic, this.offsets.get(topic)]);
    const message = { type: 'topics', tab: this.#tab, topics };
    if (this.connection) this.#setTopics(message);
    else this.#post(message);
  }

  #on = {
    update: (update) => this.#receive(update),
    retry: () => this.connection?.retryNow(),
    askTopics: () => this.#sendTopics(),
    topics: (message) => this.connection && this.#setTopics(message),
  };

  #setTopics({ tab, topics }) {
    const { connection } = this;
    const before = this.#topicsByTab.get(tab);
    if (!before && tab !== this.#tab) this.#watch(tab);
    this.#topicsByTab.set(tab, new Set(topics.map(([topic]) => topic)));
    for (const [topic, since] of topics) {
      if (!connection.topics.has(topic)) {
        if (since) connection.offsets.set(topic, since);
        connection.subscribe(topic);
      } else if (!before?.has(topic)) {
        const offset = connection.offsets.get(topic);
        this.#broadcast({ to: tab, message: { type: 'subscribed', topic, offset } });
        for (const message of [this.#last.get(topic), this.#stale.get(topic)]) {
          if (message) this.#broadcast({ to: tab, message });
        }
      }
    }
    this.#broadcast({ to: tab, status: statusOf(connection) });
    this.#unsubscribeUnused();
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
    if (update.to !== this.#tab) this.#post({ ...update, type: 'update' });
    this.#receive(update);
  }

  #post(message) {
    this.channel?.postMessage(message);
  }

  #receive({ to = this.#tab, status, message }) {
    if (to !== this.#tab) return;
    if (status) {
      Object.assign(this, status);
      this.on.state();
    } else if (!message.topic) {
      this.on.message(message);
    } else if (this.#topics.has(message.topic) && !isRepeat(message, this.offsets.get(message.topic))) {
      if (message.offset) this.offsets.set(message.topic, message.offset);
      this.on.message(message);
    }
  }
}
