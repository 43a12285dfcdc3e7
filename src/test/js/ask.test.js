// What a client asks for of a topic, if not all of it and at once.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { deltas } from '../../main/resources/dev/boardcast/web/client/deltas.js';
import { scene } from './scene.js';

const ask = { routing: { fields: ['version'], interval_ms: 1000 }, 'chat.7': { latest: true } };

test('each subscription has its options, and again after a reconnect', async () => {
  const { clock, client, server, follow } = scene({ ask });
  const got = follow('routing');
  follow('tasks');
  await clock.advance(10);
  const wanted = () => server.received.filter(({ type }) => type === 'subscribe').flatMap(({ topics }) => topics);
  assert.deepEqual(wanted()[0], { topic: 'routing', fields: ['version'], interval_ms: 1000 });
  assert.deepEqual(wanted()[1], { topic: 'tasks' });
  assert.equal(got.length, 1);
  server.received.length = 0;
  server.end(1006);
  await clock.advance(5000);
  assert.equal(wanted()[0].interval_ms, 1000);
  client.close();
});

test('over an event stream they are in its query', async () => {
  const urls = [];
  const { clock, client, server, follow } = scene({ ask });
  const { fetch } = client.context.env;
  client.context.env.fetch = (url, init) => (urls.push(url), fetch(url, init));
  server.ways.websocket = 'refuse';
  follow('routing');
  follow('tasks');
  await clock.advance(20_000);
  const query = new URL(urls.find((url) => url.includes('/api/v1/stream'))).searchParams;
  assert.equal(query.has('topics'), false);
  assert.deepEqual(JSON.parse(query.get('subscribe')), [{ ...ask.routing, topic: 'routing' }, { topic: 'tasks' }]);
  client.close();
});

test('such a client does not poll, which would bring more than it asks for', async () => {
  const { clock, client, server, follow } = scene({ ask });
  server.ways.websocket = server.ways.sse = 'refuse';
  follow('routing');
  await clock.advance(60_000);
  assert.equal(client.state, 'reconnecting');
  client.close();
});

test('the position of a topic that hides events is kept, and is no message', async () => {
  const position = JSON.parse(readFileSync(new URL('../resources/contract/native-position.json', import.meta.url)));
  const { clock, client, server, follow } = scene({ ask: { 'chat.1': { where: { type: 'said' } } } });
  const got = follow('chat.1');
  await clock.advance(10);
  server.say(position);
  assert.equal(got.length, 0);
  assert.equal(client.offsets['chat.1'], position.offset);
  client.close();
});

test('an option that the server finds wrong is a problem of its topic', async () => {
  const error = JSON.parse(readFileSync(new URL('../resources/contract/native-error-option.json', import.meta.url)));
  const { clock, client, server, follow, problems } = scene({ ask: { routing: { interval_ms: -1 } } });
  follow('routing');
  await clock.advance(10);
  server.say(error);
  assert.deepEqual(problems.map(({ code, topic, field }) => [code, topic, field]), [['invalid', 'routing', 'interval_ms']]);
  assert.equal(client.state, 'live');
  client.close();
});

test('what is not {topic: {…}} is refused', () => {
  for (const wrong of [{ routing: 7 }, { routing: null }, { '': {} }]) {
    assert.throws(() => scene({ ask: wrong }), { name: 'TypeError', message: /^ask: expected/ });
  }
});

test('a comparison comes with the message, and with the snapshots of deltas', async () => {
  const contract = (name) => JSON.parse(readFileSync(new URL(`../resources/contract/${name}.json`, import.meta.url)));
  const update = contract('native-update-compared');
  const { clock, client, server, follow } = scene({ ask: { sales: { compare: 'previous', deltas: true } }, read: deltas() });
  const got = follow('sales');
  await clock.advance(10);
  assert.equal(server.received.find(({ type }) => type === 'subscribe').topics[0].compare, 'previous');
  server.say(update);
  assert.deepEqual([got.at(-1).compared, got.at(-1).comparison], [update.compared, update.comparison]);
  const comparison = { orders: { value: 4, direction: 'stable', change: 0 } };
  const delta = { ...contract('native-delta'), topic: 'sales', base: update.offset, offset: 'version:8', patch: { orders: 4 }, comparison };
  server.say(delta);
  assert.deepEqual([got.at(-1).data, got.at(-1).comparison], [{ orders: 4, revenue: 30 }, comparison]);
  client.close();
});
