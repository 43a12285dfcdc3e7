// <share-bars>: bars of a total, the largest first. split(): a stacked bar with a fixed order.

import { arrange, h, NO_NAME, text } from './html.js';
import { percent, shown } from './format.js';

const MAX_ROWS = 8;

export class ShareBars extends HTMLElement {
  #rows = new Map();

  setup({ unit = 'count', label, whole = true }) {
    Object.assign(this, { unit, whole });
    this.setAttribute('role', 'list');
    this.setAttribute('aria-label', label);
    return this;
  }

  /** values: {name: number}; all but the largest eight are summed in one row. Bars of negative values are as long as their size. */
  show(values) {
    const all = Object.entries(values).filter(([, value]) => typeof value === 'number').sort((a, b) => b[1] - a[1]);
    const rows = all.slice(0, MAX_ROWS);
    const rest = all.slice(MAX_ROWS).reduce((sum, [, value]) => sum + value, 0);
    if (rest) rows.push([`${all.length - MAX_ROWS} more`, rest]);
    if (!rows.length) return this.replaceChildren(h('p.empty', { role: 'listitem' }, 'Nothing yet'));
    const sum = all.reduce((total, [, value]) => total + value, 0);
    const most = Math.max(...rows.map(([, value]) => Math.abs(value)));
    // Parts of a sum have a share of it only if none is subtracted.
    const hasShares = this.whole && all.every(([, value]) => value >= 0);
    const nodes = rows.map(([name, value]) => {
      const row = this.#row(name);
      text(row.value, shown(value, this.unit));
      text(row.part, hasShares ? percent(value, sum) : '');
      row.bar.style.width = `${most ? (Math.abs(value) / most) * 100 : 0}%`;
      row.bar.toggleAttribute('data-negative', value < 0);
      return row.node;
    });
    arrange(this, nodes);
  }

  #row(name) {
    if (this.#rows.has(name)) return this.#rows.get(name);
    const [value, part, bar] = [h('span'), h('span.sub'), h('i')];
    const node = h(this.whole ? 'div.row' : 'div.row.plain', { role: 'listitem' }, h('span', name || NO_NAME), value, this.whole && part, h('span.track', { 'aria-hidden': true }, bar));
    const row = { node, value, part, bar };
    this.#rows.set(name, row);
    return row;
  }
}
customElements.define('share-bars', ShareBars);

export const shares = (options) => document.createElement('share-bars').setup(options);

/** parts: [{name, key, color}]; returns {node, show(values)}. */
export function split(parts, unit = 'count') {
  const rows = parts.map((part) => {
    const background = `var(--${part.color})`;
    const row = { ...part, bar: h('i', { style: { background } }), value: h('strong'), share: h('span.sub') };
    row.item = h('li', h('i', { style: { background } }), h('span', part.name), row.value, row.share);
    return row;
  });
  const bar = h('div.split', { 'aria-hidden': true }, rows.map((row) => row.bar));
  return {
    node: h('div', bar, h('ul.legend', rows.map((row) => row.item))),
    show(values) {
      const sum = rows.reduce((total, { key }) => total + (values?.[key] ?? 0), 0);
      for (const { key, bar: piece, value, share } of rows) {
        const part = values?.[key] ?? 0;
        piece.style.flex = String(part);
        piece.hidden = !part;
        text(value, shown(part, unit));
        text(share, percent(part, sum));
      }
    },
  };
}
