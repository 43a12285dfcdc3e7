// A table whose rows keep their elements while their values change: sorted, searched, and shown in parts.

import { change, onReturn, parameter } from './address.js';
import { arrange, empty, h, text } from './html.js';
import { save } from './history.js';

const PAGE = 50; // rows that are shown at a time, so that a page stays fast
const collator = new Intl.Collator(undefined, { numeric: true });

/** Unknown values are last in either direction. */
function compare(a, b, isDown) {
  const [noA, noB] = [a, b].map((each) => each === null || each === undefined);
  if (noA || noB) return noA - noB;
  const order = typeof a === 'number' && typeof b === 'number' ? a - b : collator.compare(a, b);
  return isDown ? -order : order;
}

/** A cell of a CSV; a text that a spreadsheet would take for a formula gets an apostrophe. */
function quoted(value) {
  if (typeof value === 'number') return String(value);
  const words = String(value ?? '');
  return `"${(/^[=+\-@\t\r]/.test(words) ? `'${words}` : words).replaceAll('"', '""')}"`;
}

/**
 * columns: [{title, cell(row) -> text or node, value(row) to sort and search by, head, end, small}]; key(row) identifies
 * a row; rank(row): a number, the lowest is shown first; without it rows stay in their order. few: how many are shown
 * at first. Search, order and page are in the address.
 */
export function table({ label, columns, key, none, rank = null, few = PAGE }) {
  const name = label.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '-');
  const stored = (what) => parameter(`${what}.${name}`);
  const store = (what, value, how) => change({ [`${what}.${name}`]: value }, how);
  const rows = new Map();
  const body = h('tbody');
  const classes = ({ end, small }) => [end && 'end', small && 'hide-small'].filter(Boolean).join(' ') || null;
  const heads = columns.map((column) => h('th', { scope: 'col', class: classes(column) },
    column.value ? h('button.plain', { onclick: () => sortBy(column) }, column.title) : column.title));
  const grid = h('table', { 'aria-label': label }, h('thead', h('tr', heads)), body);
  const scroll = h('div.scroll', { role: 'region', 'aria-label': label }, grid);
  new ResizeObserver(updateTabStop).observe(scroll);
  const search = h('input', { type: 'search', 'aria-label': `Search ${label}`, placeholder: 'Search', oninput: () => find(search.value.trim()) });
  const download = h('button.plain', { title: `${label} as CSV`, 'aria-label': `${label} as CSV`, onclick: () => save(csv(), label) }, 'CSV');
  const tools = h('div.tools', search, download);
  const more = h('button.plain', { onclick: () => turn(1) });
  const previous = h('button', { onclick: () => turn(pageNow() - 1) }, 'Previous');
  const next = h('button', { onclick: () => turn(pageNow() + 1) }, 'Next');
  const fewer = h('button.plain', { onclick: () => turn(0) }, 'Show fewer');
  const count = h('span.sub', { role: 'status' });
  const pages = h('div.pages', more, previous, next, count, fewer);
  const blank = empty(none);
  const nothing = h('p.empty', 'Nothing is found.');
  const node = h('div', blank);
  let all = [];
  onReturn(draw);

  /** Makes a table that is too wide scrollable by keyboard; another one is no tab stop. */
  function updateTabStop() {
    if (scroll.scrollWidth > scroll.clientWidth) scroll.tabIndex = 0;
    else scroll.removeAttribute('tabindex');
  }

  /** The page of rows that is shown; 0 for the first few. */
  const pageNow = () => Math.max(0, Math.floor(Number(stored('rows'))) || 0);
  const order = () => {
    const words = stored('sort') ?? '';
    const column = columns.find(({ title, value }) => value && title === words.replace(/^-/, ''));
    return { column, isDown: words.startsWith('-') };
  };

  function turn(page) {
    store('rows', page > 0 ? String(page) : null, { isStep: true });
    draw();
  }

  function find(words) {
    change({ [`q.${name}`]: words || null, [`rows.${name}`]: null });
    draw();
  }

  /** The next of: largest first, smallest first, and the own order. A name begins with the first letter. */
  function sortBy(column) {
    const { column: now, isDown } = order();
    const isFirstDown = Boolean(column.end);
    const following = now !== column ? isFirstDown : isDown === isFirstDown ? !isDown : null;
    store('sort', following === null ? null : `${following ? '-' : ''}${column.title}`, { isStep: true });
    draw();
  }

  /** The rows that are searched for, in their order. */
  function found() {
    const words = (stored('q') ?? '').toLowerCase();
    const [head] = columns.filter((column) => column.head && column.value);
    const kept = words && head ? all.filter((row) => String(head.value(row)).toLowerCase().includes(words)) : [...all];
    const { column, isDown } = order();
    if (column) return kept.sort((a, b) => compare(column.value(a), column.value(b), isDown));
    return rank ? kept.sort((a, b) => rank(a) - rank(b) || collator.compare(key(a), key(b))) : kept;
  }

  function csv() {
    const lines = found().map((row) => columns.map(({ cell, value }) => {
      const content = cell(row);
      // What is shown as words has an order of its own.
      const raw = content instanceof Node && !content.matches('button') ? content.textContent : value ? value(row) : content;
      return quoted(raw);
    }));
    return [columns.map(({ title }) => quoted(title)), ...lines].map((line) => line.join(',')).join('\r\n') + '\r\n';
  }

  function cells(row) {
    const made = columns.map((column) =>
      column.head ? h('th', { scope: 'row', class: classes(column) }) : h('td', { class: classes(column) }));
    const line = h('tr', made);
    rows.set(key(row), { line, made });
    return rows.get(key(row));
  }

  function lineOf(row) {
    const { line, made } = rows.get(key(row)) ?? cells(row);
    columns.forEach((column, i) => {
      const content = column.cell(row);
      if (!(content instanceof Node)) text(made[i], String(content));
      else if (!made[i].firstChild?.isEqualNode(content)) made[i].replaceChildren(content);
    });
    return line;
  }

  function draw() {
    const matching = found();
    const last = Math.max(1, Math.ceil(matching.length / PAGE));
    const page = Math.min(pageNow(), last);
    const start = page ? (page - 1) * PAGE : 0;
    const items = matching.slice(start, page ? start + PAGE : few);
    const { column, isDown } = order();
    heads.forEach((head, i) => {
      if (column === columns[i]) head.setAttribute('aria-sort', isDown ? 'descending' : 'ascending');
      else head.removeAttribute('aria-sort');
    });
    if (document.activeElement !== search) search.value = stored('q') ?? '';
    search.hidden = all.length <= few && !search.value;
    download.hidden = !all.length;
    arrange(node, all.length ? [matching.length ? scroll : nothing, ...(matching.length > few ? [pages] : [])] : [blank]);
    arrange(body, items.map(lineOf));
    const kept = new Set(items.map(key));
    for (const each of rows.keys()) if (!kept.has(each)) rows.delete(each);
    more.hidden = page > 0;
    text(more, `${matching.length - few} more`);
    for (const each of [previous, next, count, fewer]) each.hidden = !page;
    previous.disabled = page <= 1;
    next.disabled = page >= last;
    text(count, page ? `${start + 1} to ${start + items.length} of ${matching.length}` : '');
  }

  return {
    node,
    tools,
    show(items) {
      all = items;
      draw();
    },
  };
}

const TONES = { healthy: 'good', success: 'good', up: 'good', warning: 'wait', degraded: 'wait', leaving: 'wait', silent: 'bad', error: 'bad', failure: 'bad', pending: 'none' };
const ORDER = ['bad', 'wait', 'none', 'good'];

/** Shows a state by shape, colour and text. */
export const badge = (state, label = state) => h(`span.badge.${ORDER.includes(state) ? state : (TONES[state] ?? 'none')}`, label);

/** A number that is lower the worse a state is. */
export const severity = (state) => ORDER.indexOf(TONES[state] ?? 'none');

/** A name that shows its series alone in all charts of the page. */
export const opener = (key, label) =>
  h('button.link', { title: `Show ${label} alone in the charts`, onclick: ({ currentTarget }) => currentTarget.dispatchEvent(new CustomEvent('open', { bubbles: true, detail: parameter('open') === key ? null : key })) }, label);
