// The page of a board without one of its own, drawn from its description: a tile or bars and a chart per metric.

import { h } from './html.js';
import { chart } from './chart.js';
import { shown, unitOf } from './format.js';
import { valueAt, valuesAt, watch } from './live.js';
import { viewers } from './people.js';
import { ranges } from './ranges.js';
import { shares } from './shares.js';
import { table } from './table.js';
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

/** Whether a part of the page shows a metric: as its description says, otherwise by default. */
const shows = ({ display }, widget, byDefault) => (display?.show?.length ? display.show.includes(widget) : byDefault);

/** What a tile says below its value, and how severe its state is: 'mild', 'severe' or none. */
function meaning({ path, unit, display }, states) {
  const state = states?.[path];
  const { thresholds = [], target } = display ?? {};
  const notes = [state, target !== undefined && `target ${shown(target, unit)}`].filter(Boolean);
  const last = thresholds.at(-1)?.state;
  return { note: notes.join(', ') || unitOf(unit), level: state ? (state === last ? 'severe' : 'mild') : null };
}

/** A table of values by key, and its function show(values). */
function values({ label, unit }) {
  const each = table({
    label,
    columns: [{ title: label, cell: ([key]) => key, head: true }, { title: 'Value', cell: ([, value]) => shown(value, unit), end: true }],
    key: ([key]) => key,
    none: 'Nothing yet',
  });
  return { node: each.node, show: (byKey) => each.show(Object.entries(byKey)) };
}

export function page({ board }) {
  const plain = board.metrics.filter(({ path }) => !path.includes('*'));
  const keyed = board.metrics.filter(({ path }) => path.includes('*'));
  const tiled = plain.filter((metric) => shows(metric, 'tile', true));
  const tiles = tiled.map((metric) => tile(metric, 'span-3'));
  const bars = keyed.flatMap((metric) => {
    const { path, label, unit, kind } = metric;
    const parts = [];
    if (shows(metric, 'tile', true)) {
      const content = shares({ unit, label, whole: kind === 'share' });
      parts.push({ path, show: (byKey) => content.show(byKey), ...card(label, content, 'span-4') });
    }
    if (shows(metric, 'table', false)) {
      const content = values(metric);
      parts.push({ path, show: content.show, ...card(label, content.node, 'span-4') });
    }
    return parts;
  });
  const charted = [...plain.filter((metric, i) => shows(metric, 'chart', i < MAX_CHARTS)), ...keyed.filter((metric) => shows(metric, 'chart', false))];
  const charts = charted.map((metric) =>
    chart({ board: board.name, title: metric.label, metrics: [metric], unit: metric.unit }, 'span-6'));
  return layout({
    board,
    charts,
    rows: [tiles, charts, bars.map(({ node }) => node)],
    draw(message) {
      tiled.forEach((metric, i) => {
        const { note, level } = meaning(metric, message.data.states);
        tiles[i].show(valueAt(message.data, metric.path), message, note);
        if (level) tiles[i].dataset.level = level;
        else delete tiles[i].dataset.level;
      });
      for (const { path, show, aged } of bars) {
        show(valuesAt(message.data, path));
        aged(message);
      }
    },
  });
}
