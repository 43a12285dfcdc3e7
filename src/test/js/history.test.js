// Earlier events and values, and the answers of the socket that the client has not asked for.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { history } from '../../main/resources/dev/boardcast/web/client/history.js';
import { scene } from './scene.js';

const golden = (name) => JSON.parse(readFileSync(new URL(`../resources/contract/native-${name}.json`, import.meta.url)));

function asking(answers, options = {}) {
  const asked = [];
  const fetch = async (url, { headers = {} } = {}) => {
    const { pathname, searchParams } = new URL(url);
    asked.push([pathname, [...searchParams].map((each) => each.join('=')).join('&'), headers.authorization]);
    const [status, body] = answers[pathname] ?? [404, { title: 'Not found', detail: 'no such stream', status: 404 }];
    return Response.json(body, { status });
  };
  return { ...scene({ env: { fetch }, ...options }), asked };
}

const BOARDS = { '/api/v1/boards': [200, [{ name: 'analysis', topic: 'metrics' }]] };

test('a page of a stream and series of a board are read as the server describes them', async () => {
  const { client, asked } = asking(
    {
      ...BOARDS,
      '/api/v1/streams/chat.7/events': [200, golden('history').data],
      '/api/v1/boards/analysis/history': [200, golden('history-board').data],
    },
    { token: () => 'mine' },
  );
  assert.deepEqual(await history(client, 'chat.7', { before: 'e1:7', limit: 2 }), golden('history').data);
  assert.deepEqual(await history(client, 'metrics', { metric: ['a', 'b'], step: '1h' }), golden('history-board').data);
  assert.deepEqual(asked.filter(([path]) => path !== '/api/v1/boards'), [
    ['/api/v1/streams/chat.7/events', 'before=e1%3A7&limit=2'.replace('%3A', ':'), 'Bearer mine'],
    ['/api/v1/boards/analysis/history', 'metric=a&metric=b&step=1h', 'Bearer mine'],
  ]);
  client.close();
});

test('the past of a part of a board is asked for by its values', async () => {
  const { client, asked } = asking({ ...BOARDS, '/api/v1/boards/analysis/history': [200, golden('history-board').data] });
  await history(client, 'metrics?shop=a%20b&site=7', { metric: 'a' });
  assert.deepEqual(asked.at(-1).slice(0, 2), ['/api/v1/boards/analysis/history', 'shop=a b&site=7&metric=a']);
  client.close();
});

test('what is refused is an error that names the parameter', async () => {
  const errors = [{ field: 'limit', expected: 'a whole number from 1 to 500' }];
  const problem = { title: 'Invalid input', detail: 'limit: expected', status: 400, errors };
  const { client } = asking({ ...BOARDS, '/api/v1/streams/chat/events': [400, problem] });
  const failures = [];
  for (const topic of ['chat', 'none', 7]) await history(client, topic).catch((failure) => failures.push(failure));
  assert.deepEqual(failures.map(({ name, message, status }) => [name, message.slice(0, 15), status]), [
    ['Error', 'limit: expected', 400],
    ['Error', 'no such stream', 404],
    ['TypeError', 'topic: expected', undefined],
  ]);
  assert.deepEqual(failures[0].errors, errors);
  client.close();
});

test('answers that this client has not asked for change nothing', async () => {
  const { clock, client, server, follow, gaps, problems } = scene();
  const got = follow('chat.7');
  await clock.advance(10);
  const { status, offsets } = client;
  for (const name of ['state', 'history', 'history-board', 'error-invalid']) server.say(golden(name));
  assert.equal(client.status, status);
  assert.equal(client.offsets, offsets);
  assert.deepEqual([got.length, gaps.length, problems.length], [0, 0, 0]);
  client.close();
});
