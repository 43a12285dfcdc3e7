// The page of a board without one of its own, drawn from its description: a tile or bars and a chart per metric.

import { change, onReturn, parameter } from './address.js';
import { firstRun } from './first-run.js';
import { h, NO_NAME, text, toFacts } from './html.js';
import { chart } from './chart.js';
import { dateTime, duration, shown, unitOf } from './format.js';
import { serverNow, valueAt, valuesAt, watch } from './live.js';
import { Numbers } from './numbers.js';
import { viewers } from './people.js';
import { ranges } from './ranges.js';
import { ofParameters } from './select-part.js';
import { shares } from './shares.js';
import { opener, table } from './table.js';
import { aging, tile } from './tile.js';
import { trends } from './trends.js';

const MAX_CHARTS = 6;
/** Rows of a table that are shown at first. */
export const FEW_ROWS = 10;

/** A card with a heading; aged(message) shows the age of its data. A table brings its tools into the heading. */
export function card(title, content, ...classes) {
  const age = h('span.age');
  const node = h(['section.card', ...classes].join('.'), h('header', h('h2', title), content.tools, age), h('div.body', content.tools ? content.node : content));
  return { node, aged: aging(node, age) };
}

/** What all pages of boards share: heading, range, tiles with their changes, and draw(message, latest) with the numbers of the range. */
export function layout({ board, about = '', charts, tiles = [], rows, draw }) {
  const followed = trends(board, tiles);
  const first = firstRun(board);
  let period = null;
  let notes = null; // what happened, once its module is there
  let isStopped = false;
  let facts = null; // the dialog that is open
  let last = null;
  const numbers = new Numbers(board, (message, latest) => {
    last = message;
    draw(message, latest);
    followed.rates(message, period, serverNow());
    for (const each of tiles) if (each.path) each.compare(each.trend && !message.isRange ? null : message.comparison?.[each.path], message.compared);
  }, (reason) => chosen.failed(reason));
  const chosen = ranges(board, (next, compare) => {
    period = next;
    charts.forEach((each) => each.load(period));
    notes?.load(period);
    numbers.choose(period, compare);
  });
  const stopWatching = watch(board.topic, (message) => {
    first.latest(message);
    followed.latest(message);
    numbers.latest(message);
    charts.forEach((each) => each.add(message));
  });
  const others = viewers(board.topic, 'Also looking at this board');
  const showOpen = () => charts.forEach((each) => each.open(parameter('open')));
  onReturn(showOpen);
  const leaveFacts = () => {
    facts?.close();
    facts = null;
  };
  /** Those that the address names. */
  async function showFacts() {
    leaveFacts();
    const metric = parameter('facts');
    if (!metric) return;
    const { factsDialog } = await import('./facts.js');
    if (isStopped || facts || parameter('facts') !== metric) return;
    const byKey = metric.includes('*') && last ? valuesAt(last.data, metric) : {};
    const opened = (facts = factsDialog({
      board, metric, key: parameter('facts.key'), keys: Object.keys(byKey), range: board.ranges ? period?.query : null,
      choose: (key) => openFacts({ metric, key }),
      // Not when others were opened instead.
      closed: () => facts === opened && ((facts = null), change({ facts: null, 'facts.key': null })),
    }));
  }
  const openFacts = ({ metric, key }) => {
    change({ facts: metric, 'facts.key': key }, { isStep: true });
    showFacts();
  };
  onReturn(showFacts);
  const stop = () => {
    isStopped = true;
    leaveFacts();
    notes?.stop();
    stopWatching();
    others.stop();
    chosen.stop();
    numbers.stop();
    first.stop();
  };
  const node = h('div', {
    onrange: ({ detail: { from, to } }) => chosen.own(from, to),
    onopen: ({ detail }) => {
      change({ open: detail }, { isStep: true });
      showOpen();
    },
    onfacts: ({ detail }) => openFacts(detail),
  },
    h('div.head', h('div', h('h1', board.title), about && (about instanceof Node ? about : h('p.quiet', about))), others.node, chosen.node),
    first.node,
    rows.map((row) => h('div.grid', row)));
  showOpen();
  showFacts();
  if (charts.length) {
    import('./annotations.js').then(({ annotations }) => {
      if (isStopped) return;
      notes = annotations(board, charts);
      node.append(notes.node);
      if (period) notes.load(period);
    }, () => {}); // The charts are shown without what happened.
  }
  return { node, stop };
}

