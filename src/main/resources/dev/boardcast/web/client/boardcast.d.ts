/** In `polling`, data is read every five seconds. `closed` is final until `retry()`. */
export type State = 'connecting' | 'live' | 'reconnecting' | 'polling' | 'closed';
export type Transport = 'websocket' | 'sse' | 'polling';

/** Frozen; another object for each change. */
export interface Status {
  readonly state: State;
  /**
   * Why it is closed: the close code, `closed`, or `user_changed`: the token is another user's. `offline` while the browser
   * reports that it is: attempts go on, since it may be wrong.
   */
  readonly reason: number | string | null;
  /** Time of the next attempt, in milliseconds of the local clock. */
  readonly retryAt: number | null;
  readonly transport: Transport | null;
  /** Failed attempts since a connection lasted ten seconds. */
  readonly failures: number;
  readonly node?: string;
  /** Of the server. */
  readonly version?: string;
  readonly user?: string | null;
}

/** An event of a stream, or the snapshot of a board (`metrics:update`). */
export interface Message<Data = any> {
  type: string;
  topic: string;
  data: Data;
  /** ISO 8601, by the server's clock. */
  timestamp: string;
  /** The time of the data in milliseconds of the local clock. */
  at: number;
  offset: string;
  /** A message that is not stored: it has no offset, and may be lost. */
  ephemeral?: true;
  /** Of such a message. */
  key?: string;
  /** Of an event that this user has published from a client: the id that it was published with. */
  id?: string;
  /** The server's database is unavailable: newer facts may be missing. */
  stale?: true;
  age_ms?: number;
  /** With `compare`: with what, and the time of an earlier snapshot. */
  compared?: { with: string; at?: string };
  /** With `compare`, by the path of a metric, such as `revenue.total`. */
  comparison?: Record<string, Compared>;
}

/** The other value of a metric, how it has moved since, and by how many percent; null where that is not known. */
export interface Compared {
  value: number | null;
  direction: 'up' | 'down' | 'stable' | null;
  change: number | null;
}

/** A topic that cannot be subscribed; the others are not affected. */
export interface Problem {
  type: 'error';
  code: 'not_authenticated' | 'forbidden' | 'unknown_topic' | 'too_many_topics' | 'too_many_filters' | 'invalid' | 'unavailable' | string;
  message: string;
  topic?: string;
  /** The option of `ask` that is wrong. */
  field?: string;
}

/** A subscription has begun without earlier events: messages follow from this offset. */
export interface Subscribed {
  topic: string;
  offset: string | null;
}

/** Events were missed and cannot be delivered: fetch the current state, then apply the messages that follow. */
export interface Gap {
  topic: string;
  offset: string | null;
}

/** The server cannot vouch for a topic: newer data may exist. `fresh` follows, after the missed messages. */
export interface Stale {
  topic: string;
  /** ISO 8601: the data was complete at that time. */
  since: string;
}

export interface Fresh {
  topic: string;
}

export interface Events {
  state: Status;
  message: Message;
  problem: Problem;
  subscribed: Subscribed;
  gap: Gap;
  stale: Stale;
  fresh: Fresh;
  /** For modules that add to the client: the answer to a message of `send`. */
  answer: Record<string, unknown>;
}

/** How to get a topic. What the server finds wrong is a `Problem` of the topic. */
export interface Ask {
  /** The least milliseconds between two messages; the last one always comes. Of boards, and of streams with `latest`. */
  interval_ms?: number;
  /** Of a stream: the newest event only, in place of those that were missed or that another one has followed. */
  latest?: boolean;
  /** Of a board: paths of metrics such as `revenue.total`, or JSON pointers. */
  fields?: string[];
  /** Of a board: what has changed; with `read: deltas()` messages are whole snapshots all the same. */
  deltas?: boolean;
  /** Of a board: adds `compared` and `comparison` to its messages; `target` where it has targets. */
  compare?: 'previous' | 'week' | 'target';
  /** Of a stream: the events that pass. */
  where?: Where;
}

/** Types, and comparisons of the data by path or JSON pointer: `{ data: { amount: { gte: 100 } } }`. All have to be met. */
export interface Where {
  type?: string | string[];
  data?: Record<string, Comparison>;
}

export interface Comparison {
  eq?: string | number | boolean | null;
  ne?: string | number | boolean | null;
  lt?: string | number;
  lte?: string | number;
  gt?: string | number;
  gte?: string | number;
  in?: (string | number | boolean | null)[];
}

export interface Options {
  /**
   * Returns the current token, or null. Called at each connection, and again before the token expires;
   * `refused`: the server refused the last one. If the same token is returned then, the client closes
   * with reason 4401.
   */
  token?: (why: { refused: boolean }) => string | null | Promise<string | null>;
  /** Subscribed from the start; `on('message')` receives their messages. */
  topics?: string[];
  /** The `offsets` of an earlier client, to resume from. Such a client does not share its connection. */
  since?: Record<string, string>;
  /**
   * What to get of some topics, if not all of it and at once. Such a client does not share its connection, and does not
   * poll: it uses WebSocket and Server-Sent Events only.
   */
  ask?: Record<string, Ask>;
  /** What each message of the server becomes before the client reads it; null ends the connection. See `deltas.js`. */
  read?: (message: any) => any;
  /** Whether tabs of one origin and user share a connection; by default true where the browser supports it. */
  share?: boolean;
  /** Replaces `WebSocket`, `fetch`, `clock`, `random`, …, for tests and Node 20. */
  env?: Record<string, unknown>;
}

export class Boardcast {
  constructor(url?: string | URL, options?: Options);
  readonly state: State;
  /** The same object until something changes, which the event `state` tells: fit for React's `useSyncExternalStore`. */
  readonly status: Status;
  /** The offset of each topic. The same object until one of them changes. */
  readonly offsets: Readonly<Record<string, string>>;
  /** Throws a TypeError if the topic is not a text of 1 to 512 characters, of 256 if some are not ASCII. The handler receives each event once and in order, or a board's newest snapshots. Returns how to end it. */
  subscribe<Data = any>(topic: string, handler: (message: Message<Data>) => void): () => void;
  on<Name extends keyof Events>(event: Name, listener: (detail: Events[Name]) => void): () => void;
  /** Whether the server cannot vouch for a topic at present. */
  isStale(topic: string): boolean;
  /** The age of a message's data in milliseconds. */
  age(message: Message): number;
  retry(): void;
  close(): void;
  /** For modules that add to the client: whether the open WebSocket took a message. */
  send(message: Record<string, unknown>): boolean;
  /** For modules that add to the client. */
  readonly context: { url: string; options: Options; env: Record<string, any> };
}

/**
 * Connects to `http(s)://host[/path]` or `ws(s)://host[/path]`; in a browser by default to the server that this
 * module was loaded from. Throws a TypeError that names the argument and what is expected of it.
 */
export function connect(url?: string | URL, options?: Options): Boardcast;
