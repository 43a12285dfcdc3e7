// Reads the history of a board, for charts, sparklines and CSV.

import { serverNow } from './live.js';
import { api } from './session.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
export const RANGES = {
  points: { label: 'Last 20', length: 100_000, step: '5s', live: 5000 },
  hour: { label: 'Hour', length: HOUR, step: '30s', live: 30_000 },
  day: { label: 'Day', length: 24 * HOUR, step: '5m', live: 5 * MINUTE },
  week: { label: 'Week', length: 168 * HOUR, step: '1h', live: HOUR },
};

/** A custom range; the server chooses the step. */
export function ownRange(from, to) {
  return { label: 'Own', from, to, length: to - from, step: null, live: null };
}

export function path(board, metrics, { from, to, length, step }, format) {
  const query = new URLSearchParams(metrics.map((metric) => ['metric', metric]));
  query.set('from', new Date(from ?? serverNow() - length).toISOString());
  if (to) query.set('to', new Date(to).toISOString());
  if (step) query.set('step', step);
  if (format) query.set('format', format);
  return `/api/v1/boards/${board}/history?${query}`;
}

/** {metric or 'metric key': [[millis, value], …]} */
export async function history(board, metrics, range) {
  const { series } = await api(path(board, metrics, range));
  const found = new Map();
  for (const { metric, key, points } of series) {
    const read = points.map(([at, value]) => [Date.parse(at), typeof value === 'number' ? value : null]);
    found.set(key === undefined || key === null ? metric : `${metric} ${key}`, read);
  }
  return found;
}

export async function csv(board, metrics, range, title) {
  const content = await api(path(board, metrics, range, 'csv'));
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([content], { type: 'text/csv' }));
  link.download = `${board} ${title}.csv`.replaceAll(/[^\w.-]+/g, '-').toLowerCase();
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
