// A queue of writes: in order, once, by one tab, through refusals, closed tabs and other users.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryStore, openStore } from '../../main/resources/dev/boardcast/web/client/queue-store.js';
import { Queue } from '../../main/resources/dev/boardcast/web/client/queue.js';
import { FakeClock, seeded } from './clock.js';
import { FakeOrigin } from './tabs.js';

const DAY = 86_400_000;
const failure = (code, more) => Object.assign(new Error(code), { code, ...more });

/** An origin whose tabs share a store that survives them, and a server that answers as the test says. */
function origin() {
  const clock = new FakeClock();
  const store = new MemoryStore();
  store.persistent = true;
  store.lease = async (queue, holder, now, until) => {
    const isFree = !stage.leases[queue] || stage.leases[queue].holder === holder || stage.leases[queue].until <= now;
    if (isFree) stage.leases[queue] = { holder, until };
    return isFree;
  };
  const tabs = new FakeOrigin();
  const stage = { clock, store, sent: [], sending: 0, most: 0, user: 'ann', reports: [], leases: {} };
  stage.answer = async (body) => `stored ${body}`;
  stage.open = ({ env = {}, ...options } = {}) => {
    const tab = tabs.tab();
    const own = { ...tab, gone: false, refused: [], done: [] };
    const send = async (entry, more) => {
      stage.sent.push(entry.body);
      stage.most = Math.max(stage.most, ++stage.sending);
      try {
        const result = await stage.answer(entry.body, entry, more);
        if (own.gone) await new Promise(() => {}); // nothing runs in a tab that is gone
        return result;
      } finally {
        stage.sending--;
      }
    };
    own.queue = new Queue({
      name: 'test',
      user: () => stage.user,
      send,
      ...options,
      env: { clock, random: seeded(1), report: (each) => stage.reports.push(each), window: undefined, ...tab.env, openStore: async () => store, ...env },
    });
    own.queue.on('refused', ({ entry, error }) => own.refused.push([entry.body, error.code]));
    own.queue.on('done', ({ entry }) => own.done.push(entry.body));
    own.kill = () => {
      own.gone = true;
      tab.leave();
      own.queue.close();
    };
    return own;
  };
  return stage;
}

const bodies = ({ entries }) => entries.map(({ body }) => body);

test('what is added is shown at once, stored, sent in order one at a time, and resolved', async () => {
  const stage = origin();
  const { queue, done } = stage.open();
  const added = [1, 2, 3].map((n) => queue.add(`m${n}`, n));
  assert.deepEqual(bodies(queue), [1, 2, 3]);
  assert.equal(queue.persistent, null);
  await stage.clock.advance(10);
  assert.deepEqual(await Promise.all(added.map((each) => each.done)), ['stored 1', 'stored 2', 'stored 3']);
  assert.deepEqual([stage.sent, done, bodies(queue), stage.most], [[1, 2, 3], [1, 2, 3], [], 1]);
  queue.close();
});

test('offline it waits, says why, and sends when it is asked to', async () => {
  const stage = origin();
  const { queue, refused } = stage.open();
  stage.answer = async () => {
    throw failure('unavailable');
  };
  [1, 2].forEach((n) => queue.add(`m${n}`, n));
  await stage.clock.advance(120_000);
  assert.deepEqual([bodies(queue), queue.error.code, refused], [[1, 2], 'unavailable', []]);
  assert.ok(queue.retryAt > stage.clock.now() && queue.retryAt <= stage.clock.now() + 30_000);
  assert.ok(stage.sent.length < 30 && stage.sent.every((each) => each === 1), `${stage.sent}`);
  stage.sent.length = 0;
  stage.answer = async () => 'stored';
  queue.retry();
  await stage.clock.advance(10);
  assert.deepEqual([stage.sent, bodies(queue), queue.error, queue.retryAt], [[1, 2], [], null, null]);
  queue.close();
});

