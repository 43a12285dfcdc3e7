// Formats numbers and times: digits and dates as the viewer's locale has them, words as the pages have them.

const made = new Map();
const number = (options) => {
  const key = JSON.stringify(options);
  if (!made.has(key)) made.set(key, new Intl.NumberFormat(undefined, options));
  return made.get(key);
};

/** ISO 4217, in lower case as units are. */
const CURRENCIES = new Set((Intl.supportedValuesOf?.('currency') ?? ['USD', 'EUR', 'GBP', 'JPY', 'CNY']).map((code) => code.toLowerCase()));
const isMoney = (unit) => CURRENCIES.has(unit);
const MAX_DIGITS = 2;
const SMALLEST = 1e-6; // below that, numbers are in scientific notation

/** The unit to show after a number; empty where the format of the number includes it. */
export const unitOf = (unit) =>
  ['count', 'ratio', 'percent', 'seconds'].includes(unit) || isMoney(unit) ? '' : unit;

export function shown(value, unit = 'count') {
  if (value === null || value === undefined) return '–';
  if (typeof value !== 'number') return String(value);
  if (isMoney(unit)) return money(value, unit);
  if (unit === 'percent') return number({ style: 'unit', unit: 'percent', ...tenths(value) }).format(value || 0);
  if (unit === 'ratio') return number({ style: 'percent', ...tenths(value * 100) }).format(value || 0);
  if (unit === 'seconds') return duration(value);
  return plain(value);
}

/** Two decimal places; three significant digits below 1. */
function plain(value) {
  const size = Math.abs(value);
  if (size >= 1 || size === 0) return number({ maximumFractionDigits: MAX_DIGITS }).format(value || 0);
  return number({ maximumSignificantDigits: 3, ...(size < SMALLEST && { notation: 'scientific' }) }).format(value);
}

/** One decimal place, so that columns align; none for 0 and 100 %, and two digits of what is less than a tenth. */
function tenths(percent) {
  const size = Math.abs(percent);
  if (size === 0 || size === 100) return { maximumFractionDigits: 0 };
  return size < 0.1 ? { maximumSignificantDigits: 2 } : { minimumFractionDigits: 1, maximumFractionDigits: 1 };
}

/** Two decimal places for amounts from 1, three significant digits below. */
function money(value, unit) {
  const small = value !== 0 && Math.abs(value) < 1;
  const digits = small ? { minimumSignificantDigits: 3, maximumSignificantDigits: 3 } : { minimumFractionDigits: 2, maximumFractionDigits: 2 };
  return number({ style: 'currency', currency: unit.toUpperCase(), ...digits }).format(value || 0);
}

