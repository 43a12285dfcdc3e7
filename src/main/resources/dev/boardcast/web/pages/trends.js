// What the tiles of a board showed in the last hour: their sparklines, and how fast counters grow.

import { rate } from './format.js';
import { history } from './history.js';
import { serverTime, valueAt } from './live.js';
import { PERIODS } from './period.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const ENOUGH = 55 * MINUTE; // of the past, for the growth in an hour
const RANGE = { ...PERIODS.hour, step: '1m' };

/** The latest known point at or before a time. */
const before = (points, time) => points.findLast(([at, value]) => at <= time && value !== null);

/** How much a counter grew in the last minute and hour, in words. */
function growth(points, now, value, unit) {
  const minute = before(points, now - MINUTE);
  const first = points.find((point) => point[1] !== null);
  const words = [];
  if (minute && now - minute[0] < 3 * MINUTE && value >= minute[1]) words.push(`${rate(((value - minute[1]) * MINUTE) / (now - minute[0]), unit)} a minute`);
  if (first && now - first[0] >= ENOUGH && value >= first[1]) words.push(`${rate(((value - first[1]) * HOUR) / (now - first[0]), unit)} an hour`);
  return words.join(', ');
}

/** What a counter grew by from point to point. */
const steps = (points) =>
  points.slice(1).map(([at, value], i) => [at, value === null || points[i][1] === null ? null : Math.max(0, value - points[i][1])]);

/** Returns {latest(message), sums(message, period)}: with each snapshot, or the sums of a range. */
export function trends(board, tiles) {
  const followed = tiles.filter(({ path, spark }) => path && spark);
  const known = new Map(); // points, by path
  let last = null;
  if (followed.length) {
    history(board.name, followed.map(({ path }) => path), RANGE)
      .then((found) => {
        for (const [path, points] of found) known.set(path, points);
        if (last) draw(last);
      })
      .catch(() => {}); // The tiles are shown without.
  }

  function draw(message) {
    const now = serverTime(message);
    for (const tile of followed) {
      const points = known.get(tile.path);
      if (!points) continue;
      const value = valueAt(message.data, tile.path);
      while (points.length && points[0][0] < now - HOUR - MINUTE) points.shift();
      if (typeof value === 'number') {
        if (points.length > 1 && now - points.at(-2)[0] < MINUTE) points.pop();
        points.push([now, value]);
      }
      tile.spark.points = tile.isCounter ? steps(points) : points;
      if (tile.isCounter && typeof value === 'number') tile.growth = growth(points, now, value, tile.unit);
    }
  }

  return {
    latest(message) {
      last = message;
      draw(message);
    },
    /** The rate of a counter: its growth now, or the mean of a range. */
    rates(message, period, now) {
      for (const tile of tiles) {
        if (!tile.isCounter) continue;
        const value = message.isRange ? valueAt(message.sums, tile.path) : null;
        const hours = period.sums && (Math.min(period.sums.to, now) - period.sums.from) / HOUR;
        tile.showRate(!message.isRange ? (tile.growth ?? '') : typeof value === 'number' && hours > 0 ? `${rate(value / hours, tile.unit)} an hour` : '');
      }
    },
  };
}
