// How it stays connected.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { numbers, scene, upTo } from './scene.js';

test('it is live over a WebSocket, and follows what is asked for', async () => {
  const { clock, client, server, follow } = scene({ topics: ['team.7'] });
  const got = follow('tasks');
  await clock.advance(10);
  assert.equal(client.state, 'live');
  assert.equal(client.status.transport, 'websocket');
  for (const topic of ['tasks', 'team.7', 'tasks']) server.publish(topic);
  assert.deepEqual(numbers(got), [0, 1]);
  got.stop();
  await clock.advance(10);
  server.publish('tasks');
  assert.equal(got.length, 2);
  assert.deepEqual([...server.sockets][0].topics, new Set(['team.7']));
  client.close();
});

test('a second handler of a board gets the last numbers at once', async () => {
  const { clock, client, follow } = scene();
  const first = follow('routing');
  await clock.advance(10);
  const second = follow('routing');
  await clock.advance(10);
  assert.equal(first.length, 1);
  assert.equal(second.length, 1);
  client.close();
});

test('it goes down to Server-Sent Events and polling, and up again when a better way works', async () => {
  const { clock, client, server, follow } = scene();
  const got = follow('tasks');
  await clock.advance(10);
  const over = [];
  const go = async (websocket, sse, millis) => {
    Object.assign(server.ways, { websocket, sse });
    server.end(1006);
    await clock.advance(millis);
    over.push(client.status.transport);
    server.publish('tasks');
    await clock.advance(6000);
  };
  await go('refuse', 'open', 30_000);
  await go('refuse', 'refuse', 60_000);
  assert.equal(client.state, 'polling');
  Object.assign(server.ways, { sse: 'open' });
  await clock.advance(70_000);
  over.push(client.status.transport);
  server.publish('tasks');
  Object.assign(server.ways, { websocket: 'open' });
  await clock.advance(600_000);
  over.push(client.status.transport);
  server.publish('tasks');
  assert.deepEqual(over, ['sse', 'polling', 'sse', 'websocket']);
  assert.equal(client.state, 'live');
  assert.deepEqual(numbers(got), upTo(4));
  client.close();
});

test('a way that hangs is given up', async () => {
  const { clock, client, server } = scene({ topics: ['routing'] });
  server.ways.websocket = 'hang';
  await clock.advance(30_000);
  assert.equal(client.status.transport, 'sse');
  client.close();
});

test('polling reads more than a page, every 5 s', async () => {
  const { clock, client, server, follow } = scene();
  Object.assign(server.ways, { websocket: 'refuse', sse: 'refuse' });
  const got = follow('tasks');
  await clock.advance(20_000);
  assert.equal(client.state, 'polling');
  for (let n = 0; n < 1234; n++) server.publish('tasks');
  await clock.advance(5000);
  assert.deepEqual(numbers(got), upTo(1234));
  client.close();
});

test('polling corrects the age of numbers too, also where the server is behind', async () => {
  const { clock, client, server, follow } = scene();
  server.serverAhead = -90_000;
  Object.assign(server.ways, { websocket: 'refuse', sse: 'refuse' });
  const got = follow('routing');
  await clock.advance(30_000);
  const last = got.at(-1);
  assert.ok(client.age(last) <= 5000, `${client.age(last)}`);
  client.close();
});

test('without WebSocket in the surroundings it begins with Server-Sent Events', async () => {
  const { clock, client, server } = scene({ topics: ['routing'], env: { WebSocket: undefined } });
  await clock.advance(10);
  assert.equal(client.status.transport, 'sse');
  assert.ok(!server.opened.includes('websocket'));
  client.close();
});

test('a peer that says nothing is asked, and given up when it does not answer', async () => {
  const { clock, client, server, follow } = scene();
  const got = follow('tasks');
  await clock.advance(60_000);
  assert.equal(server.opened.length, 1, 'one that answers is kept');
  server.silent = true;
  server.publish('tasks');
  await clock.advance(15_000);
  server.sockets.clear();
  server.silent = false;
  await clock.advance(20_000);
  assert.equal(server.opened.length, 2);
  assert.deepEqual(numbers(got), [0]);
  client.close();
});

