// Reads the history of a board, for charts, sparklines and CSV.

import { serverNow } from './live.js';
import { api } from './session.js';

function path(board, metrics, { from, to, length, step }, format, keys = []) {
  const query = new URLSearchParams([...metrics.map((metric) => ['metric', metric]), ...keys.map((key) => ['key', key])]);
  query.set('from', new Date(from ?? serverNow() - length).toISOString());
  if (to) query.set('to', new Date(to).toISOString());
  if (step) query.set('step', step);
  if (format) query.set('format', format);
  const [name, part] = board.split('?');
  return `/api/v1/boards/${name}/history?${query}${part ? `&${part}` : ''}`;
}

/** {metric or 'metric key': [[millis, value], …]}; keys: those of metrics with `*`, all of them by default. */
export async function history(board, metrics, range, keys = []) {
  if (keys.length) return read(board, metrics, range, keys);
  const all = await joined(board, metrics, range).catch((failure) => {
    if (failure.status !== 400) throw failure;
    return read(board, metrics, range); // together they are too many
  });
  return new Map([...all].filter(([key]) => metrics.includes(key.split(' ', 1)[0])).map(([key, points]) => [key, [...points]]));
}

const waiting = new Map(); // what is asked for in this turn, by board and range

/** One request for all that is asked for of a board and range in the same turn, as by the charts of a page. */
function joined(board, metrics, range) {
  const { from, to, length, step } = range;
  const id = JSON.stringify([board, from, to, length, step]);
  if (!waiting.has(id)) {
    const asked = { metrics: new Set() };
    asked.answer = Promise.resolve().then(() => {
      waiting.delete(id);
      return read(board, [...asked.metrics], range);
    });
    waiting.set(id, asked);
  }
  const asked = waiting.get(id);
  metrics.forEach((metric) => asked.metrics.add(metric));
  return asked.answer;
}

async function read(board, metrics, range, keys) {
  const { series } = await api(path(board, metrics, range, null, keys));
  const found = new Map();
  for (const { metric, key, points } of series) {
    const known = points.map(([at, value]) => [Date.parse(at), typeof value === 'number' ? value : null]);
    found.set(key === undefined || key === null ? metric : `${metric} ${key}`, known);
  }
  return found;
}

const STEPS = { '1m': 60_000, '5m': 300_000, '15m': 900_000, '1h': 3_600_000, '6h': 21_600_000, '1d': 86_400_000 };
const MOST_VALUES = 90_000; // a little less than in one response

/** keys: how many series there are at least; of many, points are farther apart. */
export async function csv(board, metrics, range, title, keys) {
  const least = (range.length * keys) / MOST_VALUES;
  const isDense = least > (range.live ?? range.length / 1000);
  const step = isDense ? (Object.entries(STEPS).find(([, millis]) => millis >= least)?.[0] ?? '1d') : range.step;
  save(await api(path(board, metrics, { ...range, step }, 'csv')), `${board} ${title}`);
}

/** Lets the browser save a CSV. */
export function save(content, name) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([content], { type: 'text/csv' }));
  link.download = `${name}.csv`.replaceAll(/[^\p{L}\p{N}_.-]+/gu, '-').toLowerCase();
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
