// Attempts that fail in unusual ways, and clocks that somebody sets.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { numbers, scene } from './scene.js';

for (const [what, env] of Object.entries({
  'a WebSocket': {
    WebSocket: class {
      constructor() {
        throw new Error('SecurityError');
      }
    },
  },
  fetch: {
    fetch: () => {
      throw new Error('SecurityError');
    },
  },
})) {
  test(`${what} that throws is a failed attempt, after which the next transport is tried`, async () => {
    const { clock, client, server } = scene({ topics: ['routing'], env });
    if (what === 'fetch') server.ways.websocket = 'refuse';
    await clock.advance(8000);
    assert.notEqual(client.state, 'connecting');
    assert.ok(client.status.failures > 0);
    server.ways.websocket = 'open';
    await clock.advance(60_000);
    assert.equal(client.state, 'live');
    assert.equal(client.status.transport, what === 'fetch' ? 'websocket' : 'sse');
    client.close();
  });
}

test('a message that cannot be read breaks the connection, and nothing is lost', async () => {
  const { clock, client, server, follow } = scene();
  const got = follow('tasks');
  await clock.advance(10);
  const [socket] = server.sockets;
  socket.onmessage({ data: '{"type":' });
  server.publish('tasks');
  await clock.advance(5000);
  assert.equal(client.state, 'live');
  assert.deepEqual(numbers(got), [0]);
  client.close();
});

test('a browser that reports to be offline is not believed', async () => {
  const stage = scene();
  const { clock, client, server, states } = stage;
  stage.offline = true;
  await clock.advance(1000);
  assert.equal(client.state, 'live', 'from the start');
  server.end(1006);
  assert.equal(client.status.reason, 'offline');
  await clock.advance(5000);
  assert.equal(client.state, 'live', 'again');
  assert.equal(client.status.reason, null);
  assert.ok(states.some(({ reason, retryAt }) => reason === 'offline' && retryAt));
  client.close();
});

for (const jump of [-86_400_000, -3_600_000, -60_000, 60_000, 3_600_000, 86_400_000]) {
  test(`a clock that is set by ${jump / 1000} s changes no wait, no age and no check`, async () => {
    const { clock, client, server, follow } = scene();
    const set = () => {
      clock.jump(jump);
      server.serverAhead -= jump; // the server's own clock goes on
    };
    const got = follow('routing');
    await clock.advance(20_000);
    set();
    await clock.advance(10_000);
    server.update();
    await clock.advance(2000);
    assert.equal(client.state, 'live');
    assert.equal(server.opened.length, 1);
    assert.equal(client.age(got.at(-1)), 2000);

    // A connection that dies is noticed in the usual time.
    server.silent = true;
    set();
    await clock.advance(25_000);
    assert.ok(server.opened.length > 1);
    server.silent = false;
    await clock.advance(20_000);
    assert.equal(client.state, 'live');

    server.say({ type: 'goaway', reconnect_after_ms: 5000, closes_in_ms: 6000 });
    set();
    const opened = server.opened.length;
    server.end(1001);
    await clock.advance(5100);
    assert.equal(client.state, 'live');
    assert.equal(server.opened.length, opened + 1);
    client.close();
  });
}

test('a closed client that is told to connect listens to the browser again', async () => {
  const window = new EventTarget();
  window.document = Object.assign(new EventTarget(), { hidden: false });
  const { clock, client, server } = scene({ env: { window } });
  await clock.advance(10);
  client.close();
  client.retry();
  await clock.advance(20_000);
  for (const way in server.ways) server.ways[way] = 'refuse';
  server.end(1006);
  await clock.advance(120_000);
  server.ways.websocket = 'open';
  window.document.dispatchEvent(new Event('visibilitychange'));
  await clock.advance(1);
  assert.equal(client.state, 'live');
  client.close();
});

test('a server that asks for a day of patience gets an hour', async () => {
  const { clock, client, server } = scene({ topics: ['routing'], env: { WebSocket: undefined } });
  server.patience = 86_400;
  server.ways.polling = 'refuse';
  await clock.advance(10);
  assert.ok(client.status.retryAt - clock.now() <= 3_600_000);
  assert.ok(client.status.retryAt - clock.now() > 3_500_000);
  client.close();
});
