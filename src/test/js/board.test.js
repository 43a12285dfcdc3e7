// Boards with parameters: one topic for each choice of values, in the words that the Java tests check.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { subscribe, topicOf } from '../../main/resources/dev/boardcast/web/client/board.js';
import { scene } from './scene.js';

const contract = (name) =>
  JSON.parse(readFileSync(new URL(`../resources/contract/${name}.json`, import.meta.url)));

test('a topic has its names in order and its values encoded, as the server writes it', () => {
  for (const { board, values, name } of contract('../boards/names')) assert.equal(topicOf(board, values), name);
  for (const wrong of [undefined, null, {}, { site: '' }, { site: 1.5 }, { site: null }, { site: [7] }]) {
    assert.throws(() => topicOf('sales', wrong), /^TypeError: with: expected/);
  }
  assert.throws(() => topicOf('sales?site=7', { site: 7 }), /^TypeError: board: expected/);
});

test('a board is followed for values, and left', async () => {
  const { clock, client, server } = scene();
  await clock.advance(10);
  const got = [];
  const stop = subscribe(client, 'sales', { with: { site: 7 } }, (message) => got.push(message));
  await clock.advance(10);
  assert.equal(server.received.at(-1).topics[0].topic, 'sales?site=7');
  server.say(contract('native-update-part'));
  assert.deepEqual(got.map(({ topic, data }) => [topic, data.orders]), [['sales?site=7', 3]]);
  stop();
  await clock.advance(200);
  assert.deepEqual(server.received.at(-1).topics, ['sales?site=7']);
  client.close();
});

test('a board that is pinned by the token comes to those who have asked for the board', async () => {
  const { clock, client, server, follow } = scene();
  const got = follow('sales');
  await clock.advance(10);
  got.length = 0;
  server.say({ ...contract('native-subscribed'), topic: 'sales?site=7' });
  server.say(contract('native-update-part'));
  assert.deepEqual(got.map(({ topic, data }) => [topic, data.orders]), [['sales', 3]]);
  client.close();
});

test('a part that the token completes comes to those who have asked for that part', async () => {
  const { clock, client, server, follow } = scene();
  const whole = follow('sales');
  const shop = follow('sales?shop=2');
  const other = follow('sales?shop=1');
  await clock.advance(10);
  for (const got of [whole, shop, other]) got.length = 0;
  const update = { ...contract('native-update-part'), topic: 'sales?shop=2&site=7' };
  server.say({ ...contract('native-subscribed'), topic: update.topic });
  server.say(update);
  assert.deepEqual([whole.length, shop.map(({ topic }) => topic), other.length], [0, ['sales?shop=2'], 0]);
  shop.stop();
  await clock.advance(10);
  server.say({ ...update, offset: 'version:1763294400001' });
  assert.deepEqual([whole.length, shop.length], [0, 1], 'what was left is not the whole board');
  client.close();
});

test('a part that was left does not come as the whole board', async () => {
  const { clock, client, server, follow } = scene();
  const whole = follow('sales');
  const part = follow('sales?site=7');
  await clock.advance(10);
  whole.length = 0;
  part.stop();
  await clock.advance(10);
  server.say(contract('native-update-part'));
  assert.equal(whole.length, 0);
  client.close();
});