test('after sleep it looks at once whether the peer is there', async () => {
  const { clock, client, server } = scene({ topics: ['routing'] });
  await clock.advance(10);
  clock.sleep(3_600_000);
  server.silent = true;
  await clock.advance(10);
  await clock.advance(3500);
  assert.equal(client.state, 'reconnecting');
  server.silent = false;
  await clock.advance(1500);
  assert.equal(client.state, 'live');
  client.close();
});

test('a line that is silent when the machine says it is offline is given up at once, another one is not', async () => {
  const window = new EventTarget();
  window.document = Object.assign(new EventTarget(), { hidden: false });
  const stage = scene({ env: { window } });
  const { clock, client, server } = stage;
  await clock.advance(1000);
  stage.offline = true;
  window.dispatchEvent(new Event('offline'));
  await clock.advance(5000);
  assert.equal(client.state, 'live');
  server.silent = true;
  window.dispatchEvent(new Event('offline'));
  await clock.advance(4000);
  assert.equal(client.state, 'reconnecting');
  assert.equal(client.status.reason, 'offline');
  client.close();
});

test('online again it comes at once', async () => {
  const window = new EventTarget();
  window.document = Object.assign(new EventTarget(), { hidden: false });
  const stage = scene({ env: { window } });
  const { clock, client, server } = stage;
  await clock.advance(20_000);
  stage.offline = true;
  for (const way in server.ways) server.ways[way] = 'refuse';
  server.end(1006);
  await clock.advance(600_000);
  assert.equal(client.state, 'reconnecting');
  assert.equal(client.status.reason, 'offline');
  const before = server.opened.length;
  server.ways.websocket = 'open';
  stage.offline = false;
  window.dispatchEvent(new Event('online'));
  await clock.advance(1);
  assert.equal(client.state, 'live');
  assert.equal(server.opened.length, before + 1);
  client.close();
  window.dispatchEvent(new Event('online'));
  await clock.advance(10);
  assert.equal(client.state, 'closed');
});

test('when a node leaves, the new connection is made before the old one is let go', async () => {
  const { clock, client, server, follow, states } = scene();
  const got = follow('tasks');
  await clock.advance(10);
  states.length = 0;
  const [old] = server.sockets;
  server.say({ type: 'goaway', reconnect_after_ms: 700, closes_in_ms: 1700 });
  await clock.advance(699);
  assert.equal(server.opened.length, 1);
  server.publish('tasks');
  await clock.advance(2);
  assert.equal(server.opened.length, 2);
  server.publish('tasks');
  assert.equal(old.readyState, 3);
  assert.equal(server.sockets.size, 1);
  assert.ok(states.every(({ state }) => state === 'live'));
  assert.deepEqual(numbers(got), [0, 1]);
  client.close();
});

test('a node that leaves too early is left at the time it named', async () => {
  const { clock, client, server } = scene();
  await clock.advance(10);
  server.say({ type: 'goaway', reconnect_after_ms: 5000, closes_in_ms: 6000 });
  server.end(1001);
  assert.equal(client.status.retryAt, clock.now() + 5000);
  await clock.advance(4999);
  assert.equal(server.opened.length, 1);
  await clock.advance(2);
  assert.equal(client.state, 'live');
  client.close();
});

test('retry does not wait', async () => {
  const { clock, client, server } = scene();
  for (const way in server.ways) server.ways[way] = 'refuse';
  await clock.advance(120_000);
  Object.assign(server.ways, { websocket: 'open' });
  client.retry();
  await clock.advance(1);
  assert.equal(client.state, 'live');
  client.close();
});

test('another client goes on from the offsets of the first', async () => {
  const first = scene();
  first.follow('tasks');
  await first.clock.advance(10);
  first.server.publish('tasks');
  const { offsets } = first.client;
  first.client.close();
  const second = scene({ since: offsets });
  second.server.publish('tasks');
  second.server.publish('tasks');
  const got = second.follow('tasks');
  await second.clock.advance(10);
  assert.deepEqual(numbers(got), [1]);
  second.client.close();
});

test('a handler that fails hurts no other', async () => {
  const failures = [];
  const report = (failure) => failures.push(failure.message);
  const { clock, client, follow, server } = scene({ env: { report } });
  client.subscribe('tasks', () => {
    throw new Error('mine');
  });
  const got = follow('tasks');
  await clock.advance(10);
  server.publish('tasks');
  await clock.advance(10);
  assert.deepEqual(failures, ['mine']);
  assert.equal(got.length, 1);
  client.close();
});
