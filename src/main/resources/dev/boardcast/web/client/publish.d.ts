import { Boardcast } from './boardcast.js';

export interface PublishOptions {
  /** Unique for the user and the topic for seven days; by default a random one. The same id again publishes nothing. */
  id?: string;
  /** False: sent once to those who are subscribed now, and not stored; resolves when it is sent. */
  durable?: boolean;
  /** Of such a message: it replaces one with the same key that was not delivered yet. */
  key?: string;
}

/** What the server has stored. */
export interface Published {
  /** None for what is not stored. */
  id?: string;
  /** Where it is known yet. */
  offset?: string;
  /** The id was published before. */
  duplicate?: true;
}

/** Why something was not published. */
export interface PublishError extends Error {
  code: 'invalid' | 'too_large' | 'too_fast' | 'not_authenticated' | 'forbidden' | 'unavailable' | 'closed' | string;
  /** The member that is wrong. */
  field?: string;
}

/**
 * Returns the function that publishes events for a client. It resolves when the event is stored, and rejects with a
 * `PublishError`; the event is sent again with its id while no server answers, for a minute. Await one before the next
 * where their order matters.
 */
export function publisher(
  client: Boardcast,
): (topic: string, type: string, data: object, options?: PublishOptions) => Promise<Published>;
