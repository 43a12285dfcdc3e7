// Topics that are followed and left, often and in any order.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { numbers, scene, upTo } from './scene.js';

test('a topic that is left and followed again at once gets the last numbers, over each transport', async () => {
  for (const way of ['websocket', 'sse', 'polling']) {
    const { clock, client, server, follow } = scene({ topics: ['tasks'] });
    for (const each in server.ways) if (each !== way) server.ways[each] = 'refuse';
    await clock.advance(60_000);
    let got = follow('routing');
    await clock.advance(6000);
    for (const between of [0, 1, 20, 90, 6000]) {
      got.stop();
      if (between) await clock.advance(between);
      got = follow('routing');
      await clock.advance(5100);
      assert.ok(got.length >= 1, `${way} after ${between} ms`);
    }
    assert.equal(client.status.transport, way);
    client.close();
  }
});

test('a stream that is left and followed again at once has no gap and repeats nothing', async () => {
  const { clock, client, server, follow, gaps } = scene();
  let got = follow('tasks');
  await clock.advance(1000);
  for (const between of [0, 0, 1, 0, 50, 0]) {
    got.stop();
    if (between) await clock.advance(between);
    got = follow('tasks');
    const from = server.log.length;
    if (!between) server.publish('tasks');
    await clock.advance(200);
    server.publish('tasks');
    await clock.advance(10);
    assert.deepEqual(numbers(got), upTo(server.log.length, from));
  }
  assert.deepEqual(gaps, []);
  client.close();
});

test('240 topics that are followed and left in 4 s are collected', async () => {
  const { clock, client, server, follow } = scene();
  await clock.advance(1000);
  const before = server.received.length;
  const kept = follow('tasks');
  for (let n = 0; n < 240; n++) {
    const got = follow(`row.${n}`);
    await clock.advance(8);
    got.stop();
    await clock.advance(8);
  }
  await clock.advance(1000);
  assert.deepEqual(server.ended, []);
  assert.ok(server.received.length - before < 120, `${server.received.length - before} messages`);
  assert.deepEqual([...server.sockets][0].topics, new Set(['tasks']));
  server.publish('tasks');
  assert.deepEqual(numbers(kept), [0]);
  client.close();
});

test('240 topics at once are refused beyond the limit, and those are followed when others are left', async () => {
  const { clock, client, server, follow, problems } = scene();
  const all = upTo(240).map((n) => follow(`row.${n}`));
  await clock.advance(5000);
  assert.deepEqual(server.ended, []);
  assert.equal(client.state, 'live');
  assert.equal(problems.filter(({ code }) => code === 'too_many_topics').length, 140);
  all.slice(0, 200).forEach((got) => got.stop());
  await clock.advance(3000);
  assert.deepEqual([...server.sockets][0].topics, new Set(upTo(240, 200).map((n) => `row.${n}`)));
  for (let n = 200; n < 240; n++) server.publish(`row.${n}`);
  assert.ok(all.slice(200).every((got) => got.length === 1));
  server.end(1006);
  await clock.advance(5000);
  assert.deepEqual(server.ended, []);
  client.close();
});

test('a server with lower limits is asked more slowly', async () => {
  const { clock, client, server, follow } = scene();
  Object.assign(server.limits, { messages: 5, requests: 20 });
  for (let n = 0; n < 90; n++) follow(`row.${n}`);
  await clock.advance(300_000);
  const refused = server.ended.length;
  assert.equal(client.state, 'live');
  assert.equal([...server.sockets][0].topics.size, 90);
  await clock.advance(300_000);
  assert.equal(server.ended.length, refused);
  client.close();
});

test('many long names fit into the messages that a server takes', async () => {
  const { clock, client, server, follow } = scene();
  for (let n = 0; n < 100; n++) follow(`${'\u4e00'.repeat(250)}${n}`);
  await clock.advance(3000);
  assert.deepEqual(server.ended, []);
  assert.equal([...server.sockets][0].topics.size, 100);
  client.close();
});

test('an event of a team is not lost with the subscription to the team, when `tasks` includes it', async () => {
  const { clock, client, server, follow } = scene();
  server.teams.add('team.7');
  const tasks = follow('tasks');
  const team = follow('team.7');
  await clock.advance(1000);
  team.stop();
  await Promise.resolve();
  await Promise.resolve();
  // Sent before the server knows that the topic was left.
  server.say({ type: 'happened', topic: 'team.7', data: { n: 0 }, timestamp: server.timestamp, offset: 'e1:1' });
  assert.equal(team.length, 0);
  assert.deepEqual(numbers(tasks), [0]);
  client.close();
});

test('a name that one transport refuses is a problem of that topic', async () => {
  const { clock, client, server, follow, problems } = scene();
  Object.assign(server.ways, { websocket: 'refuse', sse: 'refuse' });
  follow('malformed');
  const got = follow('tasks');
  await clock.advance(60_000);
  assert.equal(client.state, 'polling');
  assert.equal(problems.at(-1).code, 'unknown_topic');
  server.publish('tasks');
  await clock.advance(5000);
  assert.deepEqual(numbers(got), [0]);
  client.close();
});
