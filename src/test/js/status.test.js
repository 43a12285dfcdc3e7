// What an application sees of the client's state, and what it may ask of it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scene } from './scene.js';

const { connect } = await import(process.env.BOARDCAST_JS ?? '../../main/resources/dev/boardcast/web/client/boardcast.js');

/** As React does: a snapshot that is another one each time it is asked for means that the store has changed. */
function useSyncExternalStore(subscribe, getSnapshot) {
  const store = { renders: 0, snapshot: undefined };
  const render = () => {
    for (store.renders++; !Object.is(store.snapshot, getSnapshot()); store.renders++) {
      assert.ok(store.renders < 100, 'renders for ever');
      store.snapshot = getSnapshot();
    }
  };
  store.stop = subscribe(render);
  render();
  return store;
}

test('status and offsets are the same objects until they change, and each change is told once', async () => {
  const { clock, client, server, follow } = scene();
  const store = useSyncExternalStore((changed) => client.on('state', changed), () => client.status);
  const told = [];
  client.on('state', (status) => told.push(status));
  follow('tasks');
  await clock.advance(60_000);
  for (let n = 0; n < 5; n++) server.publish('tasks');
  const { status, offsets } = client;
  assert.equal(client.status, status);
  assert.equal(client.offsets, offsets);
  server.publish('tasks');
  assert.equal(client.status, status);
  assert.notEqual(client.offsets, offsets);
  for (const way in server.ways) server.ways[way] = 'refuse';
  server.end(1006);
  await clock.advance(40_000);
  server.ways.websocket = 'open';
  await clock.advance(60_000);
  client.close();
  assert.equal(store.snapshot, client.status);
  assert.equal(store.snapshot.state, 'closed');
  assert.equal(told.length, new Set(told).size);
  assert.ok(told.every((each, i) => !i || JSON.stringify(each) !== JSON.stringify(told[i - 1])));
  assert.ok(Object.isFrozen(client.status));
});

test('a server must be named, as a URL', () => {
  for (const url of [undefined, null, '', 'null', 'node.test', 'ftp://node.test', 'http://', 7, {}]) {
    if (url === undefined && globalThis.location) continue;
    assert.throws(() => connect(url), { name: 'TypeError', message: /^url: expected http\(s\):\/\/host/ });
  }
});

test('options have the types that they should have', () => {
  const wrong = {
    token: ['abc', 7, null],
    topics: ['routing', [7], [''], {}],
    since: [{ tasks: 7 }, { tasks: '' }, { '': 'e1:1' }],
  };
  for (const [name, values] of Object.entries(wrong)) {
    for (const value of values) {
      const message = new RegExp(`^${name}: expected`);
      assert.throws(() => scene({ [name]: value }), { name: 'TypeError', message });
    }
  }
  const { client } = scene();
  for (const act of [() => client.subscribe('tasks'), () => client.on('state'), () => client.on('message', {})]) {
    assert.throws(act, { name: 'TypeError', message: /: expected a function$/ });
  }
  client.close();
});

test('a base URL may be an object, have a path, and end with slashes', async () => {
  for (const url of ['http://node.test/base//', new URL('ws://node.test/base'), 'http://ann:secret@node.test/base?x=1#y']) {
    const opened = [];
    class WebSocket {
      constructor(address) {
        opened.push(address);
      }
      close() {}
    }
    const client = connect(url, { env: { WebSocket, BroadcastChannel: undefined } });
    await new Promise((done) => setImmediate(done));
    client.close();
    assert.deepEqual(opened, ['ws://node.test/base/ws?format=batch&topics=']);
  }
});