test('a refusal takes back that write alone, in every tab; too_fast waits as the server asks', async () => {
  const stage = origin();
  const [one, two] = [stage.open(), stage.open()];
  let isTooFast = true;
  stage.answer = async (body) => {
    if (body === 'b') throw failure('forbidden');
    if (body === 'c' && isTooFast) {
      isTooFast = false;
      throw failure('too_fast', { wait: 4000 });
    }
    return body;
  };
  const added = ['a', 'b', 'c'].map((body) => one.queue.add(body, body));
  await stage.clock.advance(3000);
  [one, two].forEach(({ queue }) => queue.retry());
  await stage.clock.advance(500);
  assert.deepEqual(stage.sent, ['a', 'b', 'c']);
  await stage.clock.advance(40_000);
  await assert.rejects(added[1].done, { code: 'forbidden' });
  assert.deepEqual([one.refused, two.refused], [[['b', 'forbidden']], [['b', 'forbidden']]]);
  assert.deepEqual([one.done, two.done, stage.sent], [['a', 'c'], ['a', 'c'], ['a', 'b', 'c', 'c']]);
  one.queue.close();
  two.queue.close();
});

test('one tab sends for all, and another one goes on when it is closed in the middle', async () => {
  const stage = origin();
  const one = stage.open();
  const served = new Set(); // as a server that knows ids
  let hold;
  stage.answer = async (body) => {
    served.add(body);
    if (body === 2 && !hold) await new Promise((resolve) => (hold = resolve));
  };
  [1, 2, 3].forEach((n) => one.queue.add(`m${n}`, n));
  await stage.clock.advance(1);
  const two = stage.open();
  two.queue.add('m4', 4);
  await stage.clock.advance(10_000);
  assert.deepEqual(stage.sent, [1, 2]);
  one.kill();
  hold();
  await stage.clock.advance(60_000);
  assert.deepEqual([...served].sort(), [1, 2, 3, 4]);
  assert.deepEqual([bodies(two.queue), stage.sent.filter((each) => each === 2).length], [[], 2]);
  assert.equal(stage.sent.indexOf(1), stage.sent.lastIndexOf(1));
  two.queue.close();
});

test('after a reload it goes on where it was', async () => {
  const stage = origin();
  const one = stage.open();
  stage.answer = () => new Promise(() => {});
  ['a', 'b'].forEach((body) => one.queue.add(body, body));
  await stage.clock.advance(10);
  one.kill();
  stage.answer = async () => 'stored';
  const two = stage.open();
  await stage.clock.advance(10);
  assert.deepEqual([stage.sent, two.done, bodies(two.queue)], [['a', 'a', 'b'], ['a', 'b'], []]);
  two.queue.close();
});

test('an id is in the queue once', async () => {
  const stage = origin();
  const { queue, done } = stage.open();
  const first = queue.add('m1', 'first');
  assert.equal(queue.add('m1', 'second').done, first.done);
  await stage.clock.advance(10);
  assert.deepEqual([stage.sent, done], [['first'], ['first']]);
  queue.close();
  stage.answer = () => new Promise(() => {});
  const before = stage.open();
  before.queue.add('m2', 'before a reload');
  await stage.clock.advance(10);
  before.kill();
  const after = stage.open();
  after.queue.add('m2', 'after it');
  await stage.clock.advance(10);
  assert.deepEqual(bodies(after.queue), ['before a reload']);
  after.queue.close();
});

