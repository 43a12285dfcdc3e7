// Who is on a topic: lists and changes by the words that the Java tests check, in one tab and in several.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { presence, readPresence, relay } from '../../main/resources/dev/boardcast/web/client/presence.js';
import { scene } from './scene.js';
import { FakeOrigin } from './tabs.js';

const golden = (name) =>
  JSON.parse(readFileSync(new URL(`../resources/contract/native-${name}.json`, import.meta.url)));

/** Counts what is read by HTTP. */
function reading({ server }) {
  const read = { count: 0 };
  const request = server.request.bind(server);
  server.request = async (url, init) => {
    if (!url.pathname.startsWith('/api/v1/presence/')) return request(url, init);
    read.count++;
    return Response.json(golden('presence-partial'));
  };
  return read;
}

async function watching(options, data) {
  const stage = scene(options);
  stage.read = reading(stage);
  await stage.clock.advance(10);
  stage.views = [];
  stage.here = presence(stage.client, 'doc.7', (view) => stage.views.push(view), data);
  await stage.clock.advance(10);
  return stage;
}

const names = ({ users }) => users.map(({ user }) => user);
const said = (server) => server.received.filter(({ type }) => type === 'presence').map(({ data, present }) => data ?? present);

test('the message follows the subscription, the list comes first, and changes apply to it', async () => {
  const { client, server, views, here } = await watching({}, { name: 'Ann' });
  assert.deepEqual(server.received.map(({ type }) => type), ['subscribe', 'presence']);
  assert.deepEqual(said(server), [{ name: 'Ann' }]);
  server.say(golden('presence-change'));
  assert.equal(views.length, 0, 'a change of a list that is not known');
  server.say(golden('presence'));
  assert.deepEqual(names(here.view), ['ann', 'bob']);
  assert.equal(here.view.users[0].data.state, 'editing');
  server.say({ ...golden('presence-change'), joined: [{ user: 'dan', data: {}, since: '2025-11-16T12:35:00.000Z' }], left: ['bob'] });
  assert.deepEqual(names(here.view), ['ann', 'dan']);
  server.say({ ...golden('presence-counts'), topic: 'doc.7' });
  assert.deepEqual([here.view.users, here.view.count, here.view.countsOnly], [[], 10_000, true]);
  server.say({ ...golden('presence-change-counts'), topic: 'doc.7' });
  assert.equal(here.view.count, 10_001);
  server.say(golden('presence-partial'));
  assert.deepEqual([names(here.view), here.view.partial, here.view.countsOnly], [['ann'], true, false]);
  assert.ok(Object.isFrozen(here.view));
  client.close();
});

test('at a board that the token completes, the page is present as it has asked for it', async () => {
  const stage = scene();
  await stage.clock.advance(10);
  const here = presence(stage.client, 'sales', () => {});
  await stage.clock.advance(10);
  stage.server.say({ ...golden('presence'), topic: 'sales?site=7' });
  assert.deepEqual(names(here.view), ['ann', 'bob']);
  stage.client.close();
});

test('a topic that is refused is not asked for again', async () => {
  const stage = scene();
  await stage.clock.advance(10);
  let reads = 0;
  const request = stage.server.request.bind(stage.server);
  stage.server.request = async (url, init) => {
    if (!url.pathname.startsWith('/api/v1/presence/')) return request(url, init);
    reads++;
    return Response.json({ status: 403, detail: 'not yours to see' }, { status: 403 });
  };
  const here = presence(stage.client, 'sales?site=8', () => {});
  await stage.clock.advance(10);
  stage.server.say({ type: 'error', code: 'forbidden', message: 'no', topic: 'sales?site=8', timestamp: stage.server.timestamp });
  assert.equal(here.view.refused, 'forbidden');
  const { id } = stage.server.received.findLast(({ type }) => type === 'presence');
  const sent = said(stage.server).length;
  stage.server.say({ type: 'error', code: 'invalid', field: 'topic', topic: 'sales?site=8', id });
  await stage.clock.advance(120_000);
  assert.deepEqual([said(stage.server).length, reads], [sent, 0]);
  stage.client.close();

  const other = scene();
  await other.clock.advance(10);
  other.server.request = stage.server.request;
  presence(other.client, 'doc.8', () => {});
  await other.clock.advance(120_000);
  assert.equal(reads, 1);
  other.client.close();
});

test('what the user shows is sent, and the newest that is not empty counts', async () => {
  const { clock, client, server, here } = await watching();
  const other = presence(client, 'doc.7', () => {});
  for (const change of [
    () => here.set({ state: 'editing' }),
    () => other.set({ state: 'reading' }),
    () => other.set({}),
    () => other.stop(),
    () => here.stop(),
    () => here.stop(),
  ]) {
    change();
    await clock.advance(500);
  }
  assert.deepEqual(said(server), [{}, { state: 'editing' }, { state: 'reading' }, { state: 'editing' }, { state: 'editing' }, false]);
  assert.ok(server.received.some(({ type }) => type === 'unsubscribe'));
  client.close();
});

test('after a lost connection the user is present again, with what it shows', async () => {
  const { clock, client, server, here, views } = await watching();
  here.set({ color: '#a03c2f' });
  await clock.advance(10);
  server.received.length = 0;
  server.end(1006);
  await clock.advance(3000);
  assert.deepEqual(said(server), [{ color: '#a03c2f' }]);
  server.say(golden('presence'));
  assert.equal(views.at(-1).count, 2);
  client.close();
});

