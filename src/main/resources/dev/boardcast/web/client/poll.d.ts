import { Boardcast, Gap, Message, Options, Problem, Subscribed } from './boardcast.js';

export interface PollEvents {
  message: Message;
  /** A stream is followed from now on: this is its offset. */
  subscribed: Subscribed;
  /** Events of a stream are no longer stored: fetch the current state, then apply the messages that follow. */
  gap: Gap;
  /** A topic that cannot be read without a token, or is unknown. It is not asked for again. */
  problem: Problem;
  state: { state: PollState };
}

/** `reconnecting` while a topic cannot be read. `closed` is final. */
export type PollState = 'polling' | 'reconnecting' | 'closed';

export interface PollOptions {
  /** The offsets of streams to follow them from, such as the `offsets` of a client; those of boards are ignored. */
  since?: Record<string, string>;
  /** The least milliseconds between two requests for a topic, 100 to 3600000; by default 1000. */
  interval?: number;
  /** Replaces `fetch`, `clock`, `random`, …, for tests. */
  env?: Record<string, unknown>;
}

export class Poller {
  constructor(url: string | URL, options?: PollOptions);
  readonly state: PollState;
  /** The offset of each stream: what `since` of a client, or of another poller, goes on from. */
  readonly offsets: Record<string, string>;
  /** Follows a public stream, each event once and in order, from its offset in `since`, else from now. Returns how to end it. */
  stream<Data = any>(topic: string, handler: (message: Message<Data>) => void): () => void;
  /** Follows a public board. The topic, by default its name, is that of the messages, and of a connection. */
  board<Data = any>(name: string, handler: (message: Message<Data>) => void, topic?: string): () => void;
  on<Name extends keyof PollEvents>(event: Name, listener: (detail: PollEvents[Name]) => void): () => void;
  /**
   * Ends polling, and goes on over a connection that resumes at the offsets: nothing is lost or repeated. The handlers go along,
   * the listeners of `on` do not. `connect` is that of `boardcast.js`.
   */
  move(connect: (url: string, options: Options) => Boardcast, options?: Options): Boardcast;
  close(): void;
}

/** Polls `http(s)://host[/path]` until `close()`. Throws a TypeError that names the argument and what is expected of it. */
export function poller(url: string | URL, options?: PollOptions): Poller;
