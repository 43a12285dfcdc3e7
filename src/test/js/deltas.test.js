// What has changed in boards becomes whole snapshots.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { deltas, merge } from '../../main/resources/dev/boardcast/web/client/deltas.js';
import { scene } from './scene.js';

const delta = JSON.parse(readFileSync(new URL('../resources/contract/native-delta.json', import.meta.url)));

test('a patch is merged as RFC 7396 says, and changes nothing of what it is merged into', () => {
  // The cases of appendix A.
  const cases = [
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [['a', 'b'], ['c', 'd'], ['c', 'd']],
    [{ a: 'b' }, ['c'], ['c']],
    [{ a: 'foo' }, null, null],
    [{ a: 'foo' }, 'bar', 'bar'],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [[1, 2], { a: 'b', c: null }, { a: 'b' }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ];
  for (const [value, patch, expected] of cases) {
    const before = structuredClone(value);
    assert.deepEqual(merge(value, patch), expected);
    assert.deepEqual(value, before);
  }
  const own = merge({}, JSON.parse('{"__proto__":{"polluted":1}}'));
  assert.equal({}.polluted, undefined);
  assert.deepEqual(Object.keys(own), ['__proto__']);
});

test('handlers get whole snapshots', async () => {
  const { clock, client, server, follow } = scene({ ask: { routing: { deltas: true } }, read: deltas() });
  const got = follow('routing');
  await clock.advance(10);
  assert.equal(server.received.at(-1).topics[0].deltas, true);
  const data = { total_decisions: 150, provider_usage: { gemini: 80, 'gpt-4.1': 3 }, none: null };
  server.say({ type: 'metrics:update', topic: 'routing', data, timestamp: server.timestamp, offset: 'version:6' });
  server.say(delta);
  const last = got.at(-1);
  assert.equal(last.type, 'metrics:update');
  assert.equal(last.offset, 'version:7');
  assert.deepEqual(last.data, { total_decisions: 151, provider_usage: { gemini: 81 }, none: null });
  assert.equal(got.at(-2).data.provider_usage['gpt-4.1'], 3);
  server.say({ ...delta, base: 'version:7', offset: 'version:8', patch: {} });
  assert.equal(got.at(-1).offset, 'version:8');
  client.close();
});

test('a change of a snapshot that the client does not have ends the connection, and the next begins whole', async () => {
  const { clock, client, server, follow } = scene({ ask: { routing: { deltas: true } }, read: deltas() });
  const got = follow('routing');
  await clock.advance(10);
  server.say({ ...delta, base: 'version:3' });
  got.length = 0;
  await clock.advance(5000);
  assert.equal(client.state, 'live');
  assert.equal(got[0].type, 'metrics:update');
  client.close();
});

test('what is not a function is refused', () => {
  assert.throws(() => scene({ read: {} }), { name: 'TypeError', message: /^read: expected/ });
});
