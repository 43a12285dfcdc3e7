// One connection for all tabs of a person.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock, seeded } from './clock.js';
import { numbers, upTo } from './scene.js';
import { FakeServer } from './server.js';
import { FakeOrigin } from './tabs.js';

const { connect } = await import(process.env.BOARDCAST_JS ?? '../../main/resources/dev/boardcast/web/client/boardcast.js');

function stage() {
  const clock = new FakeClock();
  const server = new FakeServer(clock);
  const origin = new FakeOrigin();
  const { WebSocket, fetch } = server;
  const open = (topic, options = {}) => {
    const { env, leave } = origin.tab();
    const surroundings = { clock, random: seeded(1), WebSocket, fetch, isOffline: () => false, ...env };
    const client = connect('http://node.test', { ...options, env: surroundings });
    const got = [];
    client.subscribe(topic, (message) => got.push(message));
    const crash = () => {
      leave();
      // What it held open dies with it.
      client.close();
    };
    return { client, got, leave: crash };
  };
  return { clock, server, open };
}

const claims = (who) => `x.${Buffer.from(JSON.stringify(who)).toString('base64url')}.y`;

test('tabs share one connection, and each gets what it follows', async () => {
  const { clock, server, open } = stage();
  const [first, second, third] = [open('tasks'), open('tasks'), open('routing')];
  await clock.advance(10);
  assert.deepEqual(server.opened, ['websocket']);
  assert.deepEqual([first, second, third].map(({ client }) => client.state), ['live', 'live', 'live']);
  server.publish('tasks');
  await clock.advance(10);
  assert.deepEqual(numbers(first.got), [0]);
  assert.deepEqual(numbers(second.got), [0]);
  assert.equal(third.got.length, 1);
  const late = open('routing');
  await clock.advance(10);
  assert.equal(late.got.length, 1, 'a late one gets the last numbers');
  third.leave();
  late.leave();
  await clock.advance(10);
  assert.deepEqual([...server.sockets][0].topics, new Set(['tasks']), 'what nobody follows is left');
  second.leave();
  first.leave();
});

test('tabs of other people, or with other rights, do not share', async () => {
  const { clock, server, open } = stage();
  const ann = (more) => ({ token: () => claims({ sub: 'ann', ...more }) });
  const tabs = [open('tasks', ann({ exp: 1 })), open('tasks', ann({ exp: 2 }))];
  await clock.advance(10);
  assert.equal(server.sockets.size, 1);
  tabs.push(open('tasks', ann({ teams: ['7'] })), open('tasks', { token: () => claims({ sub: 'bob' }) }));
  tabs.push(open('tasks', { share: false }));
  await clock.advance(10);
  assert.equal(server.sockets.size, 4);
  tabs.forEach((tab) => tab.leave());
});

test('when the tab that holds the connection goes, another one goes on', async () => {
  const { clock, server, open } = stage();
  const tabs = Array.from({ length: 5 }, () => open('tasks'));
  await clock.advance(10);
  let written = 0;
  while (tabs.length) {
    server.publish('tasks');
    await clock.advance(100);
    tabs.shift().leave();
    server.publish('tasks');
    written += 2;
    await clock.advance(100);
    for (const { got } of tabs) assert.deepEqual(numbers(got), upTo(written));
  }
  assert.equal(server.sockets.size, 0);
});

test('a place that was told before any event is kept when the holder goes', async () => {
  const { clock, server, open } = stage();
  const [first, second] = [open('tasks'), open('tasks')];
  await clock.advance(10);
  first.leave();
  server.publish('tasks');
  await clock.advance(100);
  assert.deepEqual(numbers(second.got), [0]);
  second.leave();
});

test('a tab with another user leaves those that it shared with, and they go on', async () => {
  const { clock, server, open } = stage();
  let first = 'ann';
  const leader = open('tasks', { token: () => claims({ sub: first }) });
  const follower = open('tasks', { token: () => claims({ sub: 'ann' }) });
  await clock.advance(10);
  assert.equal(server.sockets.size, 1);
  first = 'bob';
  server.end(1001);
  await clock.advance(60_000);
  assert.equal(leader.client.status.reason, 'user_changed');
  assert.equal(follower.client.state, 'live');
  assert.deepEqual(new Set(server.tokens), new Set([claims({ sub: 'ann' })]));
  server.publish('tasks');
  await clock.advance(10);
  assert.deepEqual(numbers(follower.got), [0]);
  assert.deepEqual(numbers(leader.got), [], 'closed');

  leader.client.retry();
  await clock.advance(10);
  assert.equal(leader.client.state, 'live');
  assert.equal(server.sockets.size, 2);
  assert.ok(server.tokens.includes(claims({ sub: 'bob' })));
  leader.leave();
  follower.leave();
});