test('a full queue refuses, by count and by bytes, and keeps what it has', async () => {
  const stage = origin();
  stage.answer = () => new Promise(() => {});
  const { queue, refused } = stage.open({ limits: { count: 2, bytes: 100 } });
  const large = queue.add('large', 'x'.repeat(200));
  const added = ['a', 'b', 'c'].map((body) => queue.add(body, body));
  await stage.clock.advance(10);
  await assert.rejects(large.stored, { code: 'too_large' });
  await assert.rejects(added[2].stored, { code: 'queue_full', message: 'the queue is full: 2 writes wait to be sent' });
  await assert.rejects(added[2].done, { code: 'queue_full' });
  assert.deepEqual([bodies(queue), refused.map(([, code]) => code)], [['a', 'b'], ['too_large', 'queue_full']]);
  queue.close();
  const other = stage.open({ name: 'other', limits: { bytes: 30 } });
  const second = [other.queue.add('a', 'x'.repeat(20)), other.queue.add('b', 'é'.repeat(5))][1];
  await stage.clock.advance(10);
  await assert.rejects(second.done, { code: 'queue_full', message: 'the queue is full: 22 of 30 bytes wait to be sent' });
  other.queue.close();
});

test('what is older than the server remembers ids is dropped, and said', async () => {
  const stage = origin();
  stage.answer = async () => {
    throw failure('unavailable');
  };
  const one = stage.open();
  const old = one.queue.add('old', 'old');
  await stage.clock.advance(10);
  stage.clock.sleep(6 * DAY);
  await stage.clock.advance(10);
  one.queue.add('new', 'new');
  stage.clock.sleep(DAY);
  await stage.clock.advance(60_000);
  await assert.rejects(old.done, { code: 'expired', message: 'it has waited for more than 7 days, and was not sent' });
  assert.deepEqual([one.refused, bodies(one.queue)], [[['old', 'expired']], ['new']]);
  one.queue.close();
});

test('whatever is lost and closed, each stored write is committed once and in order', async () => {
  for (let seed = 1; seed <= 40; seed++) {
    const stage = origin();
    const random = seeded(seed);
    const committed = []; // by a server that knows ids
    let isGood = false;
    stage.answer = async (body) => {
      const chance = isGood ? 1 : random();
      if (chance < 0.2) throw failure('unavailable');
      if (!committed.includes(body)) committed.push(body);
      if (chance < 0.4) throw failure('unavailable');
      if (chance < 0.5) await new Promise(() => {});
    };
    let open = [];
    const stored = new Set();
    for (let n = 0; n < 60; n++) {
      const chance = random();
      if (chance < 0.2 || !open.length) open.push(stage.open());
      const tab = open[Math.floor(random() * open.length)];
      if (chance > 0.9) {
        tab.kill();
        open = open.filter((each) => each !== tab);
      } else tab.queue.add(`m${n}`, n).stored.then(() => stored.add(n), () => {});
      await stage.clock.advance(random() * 3000);
    }
    isGood = true;
    if (!open.length) open.push(stage.open());
    await stage.clock.advance(120_000);
    const order = [...committed].sort((a, b) => a - b);
    assert.deepEqual([...stored].filter((n) => !committed.includes(n)), [], `seed ${seed}: lost`);
    assert.equal(new Set(committed).size, committed.length, `seed ${seed}: doubled`);
    assert.deepEqual(committed, order, `seed ${seed}: order`);
    open.forEach(({ queue }) => assert.deepEqual(bodies(queue), [], `seed ${seed}: left`));
    open.forEach(({ queue }) => queue.close());
  }
});

test('another user neither sees nor sends it; its own user does', async () => {
  const stage = origin();
  stage.answer = async () => {
    throw failure('unavailable');
  };
  const ann = stage.open();
  ann.queue.add('m1', 'of ann');
  await stage.clock.advance(10);
  stage.sent.length = 0;
  stage.answer = async () => 'stored';
  for (const user of ['ben', '']) {
    stage.user = user;
    const other = stage.open();
    const late = ann.queue.add(`late ${user}`, 'late');
    await stage.clock.advance(120_000);
    await assert.rejects(late.done, { code: 'user_changed' });
    assert.deepEqual([bodies(other.queue), stage.sent, ann.queue.error.code], [[], [], 'user_changed']);
    other.queue.close();
  }
  stage.user = 'ann';
  await stage.clock.advance(60_000);
  assert.deepEqual([stage.sent, ann.done], [['of ann'], ['of ann']]);
  ann.queue.close();
});

