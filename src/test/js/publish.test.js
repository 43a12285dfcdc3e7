// What an application publishes: answered by either way, and sent again with its id.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { publisher } from '../../main/resources/dev/boardcast/web/client/publish.js';
import { scene } from './scene.js';

const golden = (name) =>
  JSON.parse(readFileSync(new URL(`../resources/contract/native-${name}.json`, import.meta.url)));

/** A scene whose server keeps what is published, and answers as the test says. */
async function publishing(options) {
  const stage = scene(options);
  stage.said = [];
  stage.posted = [];
  const said = stage.server.said.bind(stage.server);
  stage.server.said = (socket, message) =>
    message.type === 'publish' ? stage.said.push(message) : said(socket, message);
  const request = stage.server.request.bind(stage.server);
  stage.server.request = async (url, init) => {
    if (init.method !== 'POST') return request(url, init);
    stage.posted.push([url.pathname, JSON.parse(init.body), init.headers]);
    return stage.answer(stage.posted.length);
  };
  stage.answer = () => Response.json({ accepted: 1, duplicate: 0, rejected: 0, errors: [] }, { status: 201 });
  stage.publish = publisher(stage.client);
  await stage.clock.advance(10);
  return stage;
}

test('over the open socket, and resolved by its answer', async () => {
  const stage = await publishing();
  const { clock, client, server, said } = stage;
  const done = stage.publish('chat.1', 'line', { text: 'hello' }, { id: 'm1' });
  await clock.advance(1);
  assert.deepEqual(said, [
    { type: 'publish', topic: 'chat.1', event_type: 'line', data: { text: 'hello' }, id: 'm1' },
  ]);
  server.say(golden('published'));
  const { id, offset } = await done;
  assert.deepEqual([id, offset], ['m1', golden('published').offset]);
  const again = stage.publish('chat.1', 'line', { text: 'hello' }, { id: 'm1' });
  await clock.advance(1);
  server.say(golden('published-duplicate'));
  assert.equal((await again).duplicate, true);
  client.close();
});

test('a refusal rejects with code and field, and is no problem of the topic', async () => {
  const stage = await publishing();
  const { clock, client, server, problems } = stage;
  const done = stage.publish('chat.1', 'pong', {}, { id: 'm1' });
  done.catch(() => {});
  await clock.advance(1);
  server.say(golden('error-publish'));
  await assert.rejects(done, { code: 'invalid', field: 'event_type' });
  assert.deepEqual(problems, []);
  client.close();
});

test('an answer is no event, and does not move the offset of the topic', async () => {
  const stage = await publishing();
  const { clock, client, server, follow } = stage;
  const got = follow('chat.1');
  await clock.advance(10);
  server.say({ ...golden('subscribed'), topic: 'chat.1', offset: '1f3c9a07:40', recovered: false });
  const done = stage.publish('chat.1', 'line', {}, { id: 'm1' });
  await clock.advance(1);
  server.say(golden('published'));
  await done;
  assert.equal(client.offsets['chat.1'], '1f3c9a07:40');
  server.say(golden('event-own'));
  assert.deepEqual(got.map(({ type, id }) => [type, id]), [['line', 'm1']]);
  client.close();
});

test('without an answer it is sent again by HTTP with the same id', async () => {
  const stage = await publishing({ token: () => 't' });
  const { clock, client, server, said, posted } = stage;
  const done = stage.publish('chat.1', 'line', { n: 1 });
  await clock.advance(1);
  server.end(1006);
  await clock.advance(6000);
  const result = await done;
  const { id } = said[0];
  assert.deepEqual(posted[0].slice(0, 2), ['/api/v1/streams/chat.1/events', { type: 'line', data: { n: 1 }, id }]);
  assert.equal(posted[0][2].authorization, 'Bearer t');
  assert.equal(result.id, id);
  client.close();
});

test('too fast or not stored: again after a while; forbidden: never', async () => {
  const stage = await publishing();
  const { clock, client, server, said } = stage;
  stage.answer = () => Response.json({ detail: 'no' }, { status: 403 });
  const done = stage.publish('chat.1', 'line', {}, { id: 'm1' });
  done.catch(() => {});
  await clock.advance(1);
  server.say(golden('error-too-fast'));
  await clock.advance(900);
  assert.equal(stage.posted.length, 0);
  await clock.advance(1000);
  await assert.rejects(done, { code: 'forbidden' });
  assert.equal(said.length, 1);
  client.close();
});

test('what is not stored is sent once, without an id, and is handed on without an offset', async () => {
  const stage = await publishing();
  const { clock, client, server, said, posted, follow } = stage;
  const got = follow('chat.1');
  await clock.advance(10);
  await stage.publish('chat.1', 'typing', { who: 'ann' }, { durable: false, key: 'ann' });
  assert.deepEqual(said, [
    { type: 'publish', topic: 'chat.1', event_type: 'typing', data: { who: 'ann' }, durable: false, key: 'ann' },
  ]);
  server.say({ ...golden('subscribed'), topic: 'chat.1', recovered: false });
  const { offsets } = client;
  server.say(golden('ephemeral'));
  assert.deepEqual(got.map(({ type, ephemeral }) => [type, ephemeral]), [['typing', true]]);
  assert.deepEqual(client.offsets, offsets);
  server.ways.websocket = 'refuse';
  server.end(1006);
  await stage.publish('chat.1', 'typing', {}, { durable: false });
  assert.deepEqual(posted[0][1], { type: 'typing', data: {}, durable: false });
  client.close();
});

test('closing rejects what has no answer', async () => {
  const stage = await publishing();
  const { clock, client } = stage;
  const done = stage.publish('chat.1', 'line', {});
  done.catch(() => {});
  await clock.advance(1);
  client.close();
  await assert.rejects(done, { code: 'closed' });
});
