// The page of the routing board: decisions, confidence, cost.

import { h, toFacts } from './html.js';
import { card, FEW_ROWS, layout } from './board.js';
import { chart } from './chart.js';
import { percent, shown } from './format.js';
import { shares, split } from './shares.js';
import { badge, opener, table } from './table.js';
import { tile } from './tile.js';

const BANDS = [
  { name: 'High, from 80 %', key: 'high', color: 's3' },
  { name: 'Medium, from 50 %', key: 'medium', color: 's2' },
  { name: 'Low', key: 'low', color: 's4' },
];

const TOKENS = [
  { name: 'Input', key: 'input', color: 's1' },
  { name: 'Cached', key: 'cached', color: 's6' },
  { name: 'Output', key: 'output', color: 's2' },
  { name: 'Reasoning', key: 'reasoning', color: 's4' },
];
const LATENCIES = ['p50', 'p95', 'p99'].map((name) => ({ path: `latency_ms.${name}`, label: name }));
const COSTS = { cost_by_model: 'Cost by model', cost_by_team: 'Cost by team', cost_by_user: 'Cost by user', cost_by_key: 'Cost by key', cost_by_tag: 'Cost by tag' };

const toneOf = (part) => (part >= 100 ? 'bad' : part >= 80 ? 'wait' : 'good');

