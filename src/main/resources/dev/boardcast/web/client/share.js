// One connection for all tabs of an origin. The tab that gets the lock holds it and tells the others
// what it hears; when that tab goes, the lock goes to the next, which goes on from where it stands.

import { Link } from './link.js';
import { identity, isRepeat } from './rules.js';

export const canShare = ({ share, since }, { BroadcastChannel, locks }) =>
  Boolean(share !== false && !since && BroadcastChannel && locks);

/** What a Link tells of itself, in a form that goes to other tabs. */
const news = ({ state, reason, retryAt, transport, failures, node, user }) =>
  ({ state, reason, retryAt, transport, failures, node, user });

export class Share {
  state = 'connecting';
  offsets = new Map();
  #tab = Math.random().toString(36).slice(2);
  #topics = new Set();
  #tabs = new Map(); // what each follows, as the holder knows
  #last = new Map(); // numbers and refusals, for tabs that come later
  #end; // aborts when this tab wants no more

  constructor(url, options, env, on) {
    Object.assign(this, { url, options, env, on });
    this.#join();
  }

  follow(topic) {
    this.#topics.add(topic);
    this.#want();
  }

  leave(topic) {
    this.#topics.delete(topic);
    this.offsets.delete(topic);
    this.#want();
  }

  nudge() {
    if (this.#end.signal.aborted) this.#join();
    else if (this.link) this.link.nudge();
    else this.#post('nudge');
  }

  close() {
    this.#end.abort();
    this.link?.close();
    this.channel?.close();
    this.link = this.channel = null;
    this.#heard({ news: news({ state: 'closed', reason: 'closed' }) });
  }

  /** Tabs of other people, or with other rights, share another connection. */
  async #join() {
    const { signal } = (this.#end = new AbortController());
    const token = await Promise.resolve(this.options.token?.()).catch(() => null);
    if (signal.aborted) return;
    this.name = `boardcast ${this.url} ${identity(token)}`;
    this.channel = new this.env.BroadcastChannel(this.name);
    this.channel.onmessage = ({ data }) => this.#on[data.say](data);
    // A tab's own lock, when others get it, tells that the tab is gone.
    this.#lock(this.#tab);
    this.#lock('holder', () => this.#hold());
    this.#want();
  }

  #lock(name, then = () => {}) {
    const { signal } = this.#end;
    const gone = new Promise((resolve) => signal.addEventListener('abort', resolve));
    const held = () => (then(), gone);
    this.env.locks.request(`${this.name} ${name}`, { signal }, held).catch(() => {});
  }

  #hold() {
    const on = {
      state: () => this.link && this.#both({ say: 'heard', news: news(this.link) }),
      message: (message) => {
        if (message.type !== 'subscribed') this.#last.set(message.topic, message);
        this.#both({ say: 'heard', message });
      },
    };
    this.link = new Link(this.url, this.options, this.env, on);
    this.#post('who');
    this.#want();
  }

  #want() {
    const topics = [...this.#topics].map((topic) => [topic, this.offsets.get(topic)]);
    const want = { say: 'want', tab: this.#tab, topics };
    if (this.link) this.#on.want(want);
    else this.#post('want', want);
  }

  #on = {
    heard: (told) => this.#heard(told),
    nudge: () => this.link?.nudge(),
    who: () => this.#want(),
    want: ({ tab, topics }) => this.link && this.#wanted(tab, topics),
  };

  #wanted(tab, topics) {
    const { link } = this;
    const before = this.#tabs.get(tab);
    if (!before && tab !== this.#tab) this.#watch(tab);
    this.#tabs.set(tab, new Set(topics.map(([topic]) => topic)));
    for (const [topic, since] of topics) {
      if (!link.topics.has(topic)) {
        if (since) link.offsets.set(topic, since);
        link.follow(topic);
      } else if (!before?.has(topic)) {
        const offset = link.offsets.get(topic);
        this.#both({ say: 'heard', to: tab, message: { type: 'subscribed', topic, offset } });
        if (this.#last.has(topic)) this.#both({ say: 'heard', to: tab, message: this.#last.get(topic) });
      }
    }
    this.#both({ say: 'heard', to: tab, news: news(link) });
    this.#tidy();
  }

  #watch(tab) {
    const gone = () => {
      this.#tabs.delete(tab);
      this.#tidy();
    };
    const { signal } = this.#end;
    this.env.locks.request(`${this.name} ${tab}`, { signal }, gone).catch(() => {});
  }

  /** Leaves what nobody follows any more. */
  #tidy() {
    const wanted = new Set([...this.#tabs.values()].flatMap((topics) => [...topics]));
    for (const topic of this.link?.topics ?? []) {
      if (wanted.has(topic)) continue;
      this.link.leave(topic);
      this.#last.delete(topic);
    }
  }

  #both(told) {
    if (told.to !== this.#tab) this.#post('heard', told);
    this.#heard(told);
  }

  #post(say, message) {
    this.channel?.postMessage({ ...message, say });
  }

  #heard({ to = this.#tab, news: status, message }) {
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
