// Who is on a topic. The user is shown to the others there, once, however many parts of a page and tabs are there: all tabs
// that share a connection are one session. The tab that has the connection speaks for the others.

import { askedAs, expect, isTopic } from './rules.js';

const TICK = 5000;
const SILENT = 15_000; // then a tab is gone
const AGAIN = 60_000; // between two lists of a topic that does not change
const RETRY = 500; // while the topic is not subscribed yet
const DENIED = /^(forbidden|not_authenticated|unknown_topic|invalid)$/; // not asked for again on this connection
const PREFIX = 'presence '; // of the ids of this module's messages
const NOBODY = Object.freeze({ users: Object.freeze([]), count: 0, countsOnly: false, partial: false, refused: null });

const isText = (value) => typeof value === 'string' && /^[^\p{Cc}]{1,80}$/u.test(value);
const isColor = (value) => typeof value === 'string' && /^#[0-9a-f]{6}$/i.test(value);
const MEMBERS = { name: isText, state: isText, color: isColor };

function check(data) {
  const isRight = ([name, value]) => value === undefined || MEMBERS[name]?.(value);
  const isObject = typeof data === 'object' && data !== null;
  expect(isObject && Object.entries(data).every(isRight), 'data', '{name, state: 1 to 80 characters, color: #a03c2f}');
}

const ORDER = (a, b) => (a.since < b.since || (a.since === b.since && a.user < b.user) ? -1 : 1);

/** The newest of those that show anything, else one that shows nothing. */
const newest = (all) => [...all].sort((a, b) => !isEmpty(a) - !isEmpty(b) || a.at - b.at).at(-1);
const isEmpty = ({ data }) => !Object.keys(data).length;

const viewOf = ({ count, counts_only: countsOnly = false, partial = false }, users) =>
  Object.freeze({ users: Object.freeze([...users]), count, countsOnly, partial, refused: null });

/** A topic on which a part of this page is. */
class TopicUsers {
  parts = new Set(); // {data, at, changed}
  view = NOBODY;
  isKnown = false; // whether there was a list, to which changes apply
  toldAt = 0;
  #users = new Map();

  constructor(report) {
    this.report = report;
  }

  receive(message) {
    const isList = message.type === 'presence';
    if (!isList && !this.isKnown) return;
    this.isKnown = true;
    const users = this.#users;
    if (isList || message.counts_only) users.clear();
    for (const each of [message.users, message.joined, message.updated].flat()) if (each) users.set(each.user, each);
    for (const user of message.left ?? []) users.delete(user);
    this.show(viewOf(message, [...users.values()].sort(ORDER)));
  }

  show(view) {
    this.view = view;
    for (const { changed } of [...this.parts]) {
      try {
        changed(view);
      } catch (failure) {
        this.report(failure);
      }
    }
  }
}

/** What all parts of a page share: one per client. */
class Hub {
  #client;
  #env;
  #tab = Math.random().toString(36).slice(2);
  #places = new Map(); // by topic
  #others = new Map(); // by tab: what it shows on which topics, and when it has said that last
  #denied = new Set(); // topics
  #due = new Map(); // by topic, the timer of the next message
  #sent = 0;
  #channel;
  #isTicking = false;
  #session; // what tells one connection from the next

