// The page of a board without one of its own, drawn from its description: a tile or bars and a chart per metric.

import { h } from './html.js';
import { chart } from './chart.js';
import { valueAt, valuesAt, watch } from './live.js';
import { viewers } from './people.js';
import { ranges } from './ranges.js';
import { shares } from './shares.js';
import { aging, tile } from './tile.js';

const MAX_CHARTS = 6;

/** A card with a heading; aged(message) shows the age of its data. */
export function card(title, content, ...classes) {
  const age = h('span.age');
  const node = h(['section.card', ...classes].join('.'), h('header', h('h2', title), age), h('div.body', content));
  return { node, aged: aging(node, age) };
}

/** What all pages of boards share: heading, ranges, and draw(message) with each snapshot. */
export function layout({ board, about = '', charts, rows, draw }) {
  const stopWatching = watch(board.topic, (message) => {
    draw(message);
    charts.forEach((each) => each.add(message));
  });
  const chosen = charts.length ? ranges(charts) : null;
  const others = viewers(board.topic, 'Also looking at this board');
  const stop = () => {
    stopWatching();
    others.stop();
    chosen?.stop();
  };
  const node = h('div',
    h('div.head', h('div', h('h1', board.title), about && h('p.quiet', about)), others.node, chosen?.node),
    rows.map((row) => h('div.grid', row)));
  return { node, stop };
}

export function page({ board }) {
  const plain = board.metrics.filter(({ path }) => !path.includes('*'));
  const keyed = board.metrics.filter(({ path }) => path.includes('*'));
  const tiles = plain.map((metric) => tile(metric, 'span-3'));
  const bars = keyed.map(({ path, label, unit, kind }) => {
    const content = shares({ unit, label, whole: kind === 'share' });
    return { path, content, ...card(label, content, 'span-4') };
  });
  const charts = plain.slice(0, MAX_CHARTS).map((metric) =>
    chart({ board: board.name, title: metric.label, metrics: [metric], unit: metric.unit }, 'span-6'));
  return layout({
    board,
    charts,
    rows: [tiles, charts, bars.map(({ node }) => node)],
    draw(message) {
      plain.forEach(({ path }, i) => tiles[i].show(valueAt(message.data, path), message));
      for (const { path, content, aged } of bars) {
        content.show(valuesAt(message.data, path));
        aged(message);
      }
    },
  });
}
