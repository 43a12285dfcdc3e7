import { Boardcast } from './boardcast.js';
import { Published, PublishError } from './publish.js';
import { QueueError, QueueOptions } from './queue.js';

/** A message that is not in the stream yet. */
export interface Pending<Data = any> {
  readonly id: string;
  readonly topic: string;
  readonly type: string;
  readonly data: Data;
  /** When it was published here, by the local clock. */
  readonly at: number;
  readonly timestamp: string;
  readonly pending: true;
}

export interface OfflineOptions {
  /** Who is signed in, empty for nobody; by default the claim `sub` of the client's token. Needed if the token has none. */
  user?: QueueOptions['user'];
  /** Entries (500), bytes of their JSON (1,000,000) and milliseconds (7 days, as long as a server keeps ids). */
  limits?: QueueOptions['limits'];
  /** As for a `Queue`. */
  env?: Record<string, unknown>;
}

export interface OfflineEvents {
  /** `pending`, `size` or `error` has changed. */
  change: undefined;
  /** In all tabs. */
  published: { message: Pending } & Published;
  /** It is taken back, in all tabs. */
  refused: { message: Pending; error: (PublishError | QueueError) & Error };
}

/** Publishes online and offline. */
export class Offline {
  constructor(client: Boardcast, options?: OfflineOptions);
  /** When what was stored is known; rejects with the code `no_user`. */
  readonly ready: Promise<void>;
  /** False where messages are lost with the page: without IndexedDB, or where it is refused. Null until `ready`. */
  readonly persistent: boolean | null;
  /** Why nothing is sent at present. */
  readonly error: QueueError | null;
  /** How many messages wait, of all topics. */
  readonly size: number;
  /**
   * `stored` resolves when it survives a reload, `published` when the server has stored it; both reject when it is refused. Neither needs a
   * handler. Throws a TypeError that names the argument.
   */
  publish(topic: string, type: string, data: object, options?: { id?: string }): { id: string; stored: Promise<void>; published: Promise<Published> };
  /** What a page shows behind the messages of the topic, in order, until their events arrive. The same list until it changes. */
  pending<Data = any>(topic: string): readonly Pending<Data>[];
  on<Name extends keyof OfflineEvents>(event: Name, listener: (detail: OfflineEvents[Name]) => void): () => void;
  /** Tries to send now. */
  retry(): void;
  /** Stops; what is stored stays. The client is not closed. */
  close(): void;
}

export function offline(client: Boardcast, options?: OfflineOptions): Offline;