  constructor(client) {
    this.#client = client;
    this.#env = client.context.env;
    client.on('answer', (message) => this.#answered(message));
    client.on('problem', ({ topic, code }) => this.#deny(topic, code));
    client.on('state', () => this.#look());
    this.#env.window?.addEventListener?.('pagehide', () => this.#post({ tab: this.#tab, topics: [] }));
    this.#look();
  }

  place(topic) {
    if (!this.#places.has(topic)) this.#places.set(topic, new TopicUsers(this.#env.report));
    return this.#places.get(topic);
  }

  /** What this page shows on a topic has changed. */
  changed(topic) {
    if (!this.#places.get(topic)?.parts.size) {
      this.#places.delete(topic);
      this.#denied.delete(topic);
    }
    this.#announce();
    this.#tellIn(0, topic);
  }

  get #now() {
    return this.#env.clock.now();
  }

  /** What the user shows on a topic: the newest that is not empty; null where no tab is. */
  #shown(topic) {
    const all = [...(this.#places.get(topic)?.parts ?? [])];
    for (const { topics } of this.#others.values()) if (topics.has(topic)) all.push(topics.get(topic));
    return newest(all)?.data ?? null;
  }

  #tellIn(wait, topic) {
    const { clock } = this.#env;
    if (this.#due.has(topic)) return;
    const tell = () => {
      this.#due.delete(topic);
      this.#tell(topic);
    };
    this.#due.set(topic, clock.setTimeout(tell, wait));
  }

  /** Nothing where another tab has the connection, or none has a WebSocket. */
  #tell(topic) {
    const data = this.#shown(topic);
    const message = { type: 'presence', topic, id: PREFIX + ++this.#sent, ...(data ? { data } : { present: false }) };
    const place = this.#places.get(topic);
    if (this.#client.send(message) && place) place.toldAt = this.#now;
  }

  #answered(message) {
    const { type, id, code, field } = message;
    const topic = this.#asked(message);
    if (type === 'error') {
      if (!String(id).startsWith(PREFIX) || !this.#shown(topic)) return;
      const isEarly = field === 'topic' || code === 'too_fast' || code === 'unavailable';
      if (isEarly) return this.#denied.has(topic) || this.#tellIn(RETRY, topic);
    } else if (!type.startsWith('presence')) return;
    this.#receive(message);
    this.#post({ message });
  }

  /** As which topic pages know it: a board may have got the values of its parameters from the token. */
  #asked({ topic }) {
    return topic?.includes('?') ? askedAs(topic, [...this.#topics]) : topic;
  }

  #receive(message) {
    const topic = this.#asked(message);
    if (message.type === 'error') return this.#refuse(topic, message.code);
    this.#denied.delete(topic);
    this.#places.get(topic)?.receive(message);
  }

  #refuse(topic, code) {
    if (DENIED.test(code)) this.#denied.add(topic);
    this.#places.get(topic)?.show(Object.freeze({ ...NOBODY, refused: code }));
  }

  /** A topic cannot be followed, or not be read: nobody is shown there. */
  #deny(topic, code) {
    if (!DENIED.test(code) || !this.#topics.has(topic)) return;
    this.#refuse(topic, code);
    this.#post({ message: { type: 'error', topic, code } });
  }

  // Connections and tabs

  /** Each connection begins without presence. */
  #look() {
    const { state, transport, node } = this.#client.status;
    this.#open();
    const session = state === 'live' && transport === 'websocket' ? `live ${node}` : state;
    if (session === this.#session) return;
    this.#session = session;
    this.#denied.clear();
    for (const place of this.#places.values()) place.isKnown = false;
    if (state === 'closed') return this.#post({ tab: this.#tab, topics: [] });
    if (session !== state) for (const topic of this.#topics) this.#tellIn(0, topic);
    else this.#read();
    this.#tick();
  }

  get #topics() {
    return new Set([...this.#places.keys(), ...[...this.#others.values()].flatMap(({ topics }) => [...topics.keys()])]);
  }

  /** Tabs share a connection by a name, which is known once the token is. */
  #open() {
    const { name } = this.#client.context;
    if (!name || this.#channel?.name === `${name} presence`) return;
    this.#channel?.close();
    this.#others.clear();
    this.#channel = new this.#env.BroadcastChannel(`${name} presence`);
    this.#channel.onmessage = ({ data }) => {
      if (data.message) this.#receive(data.message);
      if (data.topics) this.#heed(data);
      if (data.asks) this.#announce();
    };
    this.#post({ asks: true });
    this.#announce();
  }

  #post(message) {
    this.#channel?.postMessage(message);
  }

  #announce() {
    const topics = [...this.#places].map(([topic, { parts }]) => {
      const { data, at } = newest(parts);
      return [topic, { data, at }];
    });
    this.#post({ tab: this.#tab, topics });
  }

  #heed({ tab, topics }) {
    const before = this.#others.get(tab)?.topics ?? new Map();
    const now = new Map(topics);
    if (now.size) this.#others.set(tab, { topics: now, saidAt: this.#now });
    else this.#others.delete(tab);
    for (const topic of new Set([...before.keys(), ...now.keys()])) {
      if (before.get(topic)?.at !== now.get(topic)?.at) this.#tellIn(0, topic);
    }
  }

  #tick() {
    if (this.#isTicking) return;
    this.#isTicking = true;
    this.#env.clock.setTimeout(() => {
      this.#isTicking = false;
      if (this.#client.state === 'closed') return;
      for (const [tab, { saidAt }] of this.#others) if (this.#now - saidAt > SILENT) this.#heed({ tab, topics: [] });
      if (this.#places.size) this.#announce();
      for (const [topic, { toldAt }] of this.#places) if (this.#now - toldAt > AGAIN && !this.#denied.has(topic)) this.#tellIn(0, topic);
      this.#read();
      this.#tick();
    }, TICK);
  }

  /** Reads the lists that no connection brings. */
  #read() {
    if (!/^(live|polling)$/.test(this.#client.state)) return;
    for (const [topic, place] of this.#places) {
      if (place.isKnown || this.#denied.has(topic)) continue;
      const show = (view) => place.isKnown || place.show(view);
      const failed = ({ status }) => place.isKnown || (status === 403 && this.#refuse(topic, 'forbidden')); // else tried again
      readPresence(this.#client, topic).then(show, failed);
    }
  }
}

const hubs = new WeakMap();

function hubOf(client) {
  if (!hubs.has(client)) hubs.set(client, new Hub(client));
  return hubs.get(client);
}

/** Lets tabs that share this one's connection be present, also while this page is on no topic. */
export const relay = (client) => void hubOf(client);

/** Who is on a topic now, over HTTP, without being there. */
export async function readPresence(client, topic) {
  expect(isTopic(topic), 'topic', 'a text of 1 to 512 characters');
  const { url, options, env } = client.context;
  const bearer = (await options.token?.({ refused: false })) ?? null;
  const headers = bearer ? { authorization: `Bearer ${bearer}` } : {};
  const path = `${url}/api/v1/presence/${encodeURIComponent(topic)}`;
  const response = await env.fetch(path, { headers, signal: AbortSignal.timeout(10_000) });
  const body = await response.json();
  if (response.ok) return viewOf(body, body.users);
  throw Object.assign(new Error(body.detail), { status: body.status, errors: body.errors });
}

/** Follows a topic, is present there, and calls changed(view) whenever who is there has changed. */
export function presence(client, topic, changed, data = {}) {
  expect(isTopic(topic), 'topic', 'a text of 1 to 512 characters');
  expect(typeof changed === 'function', 'changed', 'a function');
  check(data);
  const hub = hubOf(client);
  const { clock } = client.context.env;
  const place = hub.place(topic);
  const part = { data, at: clock.now(), changed };
  const leave = client.subscribe(topic, () => {});
  place.parts.add(part);
  hub.changed(topic);
  return {
    get view() {
      return place.view;
    },
    set(next) {
      check(next);
      if (!place.parts.has(part)) return;
      Object.assign(part, { data: next, at: clock.now() });
      hub.changed(topic);
    },
    stop() {
      if (!place.parts.delete(part)) return;
      leave();
      hub.changed(topic);
    },
  };
}
