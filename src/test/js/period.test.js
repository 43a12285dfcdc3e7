// Ranges of time: days, weeks and months in a board's zone, and the whole steps that a server sums.

import assert from 'node:assert/strict';
import { test } from 'node:test';

const { midnight, period } = await import('../../main/resources/dev/boardcast/web/pages/period.js');
const BERLIN = { step: '15m', zone: 'Europe/Berlin' };
const at = (text) => Date.parse(text);
const iso = (millis) => new Date(millis).toISOString();

test('a midnight is that of the zone, also where the clock changes', () => {
  assert.equal(iso(midnight(2026, 0, 31, 'Europe/Berlin')), '2026-01-30T23:00:00.000Z');
  assert.equal(iso(midnight(2026, 2, 29, 'Europe/Berlin')), '2026-03-28T23:00:00.000Z');
  assert.equal(iso(midnight(2026, 2, 30, 'Europe/Berlin')), '2026-03-29T22:00:00.000Z');
  assert.equal(iso(midnight(2026, 9, 26, 'Europe/Berlin')), '2026-10-25T23:00:00.000Z');
  assert.equal(iso(midnight(2026, 5, 1, 'Asia/Kolkata')), '2026-05-31T18:30:00.000Z');
  assert.equal(iso(midnight(2026, 12, 1, 'America/New_York')), '2027-01-01T05:00:00.000Z');
});

test('today is the date of the zone', () => {
  const late = period('today', {}, BERLIN, at('2026-01-31T23:30:00Z'));
  assert.deepEqual(late.query, { from: '2026-02-01', to: '2026-02-02' });
  assert.equal(iso(late.from), '2026-01-31T23:00:00.000Z');
  assert.equal(late.length, 24 * 3_600_000);
  assert.equal(period('today', {}, BERLIN, at('2026-03-29T12:00:00Z')).length, 23 * 3_600_000);
});

test('a week begins on Monday, and a month ends before the next one', () => {
  for (const day of ['2026-11-30', '2026-12-01', '2026-12-06']) {
    assert.deepEqual(period('week', {}, BERLIN, at(`${day}T12:00:00Z`)).query, { from: '2026-11-30', to: '2026-12-07' });
  }
  assert.deepEqual(period('month', {}, BERLIN, at('2026-12-15T12:00:00Z')).query, { from: '2026-12-01', to: '2027-01-01' });
  assert.deepEqual(period('month', {}, BERLIN, at('2028-02-15T12:00:00Z')).query, { from: '2028-02-01', to: '2028-03-01' });
});

test('the sums of an hour and of an own range are of the whole steps around them', () => {
  const hour = period('hour', {}, BERLIN, at('2026-01-31T12:07:00Z'));
  assert.deepEqual(hour.query, { from: '2026-01-31T11:00:00.000Z', to: '2026-01-31T12:15:00.000Z' });
  const own = period('own', { from: at('2026-01-31T11:50:00Z'), to: at('2026-01-31T12:10:00Z') }, { step: '1h', zone: 'UTC' }, at('2026-02-01T00:00:00Z'));
  assert.deepEqual(own.query, { from: '2026-01-31T11:00:00.000Z', to: '2026-01-31T13:00:00.000Z' });
  assert.equal(iso(own.from), '2026-01-31T11:50:00.000Z');
  assert.equal(own.isOpen, false);
});

test('the latest numbers, and those of a board without sums, are of no range', () => {
  assert.equal(period('live', {}, BERLIN, 0).query, null);
  assert.equal(period('today', {}, undefined, at('2026-01-31T12:00:00Z')).query, null);
});
