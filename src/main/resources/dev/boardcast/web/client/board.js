// Boards with parameters: a board has one topic for each choice of their values. See README.md and board.d.ts.

import { expect } from './rules.js';

const isValue = (value) => ['string', 'boolean'].includes(typeof value) ? value !== '' : Number.isSafeInteger(value);

/** The topic of a board for values of its parameters: names in their order, values encoded, such as `sales?site=7`. */
export function topicOf(board, values) {
  expect(typeof board === 'string' && /^[^?]+$/.test(board), 'board', 'its name');
  const given = typeof values === 'object' && values !== null && Object.entries(values);
  const isRight = given && given.length && given.every(([, value]) => isValue(value));
  expect(isRight, 'with', '{name: a text, a whole number, true or false}');
  const pairs = given.map(([name, value]) => [name, `${encodeURIComponent(name)}=${encodeURIComponent(value)}`]);
  return `${board}?${pairs.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, pair]) => pair).join('&')}`;
}

/** As `client.subscribe`, for the values that `with` names; without it for those of the token, or for the whole board. */
export function subscribe(client, board, { with: values } = {}, handler) {
  return client.subscribe(values ? topicOf(board, values) : board, handler);
}
