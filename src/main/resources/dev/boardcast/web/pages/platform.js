// The page of the platform board: revenue, users, transactions, content.

import { h, text } from './html.js';
import { behavior } from './behavior.js';
import { card, layout } from './board.js';
import { chart } from './chart.js';
import { shown } from './format.js';
import { table } from './table.js';
import { split } from './shares.js';
import { tile } from './tile.js';

const STATES = [
  { name: 'Completed', key: 'completed', color: 's3' },
  { name: 'Pending', key: 'pending', color: 's2' },
  { name: 'Failed', key: 'failed', color: 's4' },
];

export function page({ board }) {
  const { name, metrics } = board;
  const money = metrics.find(({ path }) => path === 'revenue.total')?.unit ?? 'usd';
  const total = tile({ label: 'Revenue', path: 'revenue.total', spark: false, better: 'up', unit: money, hero: true, smooth: true }, 'span-6');
  const now = tile({ label: 'Users now', path: 'activeUsers.current', hero: true, smooth: true }, 'span-3', 'half');
  const rate = tile({ label: 'Conversion', path: 'content.conversionRate', better: 'up', unit: 'percent', hero: true }, 'span-3', 'half');
  const spans = { today: 'Today', thisWeek: 'This week', thisMonth: 'This month' };
  const sums = Object.entries(spans).map(([key, label]) => ({ key, value: h('dd', '–'), label }));
  const periods = h('dl.facts', sums.map(({ label, value }) => h('div', h('dt', label), value)));
  const currencies = byCurrency();
  const states = split(STATES);
  const transactions = card('Transactions', states.node, 'span-6');
  const counts = { views: h('dd', '–'), purchases: h('dd', '–'), today: h('dd', '–'), peak: h('dd', '–') };
  const labels = { views: 'Views', purchases: 'Purchases', today: 'Users today', peak: 'Most users in 24 h' };
  const facts = h('dl.facts', Object.entries(labels).map(([key, label]) => h('div', h('dt', label), counts[key])));
  const reach = card('Reach', facts, 'span-6');
  const charts = [
    chart({ board: name, title: 'Revenue', unit: money, fill: true, metrics: [{ path: 'revenue.total', label: 'Revenue' }] }, 'span-6'),
    chart({ board: name, title: 'Users now', fill: true, from0: true, metrics: [{ path: 'activeUsers.current', label: 'Users' }] }, 'span-6'),
    chart({ board: name, title: 'Revenue today', unit: money, fill: true, from0: true, metrics: [{ path: 'revenue.today', label: 'Today' }] }, 'span-6'),
    chart({ board: name, title: 'Open and failed transactions', from0: true, metrics: [{ path: 'transactions.pending', label: 'Pending', color: 's2' }, { path: 'transactions.failed', label: 'Failed', color: 's4' }] }, 'span-6'),
  ];
  const users = behavior();
  const made = layout({
    board,
    about: 'What came in, and who was there.',
    charts: [...charts, users],
    tiles: [total, now, rate],
    rows: [[total, now, rate], [currencies.node], [transactions.node, reach.node], charts, users.nodes],
    draw(message) {
      const { revenue, activeUsers, content, transactions: counted } = message.data;
      total.show(revenue.total, message, periods);
      for (const { key, value } of sums) text(value, shown(revenue[key], money));
      currencies.show(revenue, message, money);
      now.show(activeUsers.current, message, 'in the last five minutes');
      rate.show(content.conversionRate, message, 'purchases of views');
      states.show(counted);
      transactions.aged(message);
      reach.aged(message);
      text(counts.views, shown(content.totalViews));
      text(counts.purchases, shown(content.totalPurchases));
      text(counts.today, shown(activeUsers.today));
      text(counts.peak, shown(activeUsers.peak24h));
    },
  });
  const stop = () => {
    made.stop();
    users.stop();
  };
  return { node: made.node, stop };
}

/** Revenue by currency, and what all are worth together; hidden where there is one currency. */
function byCurrency() {
  const sum = (key, title, small) => ({ title, cell: ({ sums, unit }) => shown(sums[key], unit), value: ({ sums }) => sums[key], end: true, small });
  const sums = table({
    label: 'Revenue by currency',
    columns: [
      { title: 'Currency', cell: ({ name }) => name, value: ({ name }) => name, head: true },
      sum('today', 'Today', true),
      sum('thisWeek', 'This week', true),
      sum('thisMonth', 'This month'),
      sum('total', 'Total'),
      { title: 'Without a rate', cell: ({ missing, unit }) => (missing ? `${shown(missing.amount, unit)} in ${shown(missing.facts)}` : '–'), value: ({ missing }) => missing?.facts, end: true },
    ],
    key: ({ name }) => name,
    none: 'No revenue.',
  });
  const made = card('Revenue by currency', sums, 'span-12');
  made.node.hidden = true;
  return {
    node: made.node,
    show({ byCurrency: all, converted, withoutRate = {} }, message, money) {
      made.node.hidden = !all;
      if (!all) return;
      const rows = Object.entries(all).map(([name, each]) => ({ name, sums: each, unit: name.toLowerCase(), missing: withoutRate[name] }));
      if (converted) rows.push({ name: `All in ${money.toUpperCase()}`, sums: converted, unit: money });
      sums.show(rows);
      made.aged(message);
    },
  };
}
