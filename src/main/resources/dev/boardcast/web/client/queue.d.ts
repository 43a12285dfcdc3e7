/** A write that is not settled yet. */
export interface Entry<Body = any> {
  readonly id: string;
  readonly body: Body;
  readonly group?: string;
  /** When it was added, in milliseconds of the local clock. */
  readonly at: number;
  /** Of its body, as JSON in UTF-8. */
  readonly bytes: number;
  /** Why it waits for `release` or `drop`. */
  readonly held?: QueueError;
}

/** Its `code` tells what follows, see `QueueOptions.send`. */
export interface QueueError {
  readonly message: string;
  /**
   * Of the queue itself: `queue_full`, `too_large`, `expired` (older than `limits.age`), `not_stored` (by the browser),
   * `user_changed`, `no_user`, `dropped`, `closed`, and `unknown`: another tab has sent it, and was closed before it told the outcome.
   */
  readonly code?: string;
  readonly field?: string;
  readonly details?: any;
}

export interface QueueOptions<Body = any, Result = any> {
  /** Queues of different names do not concern each other. */
  name: string;
  /**
   * Who is signed in, empty for nobody. Asked when the queue opens, before a write is stored, and before each is sent. The entries of
   * another user are neither seen nor sent; they are deleted after 30 days.
   */
  user: () => string | Promise<string>;
  /**
   * Sends a write; one at a time, in order, in one tab. The same write is sent again, by any tab, when there was no answer: the server must
   * know it by an id. Rejects with a `code`: `unavailable`, `too_fast`, `not_authenticated`, `closed`, `user_changed` or none mean that it
   * is sent again, not before `wait` milliseconds; so also without an outcome for 20 s. Any other is final. With a `body`, that body is stored in its place, and sent.
   */
  send: (entry: Entry<Body>, attempt: { failures: number; signal: AbortSignal }) => Promise<Result>;
  /** Whether a final error holds the write, and those of its group behind it, until `release` or `drop`. */
  holds?: (error: QueueError) => boolean;
  /** The body of a later write of the same group, after the result of an earlier one; such as with its version. */
  rebase?: (body: Body, result: Result) => Body;
  /** Entries (500), bytes of their bodies (1,000,000) and milliseconds until they expire (7 days). */
  limits?: { count?: number; bytes?: number; age?: number };
  /** Replaces `clock`, `random`, `report`, `locks`, `BroadcastChannel`, `indexedDB`, `window`, `openStore`, for tests. */
  env?: Record<string, unknown>;
}

export interface QueueEvents<Body = any, Result = any> {
  change: undefined;
  /** In all tabs. */
  done: { entry: Entry<Body>; result: Result };
  /** In all tabs. */
  refused: { entry: Entry<Body>; error: QueueError & Error };
}

/** Writes that survive a reload, in IndexedDB, and are sent in order by one tab at a time. */
export class Queue<Body = any, Result = any> {
  /** Throws a TypeError that names the option. */
  constructor(options: QueueOptions<Body, Result>);
  /** When what was stored is known; rejects with `no_user`. */
  readonly ready: Promise<void>;
  /** False in memory: where there is no IndexedDB, or it is refused. Null until `ready`. */
  readonly persistent: boolean | null;
  /** Why nothing is sent at present. */
  readonly error: QueueError | null;
  /** When the next attempt follows, in milliseconds of the local clock. */
  readonly retryAt: number | null;
  /** What is not settled yet, in order. The same list until it changes. */
  readonly entries: readonly Entry<Body>[];
  on<Name extends keyof QueueEvents>(event: Name, listener: (detail: QueueEvents<Body, Result>[Name]) => void): () => void;
  /**
   * Adds a write, unless its id is in the queue. `stored` resolves when it survives a reload, `done` when the server has accepted it;
   * both reject when it is refused. Neither needs a handler.
   */
  add(id: string, body: Body, options?: { group?: string }): { id: string; stored: Promise<void>; done: Promise<Result> };
  /** Sends what is held, with another body. */
  release(id: string, body: Body): Promise<void>;
  /** Gives up what is held. */
  drop(id: string): Promise<void>;
  /** Tries to send now, unless the server has asked to wait. */
  retry(): void;
  /** Stops; what is stored stays. */
  close(): void;
}
