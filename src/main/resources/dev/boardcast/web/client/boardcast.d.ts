/** `polling` is live too, every five seconds. `closed` stays so until `retry()`. */
export type State = 'connecting' | 'live' | 'reconnecting' | 'polling' | 'closed';
export type Transport = 'websocket' | 'sse' | 'polling';

export interface Status {
  state: State;
  /** Why, when closed: the close code, or `closed`; `offline` while the browser says so. */
  reason: number | string | null;
  /** When the next attempt comes, in milliseconds of this machine's clock. */
  retryAt: number | null;
  transport: Transport | null;
  /** Attempts that failed since a connection was steady. */
  failures: number;
  node?: string;
  user?: string | null;
}

/** An event of a stream, or a board's numbers (`metrics:update`). */
export interface Message<Data = any> {
  type: string;
  topic: string;
  data: Data;
  /** ISO 8601, by the server's clock. */
  timestamp: string;
  /** The same moment in milliseconds of this machine's clock, minus the age of stale numbers. */
  at: number;
  offset: string;
  /** The server's database is away: newer facts may be missing. */
  stale?: true;
  age_ms?: number;
}

/** A topic that cannot be had; the others go on. */
export interface Problem {
  type: 'error';
  code: 'not_authenticated' | 'forbidden' | 'unknown_topic' | 'too_many_topics' | 'unavailable' | string;
  message: string;
  topic?: string;
}

/** A topic has begun, at the server: what happens from here on comes as messages. */
export interface Subscribed {
  topic: string;
  offset: string | null;
}

/** What was before is lost: fetch fresh state, then go on with what comes. */
export interface Gap {
  topic: string;
  offset: string | null;
}

export interface Events {
  state: Status;
  message: Message;
  problem: Problem;
  subscribed: Subscribed;
  gap: Gap;
}

export interface Options {
  /**
   * The token for now, or null. Asked at each connection, and again before the token expires;
   * `refused` says that the server did not take the last one. A token that is still the same then
   * ends in `closed`, with reason 4401.
   */
  token?: (why: { refused: boolean }) => string | null | Promise<string | null>;
  /** Followed from the start; their messages come by `on('message')`. */
  topics?: string[];
  /** The `offsets` of an earlier client, to go on from. Such a client does not share. */
  since?: Record<string, string>;
  /** Whether tabs of this origin and person share one connection; true where the browser can. */
  share?: boolean;
  /** Instead of the surroundings: `WebSocket`, `fetch`, `clock`, `random`, …; for tests and Node 20. */
  env?: Record<string, unknown>;
}

export class Boardcast {
  constructor(url?: string, options?: Options);
  readonly state: State;
  readonly status: Status;
  /** The place in each topic. */
  readonly offsets: Record<string, string>;
  /** The handler gets each event once and in order, and a board's newest numbers. */
  subscribe<Data = any>(topic: string, handler: (message: Message<Data>) => void): () => void;
  on<Name extends keyof Events>(event: Name, listener: (detail: Events[Name]) => void): () => void;
  /** Milliseconds since what a message says was so. */
  age(message: Message): number;
  retry(): void;
  close(): void;
}

/**
 * Connects to `http(s)://host[/path]` or `ws(s)://host[/path]`; in a browser by default to the server that this
 * module was loaded from.
 */
export function connect(url?: string, options?: Options): Boardcast;
