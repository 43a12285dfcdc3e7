// Who one is, and goes on to be.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scene } from './scene.js';

const HOUR = 3_600_000;

test('a token is renewed in band, a minute before it expires', async () => {
  let n = 0;
  const { clock, client, server, states } = scene({ token: async () => `t${++n}` });
  server.lifetime = HOUR;
  await clock.advance(HOUR - 60_001);
  assert.deepEqual(server.tokens, ['t1']);
  await clock.advance(2);
  assert.deepEqual(server.tokens, ['t1', 't2']);
  await clock.advance(2 * HOUR);
  assert.equal(server.opened.length, 1);
  assert.ok(states.every(({ state }) => state === 'live'));
  client.close();
});

test('a token that lives shortly is renewed shortly before, and asked for again while it is the same', async () => {
  let token = 'old';
  const { clock, client, server } = scene({ token: () => token });
  server.lifetime = 50_000;
  await clock.advance(42_000);
  token = 'new';
  await clock.advance(6000);
  assert.deepEqual(server.tokens, ['old', 'new']);
  client.close();
});

test('a token that cannot be had is asked for again', async () => {
  let fails = true;
  const token = () => (fails ? Promise.reject(new Error('away')) : 't');
  const { clock, client, server } = scene({ token });
  await clock.advance(5000);
  assert.equal(server.opened.length, 0);
  assert.equal(client.state, 'reconnecting');
  fails = false;
  await clock.advance(30_000);
  assert.equal(client.state, 'live');
  client.close();
});

for (const way of ['websocket', 'sse', 'polling']) {
  test(`over ${way}, a refused token is followed by another one, never by the same`, async () => {
    let token = 'bad';
    const asked = [];
    const { clock, client, server } = scene({
      topics: ['routing'],
      token: ({ refused }) => {
        asked.push(refused);
        return refused ? token : 'bad';
      },
    });
    for (const each in server.ways) if (each !== way) server.ways[each] = 'refuse';
    server.refusedTokens.add('bad');
    await clock.advance(60_000);
    assert.equal(client.state, 'closed');
    assert.equal(client.status.reason, 4401);
    assert.equal(server.tokens.filter((each) => each === 'bad').length, 1);
    assert.ok(asked.includes(true));
    token = 'good';
    client.retry();
    await clock.advance(60_000);
    assert.notEqual(client.state, 'closed');
    assert.equal(client.status.transport, way);
    client.close();
  });
}

test('polling and Server-Sent Events carry the token in a header', async () => {
  const { clock, client, server } = scene({ topics: ['routing'], token: () => 'mine' });
  server.ways.websocket = 'refuse';
  await clock.advance(10_000);
  assert.equal(client.status.transport, 'sse');
  server.ways.sse = 'refuse';
  server.end(1006);
  await clock.advance(60_000);
  assert.equal(client.status.transport, 'polling');
  assert.deepEqual(new Set(server.tokens), new Set(['mine']));
  client.close();
});

const claims = (who) => `x.${Buffer.from(JSON.stringify(who)).toString('base64url')}.y`;

for (const [named, tokens] of [
  ['token', [claims({ sub: 'ann', exp: 1 }), claims({ sub: 'ann', exp: 2 }), claims({ sub: 'bob' })]],
  ['server', ['a', 'b', 'c']],
]) {
  test(`a client whose ${named} is another user's closes, forgets, and starts anew when it is told to`, async () => {
    let token = tokens[0];
    const { clock, client, server, follow } = scene({ token: () => token });
    const events = follow('tasks');
    const board = follow('routing');
    await clock.advance(10);
    server.publish('tasks');
    await clock.advance(10);
    token = tokens[1];
    server.end(1001);
    await clock.advance(5000);
    assert.equal(client.state, 'live', 'the same user');
    assert.equal(events.length, 1);

    token = tokens[2];
    if (named === 'server') server.user = 'bob';
    const before = board.length;
    server.end(1001);
    server.publish('tasks');
    await clock.advance(60_000);
    assert.equal(client.state, 'closed');
    assert.equal(client.status.reason, 'user_changed');
    assert.equal(events.length, 1, "nothing of bob's");
    assert.equal(board.length, before);
    assert.deepEqual(client.offsets, {});
    const late = follow('routing');
    await clock.advance(10);
    assert.equal(late.length, 0, "nothing that was ann's");

    client.retry();
    await clock.advance(10);
    assert.equal(client.state, 'live');
    server.publish('tasks');
    await clock.advance(10);
    assert.equal(events.length, 2);
    client.close();
  });
}

test('one who is not signed in yet, or not any more, is no other user', async () => {
  let token = null;
  const { clock, client, server } = scene({ token: () => token });
  for (const next of [claims({ sub: 'ann' }), null, claims({ sub: 'ann' })]) {
    await clock.advance(5000);
    assert.equal(client.state, 'live');
    token = next;
    server.end(1001);
  }
  await clock.advance(5000);
  assert.equal(client.state, 'live');
  client.close();
});

test('a renewal that falls due while there is no connection hurts nobody', async () => {
  let n = 0;
  const { clock, client, server } = scene({ token: async () => `t${++n}` });
  server.lifetime = 15_000;
  await clock.advance(8000);
  for (const way in server.ways) server.ways[way] = 'refuse';
  server.end(1006);
  await clock.advance(8000);
  server.ways.websocket = 'open';
  await clock.advance(20_000);
  assert.equal(client.state, 'live');
  await clock.advance(60_000);
  assert.equal(client.state, 'live');
  client.close();
});

for (const days of [25, 30, 400]) {
  test(`a token valid for ${days} days is asked for twice in that time`, async () => {
    let n = 0;
    const { clock, client, server } = scene({ token: async () => `t${++n}` });
    server.lifetime = days * 24 * HOUR;
    await clock.advance(12_000);
    assert.equal(n, 1);
    clock.sleep((days - 1) * 24 * HOUR);
    await clock.advance(1000);
    assert.equal(n, 1, 'not when it wakes up');
    clock.sleep(24 * HOUR - 120_000);
    await clock.advance(30_000);
    assert.equal(n, 1);
    await clock.advance(60_000);
    assert.equal(n, 2);
    assert.deepEqual(server.ended, []);
    client.close();
  });
}

test('tokens that have expired already are not asked for more often than every second', async () => {
  let n = 0;
  const { clock, client, server } = scene({ token: async () => `t${++n}` });
  server.lifetime = 1;
  await clock.advance(10_000);
  assert.ok(n <= 11, `${n}`);
  assert.deepEqual(server.ended, []);
  client.close();
});

test('a token that never comes is a failed attempt', async () => {
  let comes = false;
  const { clock, client } = scene({ token: () => (comes ? 't' : new Promise(() => {})) });
  await clock.advance(9000);
  assert.equal(client.state, 'reconnecting');
  assert.equal(client.status.failures, 1);
  comes = true;
  await clock.advance(10_000);
  assert.equal(client.state, 'live');
  client.close();
});
