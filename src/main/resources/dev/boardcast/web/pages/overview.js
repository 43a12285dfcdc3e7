// The start page: for each board its main metric with a sparkline, and a few more.

import { empty, frame, h, text } from './html.js';
import { shown } from './format.js';
import { history, RANGES } from './history.js';
import { serverTime, valueAt, watch } from './live.js';
import { who } from './session.js';
import { TaskCount } from './task-count.js';
import { aging } from './tile.js';

/** The metrics shown, the main one first; of other boards, the first ones of their descriptions. */
const LEAD = {
  platform: ['revenue.today', 'activeUsers.current', 'transactions.total', 'content.conversionRate'],
  routing: ['total_decisions', 'total_cost', 'avg_confidence'],
  pipeline: ['scraping_health.success_rate', 'scraping_health.runs', 'data_quality.geocoding_success_rate', 'data_quality.validation_pass_rate'],
  analysis: ['classificationAccuracy', 'topicQualityScore', 'noiseRatio', 'activeAnalysisRuns'],
};

function chosen({ name, metrics }) {
  const plain = metrics.filter(({ path }) => !path.includes('*'));
  const named = (LEAD[name] ?? []).map((path) => plain.find((metric) => metric.path === path)).filter(Boolean);
  return (named.length ? named : plain).slice(0, 4);
}

const FEW = 6;

/** The last hour; if it has too few points, the last minutes. */
async function recent(board, metric) {
  const read = async (range) => (await history(board, [metric], range)).get(metric) ?? [];
  const hour = await read({ ...RANGES.hour, step: '1m' });
  return hour.filter(([, value]) => value !== null).length < FEW ? read(RANGES.points) : hour;
}

function card(board) {
  const [lead, ...others] = chosen(board);
  const age = h('span.age');
  const value = h('p.lead.value', '–');
  const spark = h('spark-line');
  const facts = others.map((metric) => ({ metric, value: h('dd', '–') }));
  const node = h('section.card.board.span-6',
    h('header', h('h2', h('a', { href: `#/${board.name}` }, board.title)), age),
    h('p.sub', lead?.label ?? 'No plain numbers'),
    value,
    spark,
    h('dl.facts.body', facts.map(({ metric, value: shownAs }) => h('div', h('dt', metric.label), shownAs))));
  const aged = aging(node, age);
  const stop = watch(board.topic, (message) => {
    aged(message);
    if (lead) {
      const now = valueAt(message.data, lead.path);
      text(value, shown(now, lead.unit));
      spark.add(now, serverTime(message));
    }
    for (const fact of facts) text(fact.value, shown(valueAt(message.data, fact.metric.path), fact.metric.unit));
  });
  if (lead) {
    recent(board.name, lead.path)
      .then((points) => (spark.points = points))
      .catch(() => {}); // The card is shown without its sparkline.
  }
  return { node, stop };
}

/** The tasks of the user; only for users who are signed in. */
function tasks() {
  const figures = { pending: h('p.lead.value', '–'), completed: h('dd', '–'), created_last_24h: h('dd', '–'), completed_last_24h: h('dd', '–') };
  const draw = () => {
    if (!list.statistics) return;
    for (const [key, value] of Object.entries(figures)) text(value, shown(list.statistics[key]));
    aged(list.message);
  };
  const list = new TaskCount(() => frame(draw));
  const facts = [h('div', h('dt', 'Done'), figures.completed), h('div', h('dt', 'Created in 24 h'), figures.created_last_24h), h('div', h('dt', 'Completed in 24 h'), figures.completed_last_24h)];
  const age = h('span.age');
  const node = h('section.card.board.span-6',
    h('header', h('h2', h('a', { href: '#/tasks' }, 'Tasks')), age), h('p.sub', 'Open'), figures.pending, h('dl.facts.body', facts));
  const aged = aging(node, age);
  return { node, stop: () => list.stop() };
}

export function page({ boards }) {
  const cards = boards.map(card);
  if (who()) cards.push(tasks());
  const node = h('div',
    h('div.head', h('div', h('h1', 'All boards'))),
    cards.length ? h('div.grid', cards.map((each) => each.node)) : empty('No boards yet', 'Those that you may see appear here.'));
  return { node, stop: () => cards.forEach((each) => each.stop()) };
}
