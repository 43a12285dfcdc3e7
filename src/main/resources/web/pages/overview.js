// All boards at a glance: the number that matters most, a few beside it, and how it went.

import { empty, h, text } from './html.js';
import { shown } from './format.js';
import { history, RANGES } from './history.js';
import { valueAt, watch } from './live.js';
import { aging } from './tile.js';

/** Which numbers lead; of a board that is not named here, those that it describes first. */
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

function card(board) {
  const [lead, ...others] = chosen(board);
  const age = h('span.age');
  const value = h('p.lead.value', '–');
  const spark = h('spark-line');
  const facts = others.map((metric) => ({ metric, value: h('dd', '–') }));
  const node = h('a.card.board.span-6', { href: `#/${board.name}` },
    h('header', h('h2', board.title), age),
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
      spark.add(now, message.at);
    }
    for (const fact of facts) text(fact.value, shown(valueAt(message.data, fact.metric.path), fact.metric.unit));
  });
  if (lead) {
    history(board.name, [lead.path], { ...RANGES.hour, step: '1m' })
      .then((read) => (spark.points = read.get(lead.path) ?? []))
      .catch(() => {}); // A card without its line is still a card.
  }
  return { node, stop };
}

export function page({ boards }) {
  const cards = boards.map(card);
  const node = h('div',
    h('div.head', h('div', h('h1', 'All boards'))),
    cards.length ? h('div.grid', cards.map((each) => each.node)) : empty('No boards yet', 'Those that you may see appear here.'));
  return { node, stop: () => cards.forEach((each) => each.stop()) };
}