test('a user who is not known at once, and one who is never', async () => {
  const stage = origin();
  let isKnown = false;
  const user = async () => {
    if (!isKnown) throw new TypeError('offline');
    return 'ann';
  };
  const { queue } = stage.open({ user });
  queue.add('m1', 1);
  await stage.clock.advance(30_000);
  assert.deepEqual([bodies(queue), stage.sent, queue.error.message], [[1], [], 'offline']);
  isKnown = true;
  await stage.clock.advance(60_000);
  assert.deepEqual([bodies(queue), stage.sent], [[], [1]]);
  queue.close();
  const nameless = stage.open({ user: () => undefined });
  const added = nameless.queue.add('m1', 1);
  await stage.clock.advance(10);
  await assert.rejects(added.done, { code: 'no_user' });
  nameless.queue.close();
});

test('a write that is held keeps back its group alone, until it is released or given up', async () => {
  const stage = origin();
  stage.answer = async (body) => {
    if (body.base < 5) throw failure('conflict', { details: { version: 5 } });
    return { version: body.base + 1 };
  };
  const options = { holds: ({ code }) => code === 'conflict', rebase: (body, { version }) => ({ ...body, base: version }) };
  const { queue, done, refused } = stage.open(options);
  queue.add('a1', { n: 'a1', base: 3 }, { group: 'a' });
  queue.add('a2', { n: 'a2', base: 3 }, { group: 'a' });
  queue.add('b1', { n: 'b1', base: 7 }, { group: 'b' });
  queue.add('b2', { n: 'b2', base: 7 }, { group: 'b' });
  await stage.clock.advance(10);
  assert.deepEqual(stage.sent.map(({ n, base }) => n + base), ['a13', 'b17', 'b28']);
  assert.deepEqual(queue.entries.map(({ id, held }) => [id, held?.code, held?.details.version]), [['a1', 'conflict', 5], ['a2', undefined, undefined]]);
  queue.release('a1', { n: 'a1', base: 5 });
  await stage.clock.advance(10);
  assert.deepEqual(stage.sent.slice(3).map(({ n, base }) => n + base), ['a15', 'a26']);
  queue.add('c1', { n: 'c1', base: 1 }, { group: 'c' });
  await stage.clock.advance(10);
  await queue.drop('c1');
  assert.deepEqual([refused.map(([{ n }, code]) => [n, code]), done.length, bodies(queue)], [[['c1', 'dropped']], 4, []]);
  queue.close();
});

test('another form of a write is stored before it is sent', async () => {
  const stage = origin();
  stage.answer = async (body) => {
    if (body === 1) throw Object.assign(failure('conflict'), { body: 2 });
    assert.equal((await stage.store.change(JSON.stringify(['test', 'ann']), (entries) => entries))[0].body, 2);
    return 'stored';
  };
  const { queue, done } = stage.open();
  queue.add('m', 1);
  await stage.clock.advance(10);
  assert.deepEqual([stage.sent, done], [[1, 2], [2]]);
  queue.close();
});

test('without locks a lease lets one tab send', async () => {
  const stage = origin();
  let hold;
  stage.answer = (body) => (body === 1 && !hold ? new Promise((resolve) => (hold = resolve)) : Promise.resolve());
  const locks = { request: () => Promise.reject(new DOMException('no', 'SecurityError')) };
  const [one, two] = [undefined, locks].map((each) => stage.open({ env: { locks: each } }));
  one.queue.add('m1', 1);
  await stage.clock.advance(10);
  two.queue.add('m2', 2);
  await stage.clock.advance(15_000);
  assert.deepEqual([stage.sent, stage.most], [[1], 1]);
  hold();
  await stage.clock.advance(20_000);
  assert.deepEqual([stage.sent, stage.most], [[1, 2], 1]);
  assert.deepEqual([bodies(one.queue), bodies(two.queue)], [[], []]);
  one.queue.close();
  two.queue.close();
});

