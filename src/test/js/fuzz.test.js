// Whatever happens on the way, each event comes once and in order.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seeded } from './clock.js';
import { numbers, scene, upTo } from './scene.js';

const TOPICS = ['tasks', 'team.7'];
const CODES = [1001, 1006, 1013, 4408, 4429];
const SEEDS = Number(process.env.FUZZ_SEEDS ?? 25);

async function run(seed, teams = []) {
  const random = seeded(seed);
  const pick = (list) => list[Math.floor(random() * list.length)];
  const stage = scene({ seed: seed + 1000 });
  const { clock, server, client } = stage;
  teams.forEach((team) => server.teams.add(team));
  const got = new Map(TOPICS.map((topic) => [topic, stage.follow(topic)]));
  await clock.advance(100);
  const seen = new Set();
  const faults = [
    () => server.end(pick(CODES)),
    () => (server.ways[pick(Object.keys(server.ways))] = pick(['open', 'open', 'refuse', 'hang'])),
    () => server.say({ type: 'goaway', reconnect_after_ms: Math.floor(random() * 3000), closes_in_ms: 4000 }),
    () => client.retry(),
    () => clock.sleep(random() * 60_000),
    () => stage.follow('routing').stop(),
    () => (server.busy = pick([...TOPICS, null])),
  ];
  for (let step = 0; step < 60; step++) {
    const length = random() * 8000;
    const sometime = (task) => clock.setTimeout(task, random() * length);
    if (random() < 0.6) sometime(pick(faults));
    for (let n = Math.floor(random() * 6); n > 0; n--) sometime(() => server.publish(pick(TOPICS)));
    await clock.advance(length);
    seen.add(client.status.transport);
  }
  for (const way in server.ways) server.ways[way] = 'open';
  server.busy = null;
  await clock.advance(120_000);
  for (const topic of TOPICS) {
    const written = server.log.filter((each) => each.topic === topic).length;
    assert.deepEqual(numbers(got.get(topic)), upTo(written), `${topic}, seed ${seed}`);
  }
  assert.deepEqual(stage.gaps, [], `seed ${seed}`);
  client.close();
  return seen;
}

test('a ledger stays equal under a fuzz of faults, over every transport', async () => {
  const seen = new Set();
  for (let seed = 1; seed <= SEEDS; seed++) (await run(seed)).forEach((each) => seen.add(each));
  for (const kind of ['websocket', 'sse', 'polling']) assert.ok(seen.has(kind), `${kind} was never used`);
});

test('so it does where one topic stands for another: each event comes once, under its own name', async () => {
  for (let seed = 1; seed <= SEEDS; seed++) await run(seed, ['team.7']);
});
