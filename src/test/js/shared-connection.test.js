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
    const { env, leave, freeze, thaw, tab } = origin.tab();
    const whenAwake = (task) => (...details) => (tab.frozen ? tab.late.push(() => task(...details)) : task(...details));
    const tabClock = { ...clock, setTimeout: (task, wait) => clock.setTimeout(whenAwake(task), wait) };
    class TabSocket extends WebSocket {
      set onmessage(task) {
        this.told = task && whenAwake(task);
      }
      get onmessage() {
        return this.told;
      }
    }
    const surroundings = { clock: tabClock, random: seeded(1), WebSocket: TabSocket, fetch, isOffline: () => false, ...env, ...options.env };
    const client = connect('http://node.test', { ...options, env: surroundings });
    const got = [];
    client.subscribe(topic, (message) => got.push(message));
    const crash = () => {
      leave();
      // What it held open dies with it.
      client.close();
    };
    const follow = (name) => {
      const other = [];
      other.stop = client.subscribe(name, (message) => other.push(message));
      return other;
    };
    return { client, got, leave: crash, freeze, thaw, follow };
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

test('a tab that holds the connection and does not answer is relieved, and misses nothing when it goes on', async () => {
  const { clock, server, open } = stage();
  const [first, second] = [open('tasks'), open('routing')];
  const others = second.follow('tasks');
  const own = first.follow('chat');
  await clock.advance(10);
  server.publish('tasks');
  await clock.advance(10);
  first.freeze();
  const states = [];
  second.client.on('state', ({ state }) => states.push(state));
  for (let n = 0; n < 6; n++) {
    server.publish('tasks');
    server.publish('chat');
    server.update();
    await clock.advance(5000);
  }
  assert.ok(states.includes('connecting'), 'it does not go on to say that it is live');
  assert.equal(second.client.state, 'live');
  assert.deepEqual(numbers(others), upTo(7));
  assert.equal(second.got.at(-1).data.version, server.version);
  const third = open('tasks');
  await clock.advance(10);

  first.thaw();
  await clock.advance(10);
  server.publish('tasks');
  server.publish('chat');
  await clock.advance(1000);
  assert.equal(server.sockets.size, 1, 'the frozen one has given up its connection');
  assert.equal(first.client.state, 'live');
  assert.deepEqual(numbers(first.got), upTo(8));
  assert.deepEqual(numbers(own), upTo(7));
  assert.deepEqual(numbers(others), upTo(8));
  assert.deepEqual(numbers(third.got), [7]);

  second.leave();
  third.leave();
  server.publish('tasks');
  await clock.advance(100);
  assert.deepEqual(numbers(first.got), upTo(9), 'it leads again when the others go');
  first.leave();
  assert.equal(server.sockets.size, 0);
});

test('a tab that comes to the front does not wait long for one that does not answer', async () => {
  const { clock, server, open } = stage();
  const [first, second] = [open('routing'), open('routing')];
  await clock.advance(10);
  first.freeze();
  await clock.advance(1000);
  server.update();
  second.client.retry();
  await clock.advance(3100);
  assert.equal(second.client.state, 'live');
  assert.equal(second.got.at(-1).data.version, server.version);
  first.thaw();
  await clock.advance(10);
  assert.equal(server.sockets.size, 1);
  first.leave();
  second.leave();
});

test('a tab that was frozen while the connection changed hands gets what it missed', async () => {
  const { clock, server, open } = stage();
  const [first, second, third] = [open('tasks'), open('routing'), open('tasks')];
  await clock.advance(10);
  server.publish('tasks');
  await clock.advance(10);
  third.freeze();
  first.leave();
  await clock.advance(10);
  for (let n = 0; n < 3; n++) server.publish('tasks');
  const fourth = open('tasks');
  await clock.advance(10);
  server.publish('tasks');
  await clock.advance(10);
  third.thaw();
  await clock.advance(1000);
  server.publish('tasks');
  await clock.advance(10);
  assert.deepEqual(numbers(third.got), upTo(6));
  assert.deepEqual(numbers(fourth.got), [4, 5]);
  for (const tab of [second, third, fourth]) tab.leave();
});

test('what one tab follows takes nothing from another: an event of a team comes to those who follow the team or `tasks`', async () => {
  const { clock, server, open } = stage();
  server.teams.add('team.7');
  const [first, second] = [open('tasks'), open('team.7')];
  await clock.advance(10);
  server.publish('team.7');
  await clock.advance(10);
  second.leave();
  server.publish('team.7');
  await clock.advance(200);
  server.publish('team.7');
  await clock.advance(10);
  assert.deepEqual(numbers(first.got), [0, 1, 2]);
  assert.deepEqual(new Set(first.got.map(({ topic }) => topic)), new Set(['tasks']));
  first.leave();
});

