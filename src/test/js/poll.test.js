// Public streams and boards without a connection, and the way to one.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { poller } from '../../main/resources/dev/boardcast/web/client/poll.js';
import { FakeClock, seeded } from './clock.js';
import { connect, numbers, upTo } from './scene.js';
import { FakeServer } from './server.js';

function polling(options = {}) {
  const clock = new FakeClock();
  const server = new FakeServer(clock);
  const asked = []; // path and query of each request
  const stage = { clock, server, asked, states: [], gaps: [], problems: [], begun: [], failures: [] };
  const fetch = (url, init) => {
    asked.push(url.slice('http://node.test/api/v1/'.length));
    return stage.answer?.(url, init) ?? server.request(new URL(url), init);
  };
  stage.env = { clock, random: seeded(options.seed ?? 1), fetch, report: (failure) => stage.failures.push(failure), hasCache: false };
  stage.poll = poller('http://node.test', { env: stage.env, ...options });
  stage.poll.on('state', ({ state }) => stage.states.push(state));
  stage.poll.on('gap', (gap) => stage.gaps.push(gap));
  stage.poll.on('problem', (problem) => stage.problems.push(problem));
  stage.poll.on('subscribed', (begun) => stage.begun.push(begun));
  stage.stream = (topic) => {
    const got = [];
    got.stop = stage.poll.stream(topic, (message) => got.push(message));
    return got;
  };
  stage.move = (more) =>
    stage.poll.move(connect, {
      ...more,
      env: { ...stage.env, WebSocket: server.WebSocket, BroadcastChannel: undefined, locks: undefined, window: undefined, isOffline: () => false },
    });
  return stage;
}

const publish = (server, topic, count) => upTo(count).forEach(() => server.publish(topic));

test('a stream is followed from now, each event once and in order', async () => {
  const { clock, server, stream, begun, poll } = polling();
  publish(server, 'news', 3);
  const got = stream('news');
  await clock.advance(10);
  assert.deepEqual(begun, [{ topic: 'news', offset: 'e1:3' }]);
  publish(server, 'news', 12);
  publish(server, 'other', 2);
  await clock.advance(3000);
  publish(server, 'news', 1);
  await clock.advance(3000);
  assert.deepEqual(numbers(got), upTo(16, 3));
  assert.deepEqual([got[0].topic, got[0].type, got[0].offset, poll.offsets], ['news', 'happened', 'e1:4', { news: 'e1:18' }]);
  poll.close();
});

test('pollers that are at the same place send the same requests', async () => {
  const one = polling({ since: { news: 'e1:0' } });
  publish(one.server, 'news', 12);
  const got = [one.stream('news')];
  const other = poller('http://node.test', { since: { news: 'e1:3' }, env: one.env });
  await one.clock.advance(10);
  const first = one.asked.splice(0);
  other.stream('news', (message) => got.push(message));
  await one.clock.advance(10);
  const page = (after) => `streams/news/events?after=e1%3A${after}&poll=now`;
  assert.deepEqual(first, [page(0), page(5), page(10)]);
  assert.deepEqual(one.asked, [page(3), page(5), page(10)]);
  one.asked.length = 0;
  await one.clock.advance(1000);
  assert.ok(/^streams\/news\/events\?after=e1%3A12&poll=[0-9a-z]{6}$/.test(one.asked[0]), one.asked[0]);
  assert.equal(new Set(one.asked).size, 1);
  one.poll.close();
  other.close();
});

test('where events are no longer stored it says so, and goes on', async () => {
  const { clock, server, stream, gaps, poll } = polling({ since: { news: 'other:4' } });
  publish(server, 'news', 3);
  const got = stream('news');
  await clock.advance(10);
  assert.deepEqual(gaps, [{ topic: 'news', offset: 'e1:3' }]);
  publish(server, 'news', 1);
  await clock.advance(2000);
  assert.deepEqual(numbers(got), [3]);
  poll.close();
});

