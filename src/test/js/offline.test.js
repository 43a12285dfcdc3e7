// What is published offline: shown at once, sent later, replaced by its event, taken back when it is refused.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { offline } from '../../main/resources/dev/boardcast/web/client/offline.js';
import { scene } from './scene.js';

const token = (sub) => `h.${Buffer.from(JSON.stringify({ sub })).toString('base64url')}.s`;

/** A scene whose server keeps what is published, once for each id, and answers it. */
function publishing({ user = 'ann', ...options } = {}) {
  const signedIn = { user };
  const stage = scene({ token: () => token(signedIn.user), ...options });
  const { server, clock } = stage;
  Object.assign(stage, { signedIn, kept: new Map(), refused: [], asBy: [], isDeaf: false, code: null });
  const answer = ({ topic, id, event_type: type, data }, way) => {
    stage.asBy.push(way);
    if (stage.code) return { type: 'error', code: stage.code, message: 'no', topic, id };
    const duplicate = stage.kept.has(id) || undefined;
    stage.kept.set(id, { type, topic, data, id, timestamp: server.timestamp, offset: `e1:${stage.kept.size + 1}` });
    return { type: 'published', topic, id, duplicate };
  };
  const said = server.said.bind(server);
  server.said = (socket, message) => {
    if (message.type !== 'publish') return said(socket, message);
    const answered = answer(message, `socket ${server.user}`);
    if (!stage.isDeaf) clock.setTimeout(() => server.say(answered), 1);
  };
  const request = server.request.bind(server);
  server.request = async (url, init = {}) => {
    if (init.method !== 'POST') return request(url, init);
    if (stage.isCut) throw new TypeError('offline');
    const { type, ...rest } = JSON.parse(init.body);
    const topic = decodeURIComponent(url.pathname.split('/')[4]);
    const { code, duplicate } = answer({ topic, event_type: type, ...rest }, `http ${init.headers.authorization}`);
    return Response.json({ detail: 'no' }, { status: code ? 403 : duplicate ? 200 : 201 });
  };
  stage.cut = () => {
    stage.isCut = true;
    for (const way of ['websocket', 'sse', 'polling']) server.ways[way] = 'refuse';
    server.end(1006);
  };
  stage.mend = async () => {
    stage.isCut = false;
    for (const way of ['websocket', 'sse', 'polling']) server.ways[way] = 'open';
    stage.client.retry();
    await clock.advance(1000);
  };
  stage.offline = offline(stage.client, { env: { indexedDB: undefined }, ...stage.options });
  stage.offline.on('refused', ({ message, error }) => stage.refused.push([message.id, error.code]));
  return stage;
}

const ids = (list) => list.map(({ id }) => id);

test('offline it is shown at once, in order, and sent once the connection is back', async () => {
  const stage = publishing();
  const { clock, server, client } = stage;
  await clock.advance(10);
  stage.cut();
  const sent = ['m1', 'm2', 'm3'].map((id) => stage.offline.publish('chat.1', 'line', { id }, { id }));
  const pending = stage.offline.pending('chat.1');
  assert.deepEqual([ids(pending), pending[0].pending, pending[0].data], [['m1', 'm2', 'm3'], true, { id: 'm1' }]);
  assert.deepEqual(stage.offline.pending('chat.2'), []);
  await clock.advance(90_000);
  assert.equal(stage.offline.pending('chat.1'), pending);
  assert.deepEqual([stage.offline.persistent, stage.offline.size, stage.kept.size, stage.refused], [false, 3, 0, []]);
  await stage.mend();
  assert.deepEqual([...stage.kept.keys()], ['m1', 'm2', 'm3']);
  assert.equal((await sent[2].published).id, 'm3');
  // Shown until the events are there.
  assert.deepEqual([stage.offline.size, ids(stage.offline.pending('chat.1'))], [0, ['m1', 'm2', 'm3']]);
  const shown = [];
  client.subscribe('chat.1', ({ id }) => shown.push([id, ...ids(stage.offline.pending('chat.1'))]));
  await clock.advance(200);
  [...stage.kept.values()].slice(0, 2).forEach((event) => server.say(event));
  assert.deepEqual(shown, [['m1', 'm2', 'm3'], ['m2', 'm3']]);
  await clock.advance(11_000);
  assert.deepEqual(stage.offline.pending('chat.1'), []);
  stage.offline.close();
  client.close();
});

