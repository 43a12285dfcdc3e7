// <share-bars>: bars of a total, the largest first. split(): a stacked bar with a fixed order.

import { arrange, h, NO_NAME, text, toFacts } from './html.js';
import { percent, shown } from './format.js';

const FEW = 8; // rows that are shown at first
const MAX_ROWS = 200;

export class ShareBars extends HTMLElement {
  #rows = new Map();
  #isOpen = false;
  #values = {};
  #more = h('button.plain', { onclick: () => this.#toggle() });
  #rest = h('div', { role: 'listitem' }, this.#more);

  /** path: of the metric, whose numbers then lead to their facts. */
  setup({ unit = 'count', label, whole = true, path = null }) {
    Object.assign(this, { unit, whole, path });
    this.setAttribute('role', 'list');
    this.setAttribute('aria-label', label);
    return this;
  }

  #toggle() {
    this.#isOpen = !this.#isOpen;
    this.show(this.#values);
  }

  /** values: {name: number}, the largest eight of them at first. Bars of negative values are as long as their size. */
  show(values) {
    this.#values = values;
    const all = Object.entries(values).filter(([, value]) => typeof value === 'number').sort((a, b) => b[1] - a[1]);
    const rows = all.slice(0, this.#isOpen ? MAX_ROWS : FEW);
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
    const hidden = all.slice(rows.length);
    const rest = hidden.reduce((total, [, value]) => total + value, 0);
    text(this.#more, !this.#isOpen ? `${hidden.length} more, ${shown(rest, this.unit)}` : hidden.length ? `Show fewer; ${hidden.length} more are in the CSV` : 'Show fewer');
    arrange(this, all.length > FEW ? [...nodes, this.#rest] : nodes);
    const names = new Set(rows.map(([name]) => name));
    for (const name of this.#rows.keys()) if (!names.has(name)) this.#rows.delete(name);
  }

  #row(name) {
    if (this.#rows.has(name)) return this.#rows.get(name);
    const [value, part, bar] = [this.path ? toFacts(this.path, name, '') : h('span'), h('span.sub'), h('i')];
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