test('a board is asked for with its tag, and copies older than the last are left out', async () => {
  const stage = polling();
  const { clock, server, asked, poll } = stage;
  const tags = [];
  const got = [];
  const real = stage.env.fetch;
  let old;
  poll.env.fetch = async (url, init) => {
    tags.push(init.headers['if-none-match']);
    const answer = await (old ?? real(url, init));
    if (answer.status === 200 && !old) old = undefined;
    return answer;
  };
  poll.board('routing', (message) => got.push(message));
  await clock.advance(2500);
  assert.deepEqual(tags, [undefined, '"1"', '"1"']);
  server.update();
  await clock.advance(1000);
  assert.deepEqual(got.map(({ data }) => data.version), [1, 2]);
  old = Response.json({ version: 1, timestamp: got[0].timestamp, computed_at: got[0].timestamp, data: { version: 1 } });
  await clock.advance(1000);
  old = undefined;
  const late = [];
  poll.board('routing', (message) => late.push(message));
  await clock.advance(10);
  assert.deepEqual(got.map(({ data }) => data.version), [1, 2]);
  assert.deepEqual(late.map(({ data, topic, offset }) => [data.version, topic, offset]), [[2, 'routing', 'version:2']]);
  assert.ok(asked.every((path) => path === 'boards/routing'));
  poll.close();
});

test('what cannot be read is tried again, at growing intervals, and nothing is lost', async () => {
  const stage = polling({ since: { news: 'e1:0' } });
  const { clock, server, stream, states, asked, poll } = stage;
  const got = stream('news');
  await clock.advance(10);
  for (const broken of [
    () => Promise.reject(new TypeError('no network')),
    async () => new Response('<html>sign in here</html>'),
    async () => Response.json({ hello: 1 }),
    async () => new Response('', { status: 502 }),
    () => new Promise(() => {}),
  ]) {
    stage.answer = broken;
    publish(server, 'news', 2);
    await clock.advance(60_000);
    assert.equal(poll.state, 'reconnecting');
    asked.length = 0;
    await clock.advance(70_000);
    assert.ok(asked.length > 0 && asked.length < 20, `${broken}: ${asked.length}`);
    stage.answer = undefined;
    await clock.advance(61_000); // a request that hangs, and a wait
    assert.equal(poll.state, 'polling');
  }
  assert.deepEqual(numbers(got), upTo(10));
  assert.deepEqual(states, Array(5).fill(['reconnecting', 'polling']).flat());
  poll.close();
});

test('a server that asks to wait is left alone for that time', async () => {
  const { clock, server, asked, stream, poll } = polling({ since: { news: 'e1:0' } });
  server.patience = 100;
  stream('news');
  await clock.advance(99_000);
  assert.equal(asked.length, 1);
  server.patience = 0;
  await clock.advance(2000);
  assert.ok(asked.length > 1);
  poll.close();
});

test('what is refused is a problem, and not asked for again', async () => {
  const { clock, server, asked, stream, problems, poll } = polling({ since: { news: 'e1:0' } });
  for (const topic of ['forbidden', 'malformed', 'news']) stream(topic);
  await clock.advance(10);
  assert.deepEqual(problems.map(({ type, topic, code }) => [type, topic, code]), [
    ['error', 'forbidden', 'forbidden'],
    ['error', 'malformed', 'unknown_topic'],
  ]);
  asked.length = 0;
  await clock.advance(5000);
  assert.ok(asked.length && asked.every((path) => path.startsWith('streams/news')));
  assert.equal(poll.state, 'polling');
  poll.close();
  server.refusedTokens.add(null);
  const closed = polling();
  closed.server.refusedTokens.add(null);
  closed.stream('news');
  await closed.clock.advance(10);
  assert.equal(closed.problems[0].code, 'not_authenticated');
  closed.poll.close();
});