test('a bad topic in one tab does not reach the connection that tabs share', async () => {
  const { clock, server, open } = stage();
  const [first, second] = [open('tasks'), open('routing')];
  await clock.advance(10);
  for (const bad of [undefined, null, 7, '', {}, 'x'.repeat(513), 'a\u0000b', '\ud800']) {
    for (const { client } of [first, second]) {
      assert.throws(() => client.subscribe(bad, () => {}), { name: 'TypeError', message: /^topic: expected/ });
    }
  }
  for (let n = 0; n < 99; n++) second.follow(`${'\u4e00'.repeat(250)}${n}`);
  await clock.advance(5000);
  server.publish('tasks');
  await clock.advance(10);
  assert.deepEqual(server.ended, []);
  assert.deepEqual(numbers(first.got), [0]);
  assert.equal(first.client.state, 'live');
  first.leave();
  second.leave();
});

test('a tab that leaves a topic and follows it again in one turn gets the last numbers', async () => {
  const { clock, open } = stage();
  for (const tab of [open('tasks'), open('tasks')]) {
    let got = tab.follow('routing');
    for (const between of [null, null, 1, 10]) {
      await clock.advance(10);
      got.stop();
      if (between) await clock.advance(between);
      got = tab.follow('routing');
      await clock.advance(200);
      assert.equal(got.length, 1);
    }
    got.stop();
    await null;
    got = tab.follow('routing');
    await clock.advance(200);
    assert.equal(got.length, 1);
    tab.leave();
  }
});

for (const [what, broken] of Object.entries({
  channels: { BroadcastChannel: class { constructor() { throw new Error('SecurityError'); } } },
  locks: { locks: { request: () => Promise.reject(new Error('SecurityError')) } },
  'locks at once': { locks: { request: () => { throw new Error('SecurityError'); } } },
})) {
  test(`a page without ${what} has a connection of its own`, async () => {
    const { clock, server, open } = stage();
    const { client, got, leave } = open('tasks', { env: broken });
    await clock.advance(10);
    assert.equal(client.state, 'live');
    server.publish('tasks');
    await clock.advance(10);
    assert.deepEqual(numbers(got), [0]);
    leave();
  });
}

test('a token that fails, or does not come, is asked for again before a tab shares with anybody', async () => {
  for (const failing of [({ refused }) => Promise.reject(refused), () => { throw new Error('away'); }, () => new Promise(() => {})]) {
    const { clock, server, open } = stage();
    let token = failing;
    const tab = open('tasks', { token: (why) => token(why) });
    await clock.advance(10_000);
    assert.equal(server.sockets.size, 0);
    assert.equal(tab.client.state, 'reconnecting');
    token = () => claims({ sub: 'ann' });
    await clock.advance(40_000);
    assert.equal(tab.client.state, 'live');
    tab.leave();
  }
});

test('who signs in does not share with those who have not', async () => {
  const { clock, server, open } = stage();
  let token = null;
  const [first, second] = [open('tasks', { token: () => token }), open('tasks', { token: () => null })];
  await clock.advance(10);
  assert.equal(server.sockets.size, 1);
  token = claims({ sub: 'ann' });
  server.end(1001);
  await clock.advance(5000);
  assert.equal(server.sockets.size, 2);
  assert.deepEqual([first, second].map(({ client }) => client.state), ['live', 'live']);
  first.leave();
  second.leave();
});

test('a tab that the browser freezes hands over the connection at once, though it answers other tabs', async () => {
  const { clock, server, open } = stage();
  const windows = [0, 1].map(() => ({ document: new EventTarget(), addEventListener() {} }));
  const [first, second] = windows.map((window) => open('tasks', { env: { window } }));
  await clock.advance(10);
  windows[0].document.dispatchEvent(new Event('freeze'));
  await clock.advance(10);
  assert.equal(server.sockets.size, 1);
  server.publish('tasks');
  await clock.advance(60_000);
  assert.deepEqual(numbers(second.got), [0]);
  // Nobody is there to lead while the only tab is frozen.
  second.leave();
  await clock.advance(10);
  server.publish('tasks');
  assert.equal(server.sockets.size, 0);
  windows[0].document.dispatchEvent(new Event('resume'));
  await clock.advance(1000);
  assert.equal(first.client.state, 'live');
  assert.deepEqual(numbers(first.got), [0, 1]);
  first.leave();
});