export function page({ board }) {
  const { name } = board;
  const decisions = tile({ label: 'Decisions', path: 'total_decisions', isCounter: true, smooth: true }, 'span-3', 'half');
  const cost = tile({ label: 'Cost', path: 'total_cost', isCounter: true, unit: 'usd', smooth: true }, 'span-3', 'half');
  const mean = tile({ label: 'Cost of a decision', unit: 'usd' }, 'span-3', 'half');
  const sure = tile({ label: 'Mean confidence', path: 'avg_confidence', unit: 'ratio', better: 'up' }, 'span-3', 'half');
  const median = tile({ label: 'Median latency', path: 'latency_ms.p50', unit: 'ms', better: 'down' }, 'span-3', 'half');
  const slow = tile({ label: '95th percentile', path: 'latency_ms.p95', unit: 'ms', better: 'down' }, 'span-3', 'half');
  const errors = tile({ label: 'Errors', path: 'error_rate', unit: 'percent', better: 'down' }, 'span-3', 'half');
  const tokens = tile({ label: 'Tokens', smooth: true }, 'span-3', 'half');
  const strategies = table({
    label: 'Strategies',
    columns: [
      { title: 'Strategy', cell: ({ strategy }) => opener(strategy, strategy), value: ({ strategy }) => strategy, head: true },
      { title: 'Decisions', cell: ({ strategy, count }) => toFacts('strategy_performance.*.count', strategy, shown(count)), value: ({ count }) => count, end: true },
      { title: 'Share', cell: ({ count, all }) => percent(count, all), value: ({ count, all }) => (all ? count / all : null), end: true },
      { title: 'Mean cost', cell: ({ avg_cost: each }) => shown(each, 'usd'), value: ({ avg_cost: each }) => each, end: true },
      { title: 'Confidence', cell: ({ avg_confidence: each }) => shown(each, 'ratio'), value: ({ avg_confidence: each }) => each, end: true },
    ],
    key: ({ strategy }) => strategy,
    none: 'No decision was reported yet.',
    few: FEW_ROWS,
  });
  const budgets = table({
    label: 'Budgets',
    columns: [
      { title: 'Budget', cell: ({ budget }) => budget, value: ({ budget }) => budget, head: true },
      { title: 'Spent', cell: ({ spent }) => shown(spent, 'usd'), value: ({ spent }) => spent, end: true },
      { title: 'Of', cell: ({ amount }) => shown(amount, 'usd'), value: ({ amount }) => amount, end: true },
      { title: 'Part', cell: ({ percent: part }) => badge(toneOf(part), shown(part, 'percent')), value: ({ percent: part }) => part, end: true },
    ],
    key: ({ budget }) => budget,
    rank: ({ percent: part }) => -part,
    none: 'No budget is set.',
    few: FEW_ROWS,
  });
  const bands = split(BANDS);
  const kinds = split(TOKENS);
  const usage = shares({ label: 'Decisions by provider', path: 'provider_usage.*' });
  const spent = shares({ label: 'Cost by provider', unit: 'usd', path: 'cost_by_provider.*' });
  const models = shares({ label: 'Decisions by model', path: 'model_usage.*' });
  const costs = Object.entries(COSTS).map(([path, title]) => ({ path, content: shares({ label: title, unit: 'usd', whole: path !== 'cost_by_tag', path: `${path}.*` }), title }));
  const outcomes = shares({ label: 'Decisions by status', path: 'decisions_by_status.*' });
  const cards = {
    strategies: card('Strategies', strategies, 'span-7'),
    bands: card('Confidence', [bands.node, h('p.sub', { style: { marginTop: '12px' } }, 'Decisions that say how sure they are.')], 'span-5'),
    usage: card('Decisions by provider', usage, 'span-4'),
    spent: card('Cost by provider', spent, 'span-4'),
    models: card('Decisions by model', models, 'span-4'),
    tokens: card('Tokens by kind', kinds.node, 'span-4'),
    outcomes: card('Decisions by status', outcomes, 'span-4'),
    budgets: card('Budgets', budgets, 'span-4'),
  };
  const spending = costs.map(({ content, title }) => card(title, content, 'span-4'));
  const charts = [
    chart({ board: name, title: 'Cost', unit: 'usd', fill: true, metrics: [{ path: 'total_cost', label: 'Cost' }] }, 'span-6'),
    chart({ board: name, title: 'Decisions by strategy', metrics: [{ path: 'strategy_performance.*.count', label: 'Decisions' }] }, 'span-6'),
    chart({ board: name, title: 'Confidence by strategy', unit: 'ratio', metrics: [{ path: 'strategy_performance.*.avg_confidence', label: 'Confidence' }] }, 'span-6'),
    chart({ board: name, title: 'Latency', unit: 'ms', from0: true, metrics: LATENCIES }, 'span-6'),
    chart({ board: name, title: '95th percentile by provider', unit: 'ms', from0: true, metrics: [{ path: 'latency_ms.p95_by_provider.*', label: 'Latency' }] }, 'span-6'),
    chart({ board: name, title: 'Decisions by provider', metrics: [{ path: 'provider_usage.*', label: 'Decisions' }] }, 'span-6'),
  ];
  return layout({
    board,
    about: 'Which way requests go, how sure the router is, and what it costs.',
    charts,
    tiles: [decisions, cost, mean, sure, median, slow, errors, tokens],
    rows: [
      [decisions, cost, mean, sure, median, slow, errors, tokens],
      [cards.strategies.node, cards.bands.node],
      charts,
      [cards.usage.node, cards.spent.node, cards.models.node],
      [cards.tokens.node, cards.outcomes.node, cards.budgets.node],
      spending.map(({ node }) => node),
    ],
    draw(message) {
      const { data } = message;
      decisions.show(data.total_decisions, message);
      cost.show(data.total_cost, message);
      mean.show(data.total_decisions ? data.total_cost / data.total_decisions : null, message, 'mean of all');
      sure.show(data.avg_confidence, message);
      median.show(data.latency_ms.p50, message);
      slow.show(data.latency_ms.p95, message);
      errors.show(data.error_rate, message, `${shown(data.errors)} did not succeed`);
      tokens.show(Object.values(data.tokens).reduce((sum, each) => sum + each, 0), message);
      kinds.show(data.tokens);
      outcomes.show(data.decisions_by_status);
      budgets.show(Object.entries(data.budgets).map(([budget, each]) => ({ budget, ...each })));
      costs.forEach(({ path, content }, i) => {
        content.show(data[path]);
        spending[i].aged(message);
        // Most routers do not say all of these.
        spending[i].node.hidden = !Object.keys(data[path]).length;
      });
      const all = data.total_decisions;
      const rows = Object.entries(data.strategy_performance).map(([strategy, each]) => ({ strategy, all, ...each }));
      strategies.show(rows.sort((a, b) => b.count - a.count));
      bands.show(data.confidence_distribution);
      usage.show(data.provider_usage);
      spent.show(data.cost_by_provider);
      models.show(data.model_usage);
      Object.values(cards).forEach(({ aged }) => aged(message));
    },
  });
}
