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
  if (unit === 'percent') return number({ style: 'unit', unit: 'percent', ...tenths(value, 100) }).format(value);
  if (unit === 'ratio') return number({ style: 'percent', ...tenths(value, 1) }).format(value);
  if (unit === 'seconds') return span(value);
  return number({ maximumFractionDigits: MAX_DIGITS }).format(value);
}

/** As many digits whatever the value, so that columns stay in line; nothing and all need none. */
const tenths = (value, all) => ({ minimumFractionDigits: value === 0 || value === all ? 0 : 1, maximumFractionDigits: 1 });

/** Cents matter in a sum; in the cost of one call the first digits that are not nothing. */
function money(value, unit) {
  const small = value !== 0 && Math.abs(value) < 1;
  const digits = small ? { minimumSignificantDigits: 3, maximumSignificantDigits: 3 } : { minimumFractionDigits: 2, maximumFractionDigits: 2 };
  return number({ style: 'currency', currency: unit.toUpperCase(), ...digits }).format(value);
}

/** For an axis whose marks are `step` apart: 1.2M rather than 1,200,000, and as many digits at each. */
export function short(value, unit, step = 1) {
  if (unit === 'seconds') return span(value);
  const style =
    unit === 'percent' ? { style: 'unit', unit } : unit === 'ratio' ? { style: 'percent' } : isMoney(unit) ? { style: 'currency', currency: unit.toUpperCase() } : {};
  if (Math.abs(value) >= 1000) return number({ ...style, notation: 'compact', maximumFractionDigits: 2 }).format(value);
  const digits = value === 0 ? 0 : digitsOf(unit === 'ratio' ? step * 100 : step);
  return number({ ...style, minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);
}

/** How many digits tell multiples of a step apart: none of 20, one of 0.5, two of 0.25. */
const digitsOf = (step) => [0, 1, 2, 3, 4, 5, 6, 7].find((digits) => Math.abs(step * 10 ** digits - Math.round(step * 10 ** digits)) < 1e-6) ?? 8;

/** A length of time, roughly. */
export function span(seconds, unitDisplay = 'short') {
  const steps = [[60, 'second', 1], [3600, 'minute', 60], [86_400, 'hour', 3600], [Infinity, 'day', 86_400]];
  const [, unit, per] = steps.find(([below]) => Math.abs(seconds) < below);
  return number({ style: 'unit', unit, unitDisplay, maximumFractionDigits: 0 }).format(Math.floor(seconds / per));
}

export const ago = (millis) => (millis < 1500 ? 'now' : `${span(millis / 1000, 'narrow')} ago`);
export const percent = (part, whole) => (whole ? shown(part / whole, 'ratio') : '–');

const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });
const minute = new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit' });
const day = new Intl.DateTimeFormat(undefined, { weekday: 'short', hour: 'numeric', minute: '2-digit' });
const date = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

export const dateTime = (time) => date.format(new Date(time));
/** As exactly as a range of so many milliseconds needs. */
export const timeOf = (millis, range) =>
  (range < 600_000 ? clock : range < 100_000_000 ? minute : day).format(new Date(millis));
