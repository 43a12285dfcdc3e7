// What happened beside the numbers, as deploys and incidents: marks on the charts of a board, and a table below them.

import { card } from './board.js';
import { frame, h, text } from './html.js';
import { dateTime, spanOf } from './format.js';
import { serverNow } from './live.js';
import { api, isAdmin, who } from './session.js';
import { table } from './table.js';

const ANNOTATIONS = '/api/v1/annotations';
const LIMIT = 200; // more are only counted: a chart with more marks shows nothing else
const INTERVAL = 30_000;
const LINES = 3; // of labels above each other
const LETTERS = 24;
const END = true;
const FEW = 10;

/** Whether the user may add annotations. */
const mayAdd = () => isAdmin() || Boolean(who()?.roles?.includes('annotate'));
const mayDelete = ({ created_by: by }) => isAdmin() || (mayAdd() && by === who().sub);
const times = ({ at, until }) => (until ? spanOf(new Date(at), new Date(until)) : dateTime(at));

/** Draws the annotations on a chart; items(): those that are shown. */
function overlay(items) {
  const inside = ({ min, max }) => items().filter(({ from, to }) => to >= min && from <= max);
  return {
    /** Called with a chart of Chart.js after its series are drawn. */
    draw({ ctx, chartArea: { top, bottom, left, right }, scales: { x }, options }) {
      const line = options.plugins.tooltip.backgroundColor; // the color of text, in the theme of now
      const ink = x.options.ticks.color;
      ctx.save();
      ctx.font = '11px system-ui, sans-serif';
      ctx.textBaseline = 'top';
      const ends = new Array(LINES).fill(-Infinity); // where each line of labels is free again
      for (const { from, to, title } of inside(x).sort((a, b) => a.from - b.from)) {
        const begin = Math.max(left, x.getPixelForValue(from));
        const end = Math.min(right, x.getPixelForValue(to));
        ctx.globalAlpha = 0.12;
        ctx.fillStyle = line;
        if (end > begin) ctx.fillRect(begin, top, end - begin, bottom - top);
        ctx.globalAlpha = 1;
        ctx.strokeStyle = line;
        ctx.setLineDash([3, 3]);
        ctx.beginPath();
        ctx.moveTo(begin, top);
        ctx.lineTo(begin, bottom);
        ctx.stroke();
        const label = title.length > LETTERS ? `${title.slice(0, LETTERS)}…` : title;
        const width = ctx.measureText(label).width;
        const start = begin + 4 + width > right ? begin - 4 - width : begin + 4;
        const row = ends.findIndex((each) => each < start);
        if (row < 0 || start < left) continue; // it does not fit: the table has it
        ends[row] = start + width + 6;
        ctx.globalAlpha = 0.8;
        ctx.fillStyle = options.plugins.tooltip.titleColor; // that of the card: lines do not cross the words
        ctx.fillRect(start - 2, top + 14 * row, width + 4, 13);
        ctx.globalAlpha = 1;
        ctx.fillStyle = ink;
        ctx.fillText(label, start, top + 14 * row);
      }
      ctx.restore();
    },
    /** What a screen reader says of a time axis. */
    words: (axis) => inside(axis).map(({ title, at, until }) => `annotation: ${title}, ${times({ at, until })}`),
  };
}

/** node: the card, hidden while there is nothing to show or do; load(period), stop(). */
export function annotations(board, charts) {
  const name = board.name.split('?')[0];
  let period = null;
  let items = [];
  let reading = 0;
  const state = h('p.sub', { role: 'status' });
  const list = table({
    label: 'Annotations',
    columns: [
      { title: 'What', cell: ({ title }) => title, value: ({ title }) => title, head: true },
      { title: 'When', cell: times, value: ({ at }) => at },
      { title: 'Text', cell: ({ text: words }) => words ?? '–', small: true },
      { title: 'Tags', cell: ({ tags }) => tags.join(', ') || '–', small: true },
      { title: 'By', cell: ({ created_by: by }) => by, small: true },
      ...(mayAdd() ? [{ title: 'Action', cell: deleteButton, end: END }] : []),
    ],
    key: ({ id }) => id,
    none: 'Nothing happened in this range.',
    few: FEW,
  });
  const add = mayAdd() && h('button', { type: 'button', onclick: () => import('./annotation-dialog.js').then(({ annotate }) => annotate(name, changed)) }, 'Annotate');
  const made = card('Annotations', { node: h('div', list.node, add && h('div.row', add), state), tools: list.tools }, 'span-12', 'wrap', 'annotations');
  const node = h('div.grid', { hidden: true }, made.node);
  const drawn = overlay(() => items);
  const marked = charts.filter((chart) => 'overlay' in chart); // a page may have other pictures too
  marked.forEach((chart) => (chart.overlay = drawn));

  function deleteButton(annotation) {
    if (!mayDelete(annotation)) return '';
    const { id, title } = annotation;
    const ask = () => import('./confirm.js').then(({ confirm }) => confirm({
      title: `Delete ${title}?`,
      details: `It is no longer shown to anybody: ${times(annotation)}.`,
      label: 'Delete',
      act: () => api(`${ANNOTATIONS}/${id}`, { method: 'DELETE' }).then(changed),
      done: 'The annotation is deleted.',
    }));
    return h('button', { type: 'button', onclick: ask, 'aria-label': `Delete ${title}` }, 'Delete');
  }

  const changed = () => load(period);

  async function load(next) {
    const mine = ++reading;
    period = next;
    const to = period.to ?? serverNow();
    const from = period.from ?? to - period.length;
    try {
      const query = new URLSearchParams({ board: name, from: new Date(from).toISOString(), limit: LIMIT, ...(period.to && { to: new Date(period.to).toISOString() }) });
      const page = await api(`${ANNOTATIONS}?${query}`);
      if (mine !== reading) return;
      items = page.items.map((each) => ({ ...each, from: Date.parse(each.at), to: Date.parse(each.until ?? each.at) }));
      list.show(items);
      text(state, page.next ? `The last ${LIMIT} are shown.` : '');
      made.aged({ at: Date.now() });
      node.hidden = !items.length && !mayAdd();
      marked.forEach((chart) => frame(chart.redraw));
    } catch ({ message }) {
      text(state, message);
    }
  }

  const timer = setInterval(() => period && !document.hidden && load(period), INTERVAL);
  const stop = () => {
    clearInterval(timer);
    reading++;
  };
  return { node, load, stop };
}
