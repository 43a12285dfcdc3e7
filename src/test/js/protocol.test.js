// What the server says, in the words that the Java tests check, and how each end is taken.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { scene } from './scene.js';

const golden = (name) =>
  JSON.parse(readFileSync(new URL(`../resources/contract/native-${name}.json`, import.meta.url)));

test('an acknowledgement names node and user', async () => {
  const { clock, client, server } = scene();
  await clock.advance(10);
  server.say(golden('connection-ack-user'));
  assert.equal(client.status.node, 'node-1');
  assert.equal(client.status.user, 'ann');
  server.say(golden('connection-ack'));
  assert.equal(client.status.user, null);
  client.close();
});

test('an event comes to the handlers of its topic, and its offset is kept', async () => {
  const { clock, client, server, follow } = scene();
  const tasks = follow('tasks');
  const others = follow('team.7');
  await clock.advance(10);
  server.say(golden('subscribed'));
  server.say({ ...golden('subscribed'), recovered: false });
  server.say(golden('event'));
  assert.deepEqual(tasks.map(({ type, data }) => [type, data.task_id]), [['task_created', 't1']]);
  assert.equal(others.length, 0);
  assert.equal(client.offsets.tasks, golden('event').offset);
  client.close();
});

test('numbers come with their age, also stale ones and where clocks differ', async () => {
  const { clock, client, server, follow } = scene();
  server.serverAhead = 90_000;
  const got = follow('routing');
  await clock.advance(10);
  got.length = 0;
  const timestamp = server.timestamp;
  server.say({ ...golden('update'), timestamp });
  server.say({ ...golden('update-stale'), timestamp });
  await clock.advance(2000);
  assert.deepEqual(got.map((message) => client.age(message)), [2000, 63_500]);
  assert.equal(got[1].stale, true);
  assert.equal(got[0].data.total_decisions, 150);
  client.close();
});

test('an error is a problem of its topic, and the others go on', async () => {
  const { clock, client, server, follow, problems } = scene();
  follow('forbidden');
  const got = follow('tasks');
  await clock.advance(10);
  assert.deepEqual(problems.map(({ code, topic }) => [code, topic]), [['forbidden', 'forbidden']]);
  follow('team.9');
  await clock.advance(10);
  server.say(golden('error'));
  assert.equal(problems.at(-1).topic, 'team.9');
  server.publish('tasks');
  assert.equal(got.length, 1);
  client.close();
});

test('a topic that the server cannot vouch for is stale until it can, or another server does', async () => {
  const { clock, client, server, follow } = scene();
  const signs = [];
  for (const name of ['stale', 'fresh']) client.on(name, ({ topic }) => signs.push([name, topic]));
  const got = follow('tasks');
  await clock.advance(10);
  assert.equal(client.isStale('tasks'), false);
  server.say(golden('stale'));
  assert.equal(client.isStale('tasks'), true);
  server.say({ ...golden('stale'), topic: 'other' });
  server.say(golden('fresh'));
  assert.equal(client.isStale('tasks'), false);
  server.say(golden('stale'));
  server.end(1001);
  await clock.advance(2000);
  assert.equal(client.isStale('tasks'), false);
  assert.deepEqual(signs, [['stale', 'tasks'], ['fresh', 'tasks'], ['stale', 'tasks'], ['fresh', 'tasks']]);
  assert.equal(got.length, 0, 'signs are no events');
  client.close();
});

test('a batch of messages is as good as several', async () => {
  const { clock, client, server, follow } = scene();
  const got = follow('tasks');
  await clock.advance(10);
  const [socket] = server.sockets;
  const event = (n) => ({ ...golden('event'), offset: `x:${n}` });
  socket.onmessage({ data: JSON.stringify([golden('pong'), event(1), event(2)]) });
  assert.deepEqual(got.map(({ offset }) => offset), ['x:1', 'x:2']);
  client.close();
});

test('what is lost is told', async () => {
  const { clock, client, server, follow, gaps } = scene();
  const begun = [];
  client.on('subscribed', ({ topic }) => begun.push(topic));
  follow('tasks');
  follow('routing');
  await clock.advance(10);
  assert.deepEqual(begun, ['tasks', 'routing']);
  server.publish('tasks');
  for (const topic of ['tasks', 'routing']) {
    server.say({ ...golden('subscribed'), topic, recovered: false });
  }
  assert.deepEqual(gaps.map(({ topic }) => topic), ['tasks']);
  assert.deepEqual(begun.slice(2), ['tasks', 'routing']);
  client.close();
});

// The table of PROTOCOL.md, and a cut line. The longest wait of the first return.
const CODES = { 1001: 0, 1002: null, 1006: 1000, 1007: null, 1009: null, 1013: 1000, 4400: null, 4401: null, 4403: null, 4408: 0, 4429: 1000 };

for (const [code, most] of Object.entries(CODES)) {
  test(`after ${code} it comes back ${most === null ? 'never' : most ? 'with backoff' : 'at once'}`, async () => {
    const waits = [];
    for (let seed = 1; seed <= 20; seed++) {
      const { clock, client, server, states } = scene({ seed });
      await clock.advance(20_000);
      states.length = 0;
      const before = server.opened.length;
      server.end(Number(code));
      if (most === null) {
        assert.equal(client.state, 'closed');
        assert.equal(client.status.reason, Number(code));
        await clock.advance(600_000);
        assert.equal(server.opened.length, before);
        client.retry();
        await clock.advance(10);
        assert.equal(client.state, 'live');
      } else {
        assert.equal(client.state, 'reconnecting');
        waits.push(states[0].retryAt - states[0].now);
        await clock.advance(1000);
        assert.equal(client.state, 'live');
      }
      client.close();
    }
    if (most === null) return;
    assert.ok(waits.every((wait) => wait >= 0 && wait <= most), waits.join());
    if (most) assert.ok(new Set(waits).size > 10, 'jitter is full');
  });
}

test('backoff doubles from 1 s to 30 s, anywhere between nothing and that', async () => {
  const highest = [];
  for (let seed = 1; seed <= 60; seed++) {
    const { clock, client, server, states } = scene({ seed });
    for (const way in server.ways) server.ways[way] = 'refuse';
    await clock.advance(300_000);
    states
      .filter((status) => status.retryAt)
      .slice(0, 9)
      .forEach((status, i) => (highest[i] ??= []).push(status.retryAt - status.now));
    client.close();
  }
  [1, 2, 4, 8, 16, 30, 30, 30, 30].forEach((seconds, i) => {
    const waits = highest[i];
    assert.ok(Math.max(...waits) <= seconds * 1000, `${i}: ${Math.max(...waits)}`);
    assert.ok(Math.max(...waits) > seconds * 800, `${i} reaches up`);
    assert.ok(Math.min(...waits) < seconds * 200, `${i} reaches down`);
  });
});