test('a topic that is not subscribed yet is tried again, and a refusal is shown', async () => {
  const { clock, client, server, here, problems } = await watching();
  const { id } = server.received.at(-1);
  const error = { type: 'error', code: 'invalid', message: 'topic: …', topic: 'doc.7', id };
  server.say({ ...error, field: 'topic' });
  await clock.advance(600);
  assert.deepEqual(said(server), [{}, {}]);
  server.say({ ...error, code: 'forbidden', field: 'presence' });
  await clock.advance(600);
  assert.equal(here.view.refused, 'forbidden');
  assert.deepEqual(said(server), [{}, {}]);
  assert.deepEqual(problems, []);
  server.say(golden('presence'));
  assert.equal(here.view.refused, null);
  client.close();
});

test('messages of presence are neither events nor offsets, and an event of that name is one', async () => {
  const { clock, client, server, follow } = await watching();
  const got = follow('doc.7');
  await clock.advance(10);
  server.say({ type: 'subscribed', topic: 'doc.7', offset: 'e1:1', recovered: false });
  server.say(golden('presence-partial'));
  assert.equal(got.length, 0);
  assert.equal(client.offsets['doc.7'], 'e1:1');
  server.say({ type: 'presence', topic: 'doc.7', data: {}, timestamp: '2025-11-16T12:34:56.789Z', offset: 'e1:2' });
  assert.equal(got.length, 1);
  client.close();
});

test('without a WebSocket it reads the list, and is not present', async () => {
  for (const ways of [['websocket', 'sse'], ['websocket']]) {
    const stage = scene();
    const { clock, client, server } = stage;
    for (const way of ways) server.ways[way] = 'refuse';
    const read = reading(stage);
    const views = [];
    const here = presence(client, 'doc.7', (view) => views.push(view));
    await clock.advance(60_000);
    assert.equal(client.status.transport, ways.length > 1 ? 'polling' : 'sse');
    assert.deepEqual(names(views.at(-1)), ['ann']);
    assert.ok(read.count > 2);
    here.stop();
    const before = read.count;
    await clock.advance(20_000);
    assert.equal(read.count, before);
    assert.deepEqual(names(await readPresence(client, 'doc.7')), ['ann']);
    client.close();
  }
});

test('wrong arguments are named, and reach no server', async () => {
  const { client, server, here } = await watching();
  const wrong = [null, 7, { name: '' }, { name: 'x'.repeat(81) }, { state: 7 }, { color: 'red' }, { cursor: 1 }, { state: 'a\nb' }];
  for (const data of wrong) {
    assert.throws(() => here.set(data), /^TypeError: data: expected/);
    assert.throws(() => presence(client, 'doc.7', () => {}, data), /data: expected/);
  }
  assert.throws(() => presence(client, '', () => {}), /topic: expected/);
  assert.throws(() => presence(client, 'doc.7'), /changed: expected/);
  assert.deepEqual(said(server), [{}]);
  client.close();
});

/** Two tabs, of which the first has the connection. */
async function twoTabs() {
  const origin = new FakeOrigin();
  const tabs = [origin.tab(), origin.tab()];
  const first = scene({ env: tabs[0].env });
  const { clock, server } = first;
  await clock.advance(10);
  const second = scene({ env: { ...tabs[1].env, clock, WebSocket: server.WebSocket, fetch: server.fetch } });
  await clock.advance(10);
  const read = reading(first);
  return { clock, server, read, tabs, clients: [first.client, second.client] };
}

test('tabs that share a connection are one session: the list for all, and what one has changed last', async () => {
  const { clock, server, read, tabs, clients } = await twoTabs();
  const views = [[], []];
  const here = presence(clients[0], 'doc.7', (view) => views[0].push(view), { state: 'one' });
  await clock.advance(300);
  const there = presence(clients[1], 'doc.7', (view) => views[1].push(view), { state: 'two' });
  await clock.advance(300);
  assert.equal(server.sockets.size, 1);
  assert.deepEqual(said(server), [{ state: 'one' }, { state: 'two' }]);
  server.say(golden('presence-partial'));
  await clock.advance(10);
  assert.deepEqual(views.map((each) => each.length), [1, 1]);
  here.set({ state: 'three' });
  await clock.advance(300);
  here.set({});
  await clock.advance(300);
  assert.deepEqual(said(server).slice(2), [{ state: 'three' }, { state: 'two' }]);
  tabs[1].freeze(); // as one that has crashed, it says nothing more
  clients[1].close();
  tabs[1].leave();
  await clock.advance(21_000);
  assert.deepEqual(said(server).at(-1), {});
  assert.equal(there.view.count, 1);
  assert.equal(read.count, 0);
  here.stop();
  await clock.advance(300);
  assert.ok(server.received.some(({ type }) => type === 'unsubscribe'));
  clients[0].close();
});

test('the tab that has the connection speaks for others, if it is asked to; another takes that over', async () => {
  const { clock, server, read, tabs, clients } = await twoTabs();
  const views = [];
  const here = presence(clients[1], 'doc.7', (view) => views.push(view), { state: 'two' });
  await clock.advance(6000);
  assert.deepEqual(said(server), [], 'the first tab does not know of presence');
  assert.ok(read.count > 0);
  relay(clients[0]);
  await clock.advance(300);
  assert.deepEqual(said(server), [{ state: 'two' }]);
  server.say(golden('presence'));
  await clock.advance(10);
  assert.deepEqual(names(views.at(-1)), ['ann', 'bob']);
  server.received.length = 0;
  tabs[0].leave();
  clients[0].close();
  await clock.advance(3000);
  assert.deepEqual(said(server).at(-1), { state: 'two' });
  here.stop();
  clients[1].close();
});
