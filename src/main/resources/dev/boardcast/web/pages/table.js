// A table whose rows keep their elements while their values change.

import { arrange, empty, h, text } from './html.js';

/** columns: [{title, cell(row) -> text or node, head, end, small}]; key(row) identifies a row. */
export function table({ label, columns, key, none }) {
  const rows = new Map();
  const body = h('tbody');
  const classes = ({ end, small }) => [end && 'end', small && 'hide-small'].filter(Boolean).join(' ') || null;
  const heads = columns.map((column) => h('th', { scope: 'col', class: classes(column) }, column.title));
  const grid = h('table', { 'aria-label': label }, h('thead', h('tr', heads)), body);
  const scroll = h('div.scroll', { role: 'region', 'aria-label': label }, grid);
  new ResizeObserver(updateTabStop).observe(scroll);
  const blank = empty(none);
  const node = h('div', blank);

  /** Makes a table that is too wide scrollable by keyboard; another one is no tab stop. */
  function updateTabStop() {
    if (scroll.scrollWidth > scroll.clientWidth) scroll.tabIndex = 0;
    else scroll.removeAttribute('tabindex');
  }

  function cells(row) {
    const made = columns.map((column) =>
      column.head ? h('th', { scope: 'row', class: classes(column) }) : h('td', { class: classes(column) }));
    const line = h('tr', made);
    rows.set(key(row), { line, made });
    return rows.get(key(row));
  }

  return {
    node,
    show(items) {
      arrange(node, [items.length ? scroll : blank]);
      const lines = items.map((row) => {
        const { line, made } = rows.get(key(row)) ?? cells(row);
        columns.forEach((column, i) => {
          const content = column.cell(row);
          if (!(content instanceof Node)) text(made[i], String(content));
          else if (!made[i].firstChild?.isEqualNode(content)) made[i].replaceChildren(content);
        });
        return line;
      });
      arrange(body, lines);
      const kept = new Set(items.map(key));
      for (const each of rows.keys()) if (!kept.has(each)) rows.delete(each);
    },
  };
}

const TONES = { healthy: 'good', success: 'good', up: 'good', warning: 'wait', degraded: 'wait', leaving: 'wait', silent: 'bad', error: 'bad', failure: 'bad', pending: 'none' };

/** Shows a state by shape, colour and text. */
export const badge = (state, label = state) => h(`span.badge.${TONES[state] ?? 'none'}`, label);
