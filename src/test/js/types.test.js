// The types describe what the module has, and nothing else.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { scene } from './scene.js';

const client = await import(process.env.BOARDCAST_JS ?? '../../main/resources/dev/boardcast/web/client/boardcast.js');
const file = new URL('../../main/resources/dev/boardcast/web/client/boardcast.d.ts', import.meta.url);
const types = String(readFileSync(file)).replace(/\/\*\*[\s\S]*?\*\/|\/\/.*/g, '');

/** The names of the members of a class or interface. */
function members(kind, name) {
  const [, body] = types.match(new RegExp(`export ${kind} ${name}\\b[^{]*\\{([\\s\\S]*?)\\n\\}`));
  return [...body.matchAll(/^ {2}(?:readonly )?(\w+)[?]?[<(:]/gm)].map(([, member]) => member);
}

const union = (name) => [...types.match(new RegExp(`type ${name} = ([^;]*);`))[1].matchAll(/'([^']+)'/g)].map(([, each]) => each);

const sorted = (names) => [...new Set(names)].sort();

test('what the module exports', () => {
  const typed = [...types.matchAll(/export (?:class|function|const) (\w+)/g)].map(([, name]) => name);
  assert.deepEqual(sorted(typed), sorted(Object.keys(client)));
});

test('the members of a client', () => {
  const own = Object.getOwnPropertyNames(client.Boardcast.prototype);
  assert.deepEqual(sorted(members('class', 'Boardcast')), sorted(own));
});

test('the members of a status', async () => {
  const { clock, client: one, server, states } = scene();
  await clock.advance(10);
  assert.deepEqual(sorted(members('interface', 'Status')), sorted(Object.keys(one.status)));
  for (const way of ['websocket', 'sse', 'polling']) {
    server.ways[way] = 'refuse';
    server.end(1006);
    await clock.advance(60_000);
  }
  one.subscribe('routing', () => {});
  server.ways.sse = server.ways.polling = 'open';
  await clock.advance(60_000);
  server.ways.sse = 'refuse';
  server.end(1006);
  await clock.advance(60_000);
  one.close();
  assert.deepEqual(sorted(states.map(({ state }) => state).concat('connecting')), sorted(union('State')));
  const transports = sorted(states.map(({ transport }) => transport).filter(Boolean));
  assert.deepEqual(transports, sorted(union('Transport')));
});

test('the events of a client, and the members of a message', async () => {
  const { clock, client: one, server } = scene();
  const heard = {};
  for (const name of members('interface', 'Events')) one.on(name, (detail) => (heard[name] ??= detail));
  for (const topic of ['tasks', 'routing', 'forbidden']) one.subscribe(topic, () => {});
  await clock.advance(10);
  server.publish('tasks');
  server.say({ type: 'stale', topic: 'tasks', since: server.timestamp });
  server.say({ type: 'fresh', topic: 'tasks' });
  server.say({ type: 'subscribed', topic: 'tasks', offset: 'e2:1', recovered: false });
  server.say({ type: 'published', topic: 'chat.1', id: 'm1' });
  one.close();
  assert.deepEqual(sorted(Object.keys(heard)), sorted(members('interface', 'Events')));
  const known = members('interface', 'Message');
  assert.ok(Object.keys(heard.message).every((name) => known.includes(name)), Object.keys(heard.message).join());
});

test('the modules for work offline', async () => {
  for (const [file, name] of [['queue', 'Queue'], ['offline', 'Offline']]) {
    const url = new URL(`../../main/resources/dev/boardcast/web/client/${file}.d.ts`, import.meta.url);
    const text = String(readFileSync(url)).replace(/\/\*\*[\s\S]*?\*\//g, '');
    const module = await import(`../../main/resources/dev/boardcast/web/client/${file}.js`);
    const exported = [...text.matchAll(/export (?:class|function) (\w+)/g)].map(([, each]) => each);
    assert.deepEqual(sorted(exported), sorted(Object.keys(module)));
    const [, body] = text.match(new RegExp(`export class ${name}\\b[^{]*\\{([\\s\\S]*?)\\n\\}`));
    const typed = [...body.matchAll(/^ {2}(?:readonly )?(\w+)[?]?[<(:]/gm)].map(([, member]) => member);
    const fields = file === 'queue' ? ['persistent', 'error', 'retryAt', 'ready'] : ['ready'];
    assert.deepEqual(sorted(typed), sorted([...Object.getOwnPropertyNames(module[name].prototype), ...fields]));
  }
});

test('an option that is typed is one that is read', () => {
  const read = [];
  const options = new Proxy({}, { get: (target, name) => void read.push(name), ownKeys: () => read.push('env') && [] });
  const one = new client.Boardcast('http://node.test', options);
  one.close();
  const typed = members('interface', 'Options');
  assert.deepEqual(typed.filter((name) => !read.includes(name)), []);
});