test('a frozen tab lets another one send', async () => {
  const stage = origin();
  const document = new EventTarget();
  const one = stage.open({ env: { window: Object.assign(new EventTarget(), { document }) } });
  let isHanging = true;
  stage.answer = () => (isHanging ? new Promise(() => {}) : Promise.resolve());
  one.queue.add('m1', 1);
  await stage.clock.advance(10);
  const two = stage.open();
  await stage.clock.advance(10_000);
  assert.deepEqual(stage.sent, [1]);
  isHanging = false;
  document.dispatchEvent(new Event('freeze'));
  await stage.clock.advance(10);
  assert.deepEqual([stage.sent, two.done], [[1, 1], [1]]);
  one.queue.close();
  two.queue.close();
});

test('an outcome that no tab could tell is unknown', async () => {
  const stage = origin();
  const document = new EventTarget();
  const one = stage.open({ env: { window: Object.assign(new EventTarget(), { document }) } });
  stage.answer = () => new Promise(() => {});
  const added = one.queue.add('m1', 1);
  await stage.clock.advance(10);
  stage.answer = async () => 'stored';
  document.dispatchEvent(new Event('freeze'));
  const silent = stage.open({ env: { BroadcastChannel: undefined } });
  await stage.clock.advance(10);
  assert.deepEqual([silent.done, bodies(one.queue)], [[1], [1]]);
  document.dispatchEvent(new Event('resume'));
  await stage.clock.advance(3000);
  await assert.rejects(added.done, { code: 'unknown' });
  assert.deepEqual(bodies(one.queue), []);
  one.queue.close();
  silent.queue.close();
});

test('without a database, or where it does not open, it is in memory and says so', async () => {
  const clock = new FakeClock();
  const refusing = { open: () => { throw new DOMException('no', 'SecurityError'); } };
  const hanging = { open: () => ({}) };
  for (const indexedDB of [undefined, refusing, hanging]) {
    const opening = openStore({ clock, indexedDB });
    await clock.advance(5000);
    assert.equal((await opening).persistent, false);
  }
  const stage = origin();
  const { queue, done } = stage.open({ env: { openStore: async () => new MemoryStore() } });
  queue.add('m1', 1);
  await stage.clock.advance(10);
  assert.deepEqual([queue.persistent, done], [false, [1]]);
  queue.close();
});

test('what cannot be stored is refused, not kept in silence', async () => {
  const stage = origin();
  const { queue, refused } = stage.open();
  await queue.ready;
  const { change } = stage.store;
  for (const [name, code] of [['QuotaExceededError', 'queue_full'], ['UnknownError', 'not_stored']]) {
    stage.store.change = async () => {
      throw new DOMException('no room', name);
    };
    const added = queue.add(name, name);
    await stage.clock.advance(10);
    await assert.rejects(added.stored, { code });
    await assert.rejects(added.done, { code });
  }
  stage.store.change = change;
  assert.deepEqual([refused.length, bodies(queue)], [2, []]);
  queue.close();
});

test('wrong arguments throw, and name the argument', () => {
  const right = { name: 'n', user: () => '', send: async () => {} };
  for (const wrong of [{ name: '' }, { user: 'ann' }, { send: undefined }, { limits: { count: 0 } }, { limits: { size: 1 } }]) {
    assert.throws(() => new Queue({ ...right, ...wrong }), { name: 'TypeError', message: /^(name|user|send|limits\.\w+): expected / });
  }
  const { queue } = origin().open();
  assert.throws(() => queue.add('', 1), { name: 'TypeError', message: /^id: expected/ });
  assert.throws(() => queue.add('m1', undefined), { name: 'TypeError', message: /^body: expected/ });
  queue.close();
});
