// Numbers and times as the viewer writes them.

const made = new Map();
const number = (options) => {
  const key = JSON.stringify(options);
  if (!made.has(key)) made.set(key, new Intl.NumberFormat(undefined, options));
  return made.get(key);
};

const isMoney = (unit) => /^[a-z]{3}$/.test(unit ?? '') && unit !== 'ms';
const MAX_DIGITS = 2;

/** What stands after a number whose unit its form does not show. */
export const unitOf = (unit) =>
  ['count', 'ratio', 'percent', 'seconds'].includes(unit) || isMoney(unit) ? '' : unit;

export function shown(value, unit = 'count') {
  if (value === null || value === undefined) return '–';
  if (typeof value !== 'number') return String(value);
  if (isMoney(unit)) return money(value, unit);
  if (unit === 'percent') return number({ style: 'unit', unit: 'percent', maximumFractionDigits: 1 }).format(value);
  if (unit === 'ratio') return number({ style: 'percent', maximumFractionDigits: 1 }).format(value);
  if (unit === 'seconds') return span(value);
  return number({ maximumFractionDigits: MAX_DIGITS }).format(value);
}

/** Cents matter in a sum; in the cost of one call the first digits that are not nothing. */
function money(value, unit) {
  const small = value !== 0 && Math.abs(value) < 1;
  const digits = small ? { maximumSignificantDigits: 3 } : { minimumFractionDigits: 2, maximumFractionDigits: 2 };
  return number({ style: 'currency', currency: unit.toUpperCase(), ...digits }).format(value);
}

/** For an axis: 1.2M rather than 1,200,000. */
export function short(value, unit) {
  if (unit === 'percent' || unit === 'ratio' || unit === 'seconds') return shown(value, unit);
  const compact = { notation: 'compact', maximumFractionDigits: 2 };
  if (isMoney(unit)) {
    if (Math.abs(value) < 1) return money(value, unit);
    return number({ style: 'currency', currency: unit.toUpperCase(), ...compact }).format(value);
  }
  return number(compact).format(value);
}

/** A length of time, roughly. */
export function span(seconds) {
  const steps = [[60, 'second', 1], [3600, 'minute', 60], [86_400, 'hour', 3600], [Infinity, 'day', 86_400]];
  const [, unit, per] = steps.find(([below]) => Math.abs(seconds) < below);
  return number({ style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: 0 }).format(Math.floor(seconds / per));
}

export const ago = (millis) => (millis < 1500 ? 'now' : `${span(millis / 1000)} ago`);
export const percent = (part, whole) => (whole ? shown(part / whole, 'ratio') : '–');

const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });
const minute = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const day = new Intl.DateTimeFormat(undefined, { weekday: 'short', hour: '2-digit', minute: '2-digit' });
const date = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

export const dateTime = (time) => date.format(new Date(time));
/** As exactly as a range of so many milliseconds needs. */
export const timeOf = (millis, range) =>
  (range < 600_000 ? clock : range < 100_000_000 ? minute : day).format(new Date(millis));
