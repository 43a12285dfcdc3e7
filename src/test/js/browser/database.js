// The store and the locks of a real browser.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openStore } from '../../../main/resources/dev/boardcast/web/client/queue-store.js';
import { Queue } from '../../../main/resources/dev/boardcast/web/client/queue.js';

const clock = {
  now: () => Date.now(),
  setTimeout: (task, wait) => globalThis.setTimeout(task, wait),
  clearTimeout: (timer) => globalThis.clearTimeout(timer),
};
const { indexedDB } = globalThis;
const ids = (entries) => entries.map(({ id }) => id);
const unique = () => crypto.randomUUID();

test('entries keep their order and their changes, queues are apart, and another connection finds them', async () => {
  const store = await openStore({ clock, indexedDB });
  assert.equal(store.persistent, true);
  const [queue, other] = [unique(), unique()];
  const at = Date.now();
  await Promise.all(['a', 'b', 'c'].map((id) => store.change(queue, (entries) => [...entries, { id, at }])));
  await store.change(other, (entries) => [...entries, { id: 'x', at }]);
  await store.change(queue, (entries) => entries.filter(({ id }) => id !== 'a').map((each) => (each.id === 'b' ? { ...each, body: 2 } : each)));
  await store.change(queue, (entries) => [...entries, { id: 'd', at }]);
  const again = await openStore({ clock, indexedDB });
  const found = await again.change(queue, (entries) => entries);
  assert.deepEqual([ids(found), found[0].body], [['b', 'c', 'd'], 2]);
  assert.deepEqual(ids(await again.change(other, () => [])), ['x'].slice(1));
});

test('a failed change changes nothing', async () => {
  const store = await openStore({ clock, indexedDB });
  const queue = unique();
  await store.change(queue, () => [{ id: 'a', at: Date.now() }]);
  const failing = store.change(queue, () => {
    throw new Error('no');
  });
  await assert.rejects(failing, { message: 'no' });
  assert.deepEqual(ids(await store.change(queue, (entries) => entries)), ['a']);
});

test('what others have left is deleted after 30 days', async () => {
  const [old, fresh] = [unique(), unique()];
  const store = await openStore({ clock, indexedDB });
  await store.change(old, () => [{ id: 'a', at: Date.now() - 31 * 86_400_000 }]);
  await store.change(fresh, () => [{ id: 'b', at: Date.now() - 29 * 86_400_000 }]);
  const again = await openStore({ clock, indexedDB });
  assert.deepEqual(ids(await again.change(old, (entries) => entries)), []);
  assert.deepEqual(ids(await again.change(fresh, (entries) => entries)), ['b']);
});

test('a lease has one holder, until it ends', async () => {
  const store = await openStore({ clock, indexedDB });
  const queue = unique();
  assert.deepEqual(await Promise.all(['a', 'b'].map((holder) => store.lease(queue, holder, 1, 10))), [true, false]);
  assert.equal(await store.lease(queue, 'a', 2, 20), true);
  assert.equal(await store.lease(queue, 'b', 19, 30), false);
  assert.equal(await store.lease(queue, 'b', 20, 30), true);
});

test('two queues of a user send once and in order, with locks and without', async () => {
  for (const locks of [navigator.locks, undefined]) {
    const name = unique();
    const sent = [];
    const outcomes = [];
    const send = async ({ body }) => void sent.push(body);
    const queues = [1, 2].map(() => new Queue({ name, user: () => 'ann', send, env: { locks } }));
    await Promise.all(queues.map(({ ready }) => ready));
    queues[1].on('done', ({ entry }) => outcomes.push(entry.body));
    for (let n = 0; n < 20; n++) await queues[locks ? n % 2 : 0].add(`m${n}`, n).stored;
    await queues[0].add('last', 20).done;
    assert.deepEqual([sent, queues[0].persistent], [Array.from({ length: 21 }, (_, n) => n), true]);
    await new Promise((resolve) => {
      const look = () => outcomes.length === 21 && resolve();
      queues[1].on('done', look);
      look();
    });
    assert.deepEqual(queues.map(({ entries }) => entries.length), [0, 0]);
    queues.forEach((queue) => queue.close());
  }
});
