// Ranges of time: what the charts show of them, and what the server sums.

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** length, step and live: milliseconds; live: how far apart the points of a range are that goes on. */
export const PERIODS = {
  live: { label: 'Live', length: 15 * MINUTE, step: '5s', live: 5000 },
  hour: { label: 'Hour', length: HOUR, step: '30s', live: 30_000 },
  today: { label: 'Today', step: '5m', live: 5 * MINUTE },
  week: { label: 'Week', step: '1h', live: HOUR },
  month: { label: 'Month', step: '1h', live: HOUR },
};

const formats = new Map();
function fieldsOf(millis, zone) {
  if (!formats.has(zone)) {
    const numeric = Object.fromEntries(['year', 'month', 'day', 'hour', 'minute', 'second'].map((name) => [name, 'numeric']));
    formats.set(zone, new Intl.DateTimeFormat('en-US', { timeZone: zone, hourCycle: 'h23', calendar: 'iso8601', ...numeric }));
  }
  return Object.fromEntries(formats.get(zone).formatToParts(millis).map(({ type, value }) => [type, Number(value)]));
}

/** How far a zone's clock is ahead of UTC. */
function offset(millis, zone) {
  const { year, month, day, hour, minute, second } = fieldsOf(millis, zone);
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(millis / 1000) * 1000;
}

/** The time of midnight of a date; month from 0, days may be beyond those of the month. */
export function midnight(year, month, day, zone) {
  const wall = Date.UTC(year, month, day);
  const guess = wall - offset(wall, zone);
  return wall - offset(guess, zone);
}

const isoDate = (year, month, day) => new Date(Date.UTC(year, month, day)).toISOString().slice(0, 10);

/** The date of a day, a week from Monday or a month, and the one it ends before. */
function edges(name, now, zone) {
  const { year, month, day } = fieldsOf(now, zone);
  const weekday = (new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 6) % 7;
  const days = { today: [day, day + 1], week: [day - weekday, day - weekday + 7], month: [1, 1] }[name];
  const months = [month - 1, name === 'month' ? month : month - 1];
  return days.map((each, i) => [year, months[i], each]);
}

const STEP = /^(\d+)([smhd])$/;
const UNITS = { s: 1000, m: MINUTE, h: HOUR, d: DAY };
const millisOf = (step) => {
  const [, count, unit] = STEP.exec(step);
  return count * UNITS[unit];
};

/** The whole steps around a time span, as the server sums them. */
function around(from, to, { step }) {
  const length = millisOf(step);
  return { from: Math.floor(from / length) * length, to: Math.ceil(to / length) * length };
}

/**
 * A range by its name, for a board whose sums have `ranges: {step, zone}`, or none.
 * from and to: milliseconds, both null where the chart moves on; isOpen: it has not ended.
 * sums: {from, to} of the numbers, null where they are the latest ones; query: the same, as the server takes it.
 */
export function period(name, { from, to }, ranges, now) {
  const kind = PERIODS[name];
  const zone = ranges?.zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (name === 'own') {
    const sums = ranges ? around(from, to, ranges) : null;
    return { name, label: 'Own', from, to, length: to - from, step: null, live: null, isOpen: to > now, zone, sums, query: sums && times(sums) };
  }
  if (name === 'live') return { name, ...kind, from: null, to: null, isOpen: true, zone, sums: null, query: null };
  if (name === 'hour') {
    const sums = ranges ? around(now - HOUR, now, ranges) : null;
    return { name, ...kind, from: null, to: null, isOpen: true, zone, sums, query: sums && times(sums) };
  }
  const [first, last] = edges(name, now, zone);
  const [begin, end] = [midnight(...first, zone), midnight(...last, zone)];
  const query = ranges ? { from: isoDate(...first), to: isoDate(...last) } : null;
  return { name, ...kind, from: begin, to: null, length: end - begin, isOpen: true, zone, sums: ranges ? { from: begin, to: end } : null, query };
}

const times = ({ from, to }) => ({ from: new Date(from).toISOString(), to: new Date(to).toISOString() });
