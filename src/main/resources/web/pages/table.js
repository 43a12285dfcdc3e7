// A table whose rows keep their place in the document while their numbers change.

import { empty, h, text } from './html.js';

/** columns: [{title, cell(row) -> text or node, head, end, small}]; key(row) names a row for good. */
export function table({ label, columns, key, none }) {
  const rows = new Map();
  const body = h('tbody');
  const classes = ({ end, small }) => [end && 'end', small && 'hide-small'].filter(Boolean).join(' ') || null;
  const heads = columns.map((column) => h('th', { scope: 'col', class: classes(column) }, column.title));
  const grid = h('table', { 'aria-label': label }, h('thead', h('tr', heads)), body);
  const scroll = h('div.scroll', { tabindex: '0', role: 'region', 'aria-label': label }, grid);
  const blank = empty(none);
  const node = h('div', blank);

  function cells(row) {
    const made = columns.map((column) =>
      column.head
        ? h('td', { class: classes(column) }, h('strong'))
        : h('td', { class: classes(column) }));
    const line = h('tr', made);
    rows.set(key(row), { line, made });
    return rows.get(key(row));
  }

  return {
    node,
    show(items) {
      node.replaceChildren(items.length ? scroll : blank);
      const lines = items.map((row) => {
        const { line, made } = rows.get(key(row)) ?? cells(row);
        columns.forEach((column, i) => {
          const content = column.cell(row);
          const place = column.head ? made[i].firstChild : made[i];
          if (content instanceof Node) place.replaceChildren(content);
          else text(place, String(content));
        });
        return line;
      });
      if (lines.some((line, i) => body.children[i] !== line) || lines.length !== body.children.length) {
        body.replaceChildren(...lines);
      }
    },
  };
}

const TONES = { healthy: 'good', success: 'good', up: 'good', warning: 'wait', degraded: 'wait', leaving: 'wait', silent: 'bad', error: 'bad', failure: 'bad', pending: 'none' };

/** A state by shape, colour and word. */
export const badge = (state, words = state) => h(`span.badge.${TONES[state] ?? 'none'}`, words);