/** For an axis with ticks `step` apart: compact (1.2M), with the digits that tell ticks apart. */
export function short(value, unit, step = 1) {
  if (unit === 'seconds') return axisDuration(value, step);
  const style =
    unit === 'percent' ? { style: 'unit', unit } : unit === 'ratio' ? { style: 'percent' } : isMoney(unit) ? { style: 'currency', currency: unit.toUpperCase() } : {};
  const size = Math.abs(value);
  if (size >= 1000) {
    const scale = 1000 ** Math.floor(Math.log10(size) / 3);
    return number({ ...style, notation: 'compact', maximumFractionDigits: Math.min(digitsOf(step / scale), 6) }).format(value);
  }
  const digits = size === 0 ? 0 : digitsOf(unit === 'ratio' ? step * 100 : step);
  return number({ ...style, minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value || 0);
}

/** The decimal places of multiples of a step: none for 20, one for 0.5, two for 0.25. */
const digitsOf = (step) => [0, 1, 2, 3, 4, 5, 6, 7].find((digits) => Math.abs(step * 10 ** digits - Math.round(step * 10 ** digits)) < 1e-6) ?? 8;

// Durations

const UNITS = [
  { seconds: 86_400, word: 'day', words: 'days', letter: 'd' },
  { seconds: 3600, word: 'hr', words: 'hr', letter: 'h' },
  { seconds: 60, word: 'min', words: 'min', letter: 'm' },
  { seconds: 1, word: 'sec', words: 'sec', letter: 's' },
];
const SECOND = UNITS.at(-1);
const counted = (count, { word, words }) => `${number({}).format(count)} ${Math.abs(count) === 1 ? word : words}`;

/** The largest unit that fits, and the next smaller one. */
const unitsOf = (seconds) => {
  const at = UNITS.findIndex((unit) => seconds >= unit.seconds);
  return [UNITS[at], UNITS[at + 1]];
};

/** A duration, rounded, in its two largest units: 1 min 59 sec; below 10 seconds with decimals. */
export function duration(seconds) {
  const size = Math.abs(seconds);
  const sign = seconds < 0 && size > 0 ? '-' : '';
  if (size === 0) return counted(0, SECOND);
  if (size < 0.9995) return `${sign}${plain(size * 1000)} ms`;
  if (size < 9.95) return `${sign}${number({ maximumFractionDigits: 1 }).format(size)} sec`;
  let [unit, smaller] = unitsOf(Math.round(size));
  if (!smaller) return sign + counted(Math.round(size), unit);
  const rounded = Math.round(size / smaller.seconds) * smaller.seconds;
  [unit, smaller] = unitsOf(rounded);
  const count = Math.floor(rounded / unit.seconds);
  const rest = Math.round((rounded - count * unit.seconds) / smaller.seconds);
  return sign + counted(count, unit) + (rest ? ` ${counted(rest, smaller)}` : '');
}

/** For an axis: all ticks in the unit that their distance needs. */
function axisDuration(value, step) {
  const unit = UNITS.find(({ seconds }) => step >= seconds);
  const [per, name] = unit ? [unit.seconds, unit.words] : [0.001, 'ms'];
  return `${number({ maximumFractionDigits: Math.min(digitsOf(step / per), 3) }).format(value / per || 0)} ${name}`;
}

/** A duration in its largest unit, rounded down. */
export function span(seconds) {
  const [unit = SECOND] = unitsOf(Math.abs(seconds));
  return counted(Math.trunc(seconds / unit.seconds) || 0, unit);
}

export function ago(millis) {
  if (!(millis >= 1500)) return 'now';
  const [{ seconds, letter }] = unitsOf(millis / 1000);
  return `${number({}).format(Math.floor(millis / 1000 / seconds))}${letter} ago`;
}

/** A rate: of a count with one decimal place at most, of what is smaller with two digits. */
export const rate = (value, unit) =>
  unit !== 'count' ? shown(value, unit) : number(Math.abs(value) >= 10 ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 2 }).format(value);

const ARROWS = { up: '▲', down: '▼', stable: '=' };
/** A change such as ▲ 4.2%; the empty text where it is not known. */
export const changeOf = ({ direction, change, value }) =>
  !direction || value === null ? '' : change === null ? ARROWS[direction] : `${ARROWS[direction]} ${shown(Math.abs(change), 'percent')}`;

export const percent = (part, whole) => (whole ? shown(part / whole, 'ratio') : '–');

// Times

const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });
const minute = new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit' });
const day = new Intl.DateTimeFormat(undefined, { weekday: 'short', hour: 'numeric', minute: '2-digit' });
const monthDay = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric' });
const date = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

export const dateTime = (time) => date.format(new Date(time));
/** A time, or from one to another. */
export const spanOf = (from, to) => (to ? date.formatRange(from, to) : date.format(from));
/** The zone of the times on the pages. */
export const zoneOf = () => clock.resolvedOptions().timeZone;
/** A time, as exact as a range of that many milliseconds requires. */
export const timeOf = (millis, range) =>
  (range < 600_000 ? clock : range < 100_000_000 ? minute : range < 800_000_000 ? day : monthDay).format(new Date(millis));

// Intervals between the ticks of a time axis, in minutes.
const STRIDES = [0.25, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 10_080];
const DAY = 1440;

/** Round local times from min to max, at most that many. Where the clock is set forward or back, the distance of two differs. */
export function timeTicks(min, max, most) {
  const stride = STRIDES.find((each) => (max - min) / (each * 60_000) <= most) ?? Math.ceil((max - min) / 60_000 / most / DAY) * DAY;
  const first = new Date(min);
  const ticks = [];
  if (stride < 60) {
    const shift = first.getTimezoneOffset() * 60_000;
    const length = stride * 60_000;
    for (let at = Math.ceil((min - shift) / length) * length + shift; at <= max; at += length) ticks.push(at);
    return ticks;
  }
  for (let minutes = 0; ; minutes += stride) {
    const next = new Date(first.getFullYear(), first.getMonth(), first.getDate() + Math.floor(minutes / DAY), 0, minutes % DAY).getTime();
    if (!(next <= max)) return ticks;
    // An hour that is left out is that after it.
    if (next >= min && next !== ticks.at(-1)) ticks.push(next);
  }
}
