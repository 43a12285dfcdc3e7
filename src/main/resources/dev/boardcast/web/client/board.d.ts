import type { Boardcast, Message } from './boardcast.js';

export type Values = Record<string, string | number | boolean>;

/** The topic of a board for values of its parameters, such as `sales?site=7`. Throws a TypeError for other values. */
export function topicOf(board: string, values: Values): string;

/**
 * As `client.subscribe`, for the values that `with` names: `subscribe(client, 'sales', { with: { site: 7 } }, show)`.
 * Without it the board is shown for the values of the token, where these are pinned, or whole.
 */
export function subscribe<Data = any>(
  client: Boardcast,
  board: string,
  options: { with?: Values },
  handler: (message: Message<Data>) => void,
): () => void;
