// Formats numbers and times in the viewer's locale.

const made = new Map();
const number = (options) => {
  const key = JSON.stringify(options);
  if (!made.has(key)) made.set(key, new Intl.NumberFormat(undefined, options));
  return made.get(key);
};

const isMoney = (unit) => /^[a-z]{3}$/.test(unit ?? '') && unit !== 'ms';
const MAX_DIGITS = 2;

/** The unit to show after a number; empty where the format of the number includes it. */
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

/** One decimal place, so that columns align; none for 0 and 100 %. */
const tenths = (value, all) => ({ minimumFractionDigits: value === 0 || value === all ? 0 : 1, maximumFractionDigits: 1 });

/** Two decimal places for amounts from 1, three significant digits below. */
function money(value, unit) {
  const small = value !== 0 && Math.abs(value) < 1;
  const digits = small ? { minimumSignificantDigits: 3, maximumSignificantDigits: 3 } : { minimumFractionDigits: 2, maximumFractionDigits: 2 };
  return number({ style: 'currency', currency: unit.toUpperCase(), ...digits }).format(value);
}

/** For an axis with ticks `step` apart: compact (1.2M), with the same number of digits at each tick. */
export function short(value, unit, step = 1) {
  if (unit === 'seconds') return span(value);
  const style =
    unit === 'percent' ? { style: 'unit', unit } : unit === 'ratio' ? { style: 'percent' } : isMoney(unit) ? { style: 'currency', currency: unit.toUpperCase() } : {};
  if (Math.abs(value) >= 1000) return number({ ...style, notation: 'compact', maximumFractionDigits: 2 }).format(value);
  const digits = value === 0 ? 0 : digitsOf(unit === 'ratio' ? step * 100 : step);
  return number({ ...style, minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);
}

/** The decimal places of multiples of a step: none for 20, one for 0.5, two for 0.25. */
const digitsOf = (step) => [0, 1, 2, 3, 4, 5, 6, 7].find((digits) => Math.abs(step * 10 ** digits - Math.round(step * 10 ** digits)) < 1e-6) ?? 8;

/** A duration in its largest unit, rounded down. */
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
/** A time, as exact as a range of that many milliseconds requires. */
export const timeOf = (millis, range) =>
  (range < 600_000 ? clock : range < 100_000_000 ? minute : day).format(new Date(millis));
