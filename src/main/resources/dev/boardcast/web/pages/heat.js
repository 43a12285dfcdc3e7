// Tables whose cells are colored.

import { h } from './html.js';

/** A cell as dark as its part of the largest. */
export const heat = (value, most, content, title) =>
  h('td.heat', { title, style: { '--part': most && value ? `${Math.round(6 + (value / most) * 44)}%` : '0%' } }, content);

/** A column of which the cells say themselves what they are has no heading. */
export const headOf = (title, kind = null) => (title ? h('th', { scope: 'col', class: kind }, title) : h('td'));

/** A table that is wider than its card is scrolled by keyboard too. */
export function scroll(label, heads, rows) {
  const head = h('thead', h('tr', heads.map((each) => headOf(each))));
  return h('div.scroll', { role: 'region', 'aria-label': label, tabIndex: 0 }, h('table.heat', { 'aria-label': label }, head, h('tbody', rows.map((row) => h('tr', row)))));
}