test('an event that comes before its answer replaces what is pending too', async () => {
  const stage = publishing();
  const { clock, server, client } = stage;
  client.subscribe('chat.1', () => {});
  stage.isDeaf = true;
  await clock.advance(200);
  stage.offline.publish('chat.1', 'line', {}, { id: 'm1' });
  await clock.advance(100);
  server.say(stage.kept.get('m1'));
  assert.deepEqual([ids(stage.offline.pending('chat.1')), stage.offline.size], [[], 1]);
  await clock.advance(15_000);
  assert.deepEqual([stage.offline.size, stage.kept.size, stage.offline.pending('chat.1')], [0, 1, []]);
  stage.offline.close();
  client.close();
});

test('a refusal takes it back with the error, and the next ones go on', async () => {
  const stage = publishing();
  const { clock, client } = stage;
  stage.code = 'forbidden';
  const sent = stage.offline.publish('chat.1', 'line', {}, { id: 'm1' });
  await clock.advance(100);
  await assert.rejects(sent.published, { code: 'forbidden' });
  assert.deepEqual([stage.refused, stage.offline.pending('chat.1')], [[['m1', 'forbidden']], []]);
  stage.code = null;
  const next = stage.offline.publish('chat.1', 'line', {}, { id: 'm2' });
  await clock.advance(100);
  await next.published;
  stage.offline.close();
  client.close();
});

test('it is sent as its user or not at all, whoever the socket belongs to', async () => {
  const stage = publishing();
  const { clock, client, server } = stage;
  server.user = 'ben';
  await clock.advance(10);
  const first = stage.offline.publish('chat.1', 'line', {}, { id: 'm1' });
  await clock.advance(100);
  await first.published;
  assert.deepEqual(stage.asBy, [`http Bearer ${token('ann')}`]);
  stage.cut();
  stage.offline.publish('chat.1', 'line', {}, { id: 'm2' });
  await clock.advance(10);
  stage.signedIn.user = 'ben';
  await stage.mend();
  await clock.advance(60_000);
  assert.deepEqual([[...stage.kept.keys()], stage.offline.error.code], [['m1'], 'user_changed']);
  stage.offline.close();
  client.close();
});

test('a user who is named by the application, with a token that names nobody', async () => {
  const stage = publishing({ token: () => 'opaque' });
  const { clock, client } = stage;
  const nameless = stage.offline.publish('chat.1', 'line', {}, { id: 'm1' });
  await clock.advance(100);
  await assert.rejects(nameless.published, { code: 'no_user' });
  const box = offline(client, { user: () => 'e-mail of ann', env: { indexedDB: undefined } });
  const sent = box.publish('chat.1', 'line', {}, { id: 'm2' });
  await clock.advance(100);
  await sent.published;
  assert.deepEqual(stage.asBy, ['http Bearer opaque']);
  box.close();
  stage.offline.close();
  client.close();
});

test('wrong arguments throw, and name the argument', () => {
  const stage = publishing();
  for (const wrong of [[''], ['a', ''], ['a', 'b', 'text'], ['a', 'b', []], ['a', 'b', {}, { id: '' }], ['a', 'b', {}, { id: 'x'.repeat(129) }]]) {
    assert.throws(() => stage.offline.publish(...wrong), { name: 'TypeError', message: /^(topic|type|data|id): expected/ });
  }
  stage.offline.close();
  stage.client.close();
});
