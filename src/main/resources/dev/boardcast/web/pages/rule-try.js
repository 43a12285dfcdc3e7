// Tries a rule that is not saved yet: on the values of now, and on the history of the last day.

import { history } from './history.js';
import { shown } from './format.js';
import { valuesAt } from './live.js';
import { api } from './session.js';

const DAY = 86_400_000;
const FEW = 5;
const MAX_KEYS = 50;
const HOLD = 60; // seconds, where the rule does not say

const isBeyond = ({ condition, bound }, value) => ({ above: value > bound, below: value < bound, equals: value === bound })[condition];
/** Whether a value ends what fires. */
const isClear = ({ condition, bound, clear = bound }, value) => ({ above: value <= clear, below: value >= clear, equals: value !== bound })[condition];

function atPointer(data, pointer) {
  const steps = pointer.split('/').slice(1).map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  return steps.reduce((found, step) => (found !== null && typeof found === 'object' && Object.hasOwn(found, step) ? found[step] : undefined), data);
}

/** How often it would have fired; points: [[millis, value]]. */
export function firings(points, rule) {
  const hold = 1000 * (rule.for_seconds ?? HOLD);
  const release = 1000 * (rule.clear_seconds ?? rule.for_seconds ?? HOLD);
  let count = 0;
  let isFiring = false;
  let since = null;
  for (const [at, value] of points) {
    if (value === null) continue;
    if (!(isFiring ? isClear(rule, value) : isBeyond(rule, value))) {
      since = null;
      continue;
    }
    since ??= at;
    if (at - since < (isFiring ? release : hold)) continue;
    isFiring = !isFiring;
    since = null;
    if (isFiring) count++;
  }
  return count;
}

const refused = (field, expected) => Object.assign(new Error(`${field}: expected ${expected}`), { errors: [{ field, expected }] });

/** What a rule, as it would be saved, says of the values of its board: sentences. Fails like the server for what cannot be tried. */
export async function tried(rule, board) {
  const { metric = '', key, condition, bound } = rule;
  const isPointer = metric.startsWith('/');
  const described = board.metrics.find(({ path }) => path === metric);
  if (!isPointer && !described) throw refused('metric', 'the path of a metric of the board, or the JSON pointer of a number in its snapshot');
  if (typeof bound !== 'number') throw refused('bound', 'a number');
  const unit = described?.unit;
  const snapshot = await api(`/api/v1/boards/${board.name}`);
  const found = isPointer ? { '': atPointer(snapshot.data, metric) } : valuesAt(snapshot.data, metric);
  const values = Object.entries(found).filter(([name, value]) => typeof value === 'number' && (key === undefined || name === key));
  const now = worded(values, rule, unit);
  if (condition === 'anomaly') return [now, await judged(rule, board, values, unit)];
  if (isPointer) return [now, 'A JSON pointer has no history to try it on.'];
  const keys = metric.includes('*') ? values.map(([name]) => name).slice(0, MAX_KEYS) : [];
  const step = keys.length > 1 ? '5m' : '1m';
  const past = await history(board.name, [metric], { length: DAY, step, to: null }, keys);
  const counts = [...past.values()].map((points) => firings(points, rule));
  const times = counts.reduce((total, count) => total + count, 0);
  const scope = values.length > MAX_KEYS ? ` for the first ${MAX_KEYS} keys` : '';
  return [now, `In the last 24 hours it would ${times ? `have fired ${times === 1 ? 'once' : `${shown(times)} times`}` : 'not have fired'}${scope}, by one value every ${step === '1m' ? 'minute' : '5 minutes'}.`];
}

/** How the values of now are judged by the same hours of former days. */
async function judged({ metric, bound, days }, board, values, unit) {
  const { items, days: former } = await api(`/api/v1/alerts/baseline?${new URLSearchParams({ board: board.name, metric, ...(days && { days }) })}`);
  const usual = new Map(items.map((item) => [item.key, item]));
  const known = values.filter(([name]) => usual.has(name));
  if (!known.length) return `What is usual is not known: the history of the last ${former} days has fewer than six values of this time of day.`;
  const deviations = ([name, value]) => {
    const { median, spread } = usual.get(name);
    return value === median ? 0 : Math.abs(value - median) / spread;
  };
  const [odd, fine] = [true, false].map((is) => known.filter((each) => deviations(each) > bound === is));
  const worded = ([name, value]) => {
    const { median } = usual.get(name);
    const away = deviations([name, value]);
    return `${name} ${shown(value, unit)} is ${Number.isFinite(away) ? `${shown(away)} deviations away` : 'away'} from the usual ${shown(median, unit)}`.trim();
  };
  const few = (each) => each.slice(0, FEW).map(worded).join(', ') + (each.length > FEW ? ` and ${each.length - FEW} more` : '');
  const unknown = values.length - known.length;
  return [
    odd.length && `It would fire: ${few(odd)}.`,
    fine.length && `Usual at this time of day: ${few(fine)}.`,
    unknown && `Of ${unknown} not enough is known.`,
  ].filter(Boolean).join(' ');
}

/** The values of now, those beyond the bound first. */
function worded(values, rule, unit) {
  if (!values.length) return 'Now there is no such value.';
  if (rule.condition === 'anomaly') return `Now: ${listed(values, unit)}.`;
  const [beyond, within] = [true, false].map((is) => values.filter(([, value]) => isBeyond(rule, value) === is));
  const parts = [];
  if (beyond.length) parts.push(`beyond the bound: ${listed(beyond, unit)}`);
  if (within.length) parts.push(`within the bound: ${listed(within, unit)}`);
  return `Now ${parts.join('; ')}.`;
}

function listed(values, unit) {
  const words = values.slice(0, FEW).map(([name, value]) => `${name} ${shown(value, unit)}`.trim());
  return words.join(', ') + (values.length > FEW ? ` and ${values.length - FEW} more` : '');
}