/** Whether a part of the page shows a metric: as its description says, otherwise by default. */
const shows = ({ display }, widget, byDefault) => (display?.show?.length ? display.show.includes(widget) : byDefault);

/** What 19 of 20 estimates keep to: twice the standard error. */
const estimated = (error) => `estimated, ± ${shown(2 * error)} %`;

/** What a tile says below its value, and how severe its state is: 'mild', 'severe' or none. */
function meaning({ path, unit, display }, states) {
  const state = states?.[path];
  const { thresholds = [], target, standard_error_percent: error } = display ?? {};
  const notes = [state, error && estimated(error), target !== undefined && `target ${shown(target, unit)}`].filter(Boolean);
  const last = thresholds.at(-1)?.state;
  return { note: notes.join(', ') || unitOf(unit), level: state ? (state === last ? 'severe' : 'mild') : null };
}

const SEEN = {
  watermark: 'Deleted rows are seen at the next count of all rows.',
  clock: 'All rows are read each time.',
};

/** How and up to when the rows are read of a source without triggers. */
function reading(source) {
  if (!source?.mode) return '';
  const asOf = source.as_of ? `As of ${dateTime(source.as_of)}: rows` : 'Rows';
  return `${asOf} are read about ${duration(source.delay_seconds)} after they change. ${SEEN[source.mode]}`;
}

/** A table of values by key, and its function show(values). */
function values({ path, label, unit }) {
  const each = table({
    label,
    columns: [
      { title: label, cell: ([key]) => opener(key, key || NO_NAME), value: ([key]) => key, head: true },
      { title: 'Value', cell: ([key, value]) => toFacts(path, key, shown(value, unit)), value: ([, value]) => value, end: true },
    ],
    key: ([key]) => key,
    none: 'Nothing yet',
    few: FEW_ROWS,
  });
  return { content: each, show: (byKey) => each.show(Object.entries(byKey)) };
}

export const page = ({ board }) => ofParameters(board, drawn);

function drawn(board) {
  const plain = board.metrics.filter(({ path }) => !path.includes('*'));
  const keyed = board.metrics.filter(({ path }) => path.includes('*'));
  const tiled = plain.filter((metric) => shows(metric, 'tile', true));
  const tiles = tiled.map((metric) => tile({ ...metric, isCounter: metric.kind === 'counter', better: metric.display?.direction }, 'span-3'));
  const bars = keyed.flatMap((metric) => {
    const { path, label, unit, kind, display } = metric;
    const title = display?.standard_error_percent ? `${label} (${estimated(display.standard_error_percent)})` : label;
    const parts = [];
    if (shows(metric, 'tile', true)) {
      const content = shares({ unit, label, path, whole: kind === 'share' });
      parts.push({ path, show: (byKey) => content.show(byKey), ...card(title, content, 'span-4') });
    }
    if (shows(metric, 'table', false)) {
      const content = values(metric);
      parts.push({ path, show: content.show, ...card(title, content.content, 'span-4') });
    }
    return parts;
  });
  const charted = [...plain.filter((metric, i) => shows(metric, 'chart', i < MAX_CHARTS)), ...keyed.filter((metric) => shows(metric, 'chart', false))];
  const charts = charted.map((metric) =>
    chart({ board: board.name, title: metric.label, metrics: [metric], unit: metric.unit }, 'span-6'));
  const about = h('p.quiet', { hidden: true });
  return layout({
    board,
    about,
    charts,
    tiles,
    rows: [tiles, charts, bars.map(({ node }) => node)],
    draw(message, latest) {
      const read = reading(latest?.data.source);
      about.hidden = !read;
      text(about, read);
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