test('who has left a topic, or closed, asks no more', async () => {
  const { clock, server, asked, stream, poll } = polling();
  const one = stream('news');
  const other = stream('news');
  await clock.advance(10);
  one.stop();
  publish(server, 'news', 1);
  await clock.advance(1000);
  assert.deepEqual([one.length, other.length], [0, 1]);
  other.stop();
  await clock.advance(10);
  asked.length = 0;
  await clock.advance(5000);
  stream('news');
  assert.equal(asked.length, 1);
  poll.close();
  await clock.advance(5000);
  assert.deepEqual([asked.length, poll.state], [1, 'closed']);
});

test('a handler that throws harms no other', async () => {
  const { clock, server, stream, failures, poll } = polling({ since: { news: 'e1:0' } });
  poll.stream('news', () => {
    throw new Error('mine');
  });
  const got = stream('news');
  publish(server, 'news', 3);
  await clock.advance(1000);
  assert.deepEqual([numbers(got), failures.map(({ message }) => message)], [[0, 1, 2], ['mine', 'mine', 'mine']]);
  poll.close();
});

test('it goes over to a connection, and back, at its offsets', async () => {
  const { clock, server, stream, move, env, poll } = polling();
  const got = stream('news');
  const board = [];
  const leave = poll.board('routing', ({ data }) => board.push(data.version));
  await clock.advance(10);
  publish(server, 'news', 7);
  await clock.advance(2000);
  publish(server, 'news', 4); // that it has not seen yet
  const client = move();
  const gaps = [];
  client.on('gap', (gap) => gaps.push(gap));
  publish(server, 'news', 1);
  await clock.advance(1000);
  publish(server, 'news', 3);
  server.update();
  assert.deepEqual([numbers(got), client.state, poll.state, gaps], [upTo(15), 'live', 'closed', []]);
  leave();
  await clock.advance(1000);
  server.update();
  assert.deepEqual(board, [1, 1, 2]);
  const back = poller('http://node.test', { since: client.offsets, env });
  client.close();
  publish(server, 'news', 2);
  back.stream('news', (message) => got.push(message));
  await clock.advance(2000);
  assert.deepEqual(numbers(got), upTo(17));
  assert.deepEqual(back.offsets, { news: 'e1:17' });
  back.close();
});

test('whatever happens, each event arrives once and in order', async () => {
  for (let seed = 1; seed <= 12; seed++) {
    const stage = polling({ seed, since: { news: 'e1:0' } });
    const { clock, server, stream, poll } = stage;
    const random = seeded(seed);
    const got = stream('news');
    let client;
    for (let step = 0; step < 40; step++) {
      const what = Math.floor(random() * 6);
      if (what < 2) publish(server, random() < 0.7 ? 'news' : 'other', 1 + Math.floor(random() * 8));
      if (what === 2) server.ways.polling = server.ways.polling === 'open' ? 'refuse' : 'open';
      if (what === 3 && step > 25 && !client) client = stage.move();
      if (what === 4 && client) server.end(1006);
      await clock.advance(Math.floor(random() * 1500));
    }
    server.ways.polling = 'open';
    await clock.advance(40_000);
    const last = server.log.filter(({ topic }) => topic === 'news').length;
    assert.deepEqual(numbers(got), upTo(last), `seed ${seed}`);
    assert.deepEqual(stage.gaps, []);
    (client ?? poll).close();
  }
});

test('wrong arguments are refused, by name', () => {
  const { poll } = polling();
  const wrong = {
    'url: expected': () => poller('node.test'),
    'since: expected': () => poller('http://node.test', { since: { news: 7 } }),
    'interval: expected': () => poller('http://node.test', { interval: 0 }),
    'topic: expected': () => poll.stream('', () => {}),
    'name: expected': () => poll.board(undefined, () => {}),
    'handler: expected': () => poll.stream('news'),
    'listener: expected': () => poll.on('gap'),
    'poller: expected': () => (poll.close(), poll.stream('news', () => {})),
  };
  for (const [start, call] of Object.entries(wrong)) {
    assert.throws(call, { name: 'TypeError', message: new RegExp(`^${start}`) });
  }
});
