// Numbers, durations and times as the pages show them.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';

const MODULE = new URL('../../main/resources/dev/boardcast/web/pages/format.js', import.meta.url).href;

/** The value of an expression over the module, in a time zone. */
function at(zone, expression) {
  const script = `import('${MODULE}').then((format) => { const { ${Object.keys(format)} } = format; console.log(JSON.stringify(${expression})); })`;
  return JSON.parse(execFileSync(process.execPath, ['-e', script], { env: { ...process.env, TZ: zone, LC_ALL: 'en_US.UTF-8' } }));
}

const format = await import(MODULE);
const { ago, duration, short, shown, span, timeTicks } = format;

test('small numbers keep their digits, and zero has no sign', () => {
  const expected = [[0.00042, '0.00042'], [-0.001, '-0.001'], [-0, '0'], [0.25, '0.25'], [1.005, '1.01'], [1234567.891, '1,234,567.89'], [1e-9, '1E-9'], [3, '3']];
  for (const [value, text] of expected) assert.equal(shown(value), text);
  assert.equal(shown(-0, 'usd'), '$0.00');
  assert.equal(shown(-0, 'percent'), '0%');
  assert.equal(shown(0.02, 'percent'), '0.02%');
  assert.equal(shown(0.0004, 'ratio'), '0.04%');
  assert.equal(shown(99.95, 'percent'), '100.0%');
});

test('only a currency is shown as money', () => {
  assert.equal(shown(1800, 'rpm'), '1,800');
  assert.equal(format.unitOf('rpm'), 'rpm');
  assert.equal(shown(1800, 'eur'), '€1,800.00');
  assert.equal(format.unitOf('eur'), '');
});

test('durations are rounded in their two largest units', () => {
  const expected = [
    [0, '0 sec'], [0.25, '250 ms'], [0.00042, '0.42 ms'], [1.25, '1.3 sec'], [9.96, '10 sec'], [59.4, '59 sec'], [59.6, '1 min'],
    [119, '1 min 59 sec'], [3599.7, '1 hr'], [3700, '1 hr 2 min'], [86_399, '1 day'], [90_000, '1 day 1 hr'], [-119, '-1 min 59 sec'],
  ];
  for (const [seconds, text] of expected) assert.equal(duration(seconds), text, String(seconds));
  assert.equal(shown(119, 'seconds'), '1 min 59 sec');
});

test('ages are in whole units, also where a clock is behind', () => {
  assert.deepEqual([-5000, 0, 1499, 1500, 59_999, 61_000, 7_200_000, 200_000_000, NaN].map(ago), ['now', 'now', 'now', '1s ago', '59s ago', '1m ago', '2h ago', '2d ago', 'now']);
  assert.deepEqual([0.4, 59, 61, 3601, 90_000].map(span), ['0 sec', '59 sec', '1 min', '1 hr', '1 day']);
});

test('no two ticks of an axis read the same', () => {
  const axes = [
    ['seconds', [60, 80, 100, 120, 140]], ['seconds', [0, 0.1, 0.2]], ['seconds', [0, 7200, 14_400]], ['count', [1_000_000, 1_000_001, 1_000_002]],
    ['count', [0, 0.00002, 0.00004]], ['ratio', [0.98, 0.985, 0.99]], ['usd', [0, 500, 1000, 1500]], ['count', [-2, -1, 0, 1, 2]],
  ];
  for (const [unit, ticks] of axes) {
    const texts = ticks.map((value) => short(value, unit, ticks[1] - ticks[0]));
    assert.equal(new Set(texts).size, texts.length, texts.join());
  }
  assert.equal(short(120, 'seconds', 60), '2 min');
  assert.equal(short(90, 'seconds', 30), '90 sec');
});

test('ticks are at round local times, also on the days on which clocks are set', () => {
  const hours = "timeTicks(Date.parse('2026-10-24T22:00:00Z'), Date.parse('2026-10-25T23:00:00Z'), 9).map((tick) => new Date(tick).getHours())";
  assert.deepEqual(at('Europe/Berlin', hours), [0, 3, 6, 9, 12, 15, 18, 21, 0]);
  const spring = "timeTicks(Date.parse('2026-03-28T23:00:00Z'), Date.parse('2026-03-29T22:00:00Z'), 9).map((tick) => new Date(tick).getHours())";
  assert.deepEqual(at('Europe/Berlin', spring), [0, 3, 6, 9, 12, 15, 18, 21, 0]);
  const quarter = "timeTicks(Date.parse('2026-03-01T00:07:00Z'), Date.parse('2026-03-01T03:00:00Z'), 7).map((tick) => new Date(tick).getMinutes())";
  assert.deepEqual(at('Asia/Kathmandu', quarter), [0, 30, 0, 30, 0, 30]);
  for (const length of [90_000, 3_600_000, 86_400_000, 7 * 86_400_000, 400 * 86_400_000]) {
    const ticks = timeTicks(1_790_000_000_000, 1_790_000_000_000 + length, 7);
    assert.ok(ticks.length >= 2 && ticks.length <= 9, `${length}: ${ticks.length}`);
  }
});
