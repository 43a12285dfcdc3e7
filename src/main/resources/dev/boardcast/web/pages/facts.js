// The dialog with the facts behind a number: a table, the newest first.

import { dateTime, shown } from './format.js';
import { save } from './history.js';
import { h, NO_NAME, text } from './html.js';
import { api } from './session.js';

const MOST = 1000; // rows in the table; the CSV has more
const TIME = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

/** How the number comes from the facts. */
const KINDS = {
  count: () => 'Each of them counts.',
  sum: (column) => `The number is the sum of ${column}.`,
  mean: (column) => `The number is the mean of ${column}.`,
  percent: (column) => `The number is the share of those where ${column} is true.`,
  ratio: (column, whole) => `The number is the sum of ${column} in percent of that of ${whole}.`,
  distinct: (column) => `The number is that of different values of ${column}.`,
  last: (column) => `The number is ${column} of the newest.`,
  other: () => '',
};
const words = ({ kind, columns, note }) => (note ? `The number is ${note}.` : KINDS[kind]?.(...columns) ?? '');

function cell(value) {
  if (value === null) return '–';
  if (typeof value === 'number') return shown(value);
  if (typeof value === 'string') return TIME.test(value) ? dateTime(value) : value;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/**
 * Opens it. keys: those of a metric with `*`; range: {from, to} or null for that of the latest numbers; choose(key)
 * asks for those of another key; closed() is called when it is closed. Returns the dialog.
 */
export function factsDialog({ board, metric, key, keys, range, choose, closed }) {
  const title = `Facts behind ${board.metrics.find(({ path }) => path === metric)?.label ?? metric}`;
  const [name, part] = board.name.split('?');
  const address = (more) => {
    const query = new URLSearchParams(part);
    Object.entries({ metric, ...(key !== null && { key }), ...range, ...more }).forEach(([each, value]) => query.set(each, value));
    return `/api/v1/boards/${name}/facts?${query}`;
  };
  const head = h('tr');
  const body = h('tbody');
  const scroll = h('div.scroll', { role: 'region', 'aria-label': title, tabindex: '0', hidden: true }, h('table', { 'aria-label': title }, h('thead', head), body));
  const about = h('p.quiet', { role: 'status' }, 'Reading facts');
  const wrong = h('p.wrong', { role: 'alert', hidden: true });
  const more = h('button', { type: 'button', hidden: true, onclick: () => read() }, 'More');
  const download = h('button', { type: 'button', hidden: true, onclick: () => api(address({ format: 'csv' })).then((content) => save(content, `${board.name} ${title}`), fail) }, 'CSV');
  const of = keys.length ? h('label', 'Of', h('select', { onchange: ({ target }) => choose(target.value) },
    [...new Set([key ?? '', ...keys])].map((each) => h('option', { value: each, selected: each === key }, each || (key === null ? 'all' : NO_NAME))))) : null;
  let columns = null;
  let next = null;

  function fail(failure) {
    text(about, '');
    text(wrong, failure.message);
    wrong.hidden = false;
  }

  async function read() {
    more.disabled = true;
    try {
      const answer = await api(address(next && { after: next }));
      show(answer);
    } catch (failure) {
      fail(failure);
    }
    more.disabled = false;
  }

  function show({ facts, aggregate, next: following }) {
    next = following;
    if (!columns && facts.length) {
      columns = Object.keys(facts[0]);
      head.replaceChildren(...columns.map((column) => h('th', { scope: 'col' }, column)));
    }
    body.append(...facts.map((fact) => h('tr', columns.map((column) => h('td', { class: typeof fact[column] === 'number' ? 'end' : null }, cell(fact[column]))))));
    const count = body.children.length;
    scroll.hidden = download.hidden = !count;
    more.hidden = !next || count >= MOST;
    wrong.hidden = true;
    text(about, `${count ? `${next ? 'The newest ' : ''}${count} ${count === 1 ? 'fact' : 'facts'}.` : 'There are no facts.'} ${words(aggregate)}${next && more.hidden ? ' The CSV has more.' : ''}`.trim());
  }

  const box = h('dialog.wide', { 'aria-labelledby': 'facts' },
    h('h2', { id: 'facts' }, title), about, of, wrong, scroll,
    h('div.row.close', more, download, h('button.main', { type: 'button', onclick: () => box.close() }, 'Close')));
  box.addEventListener('close', () => {
    box.remove();
    closed();
  });
  document.body.append(box);
  box.showModal();
  read();
  return box;
}
