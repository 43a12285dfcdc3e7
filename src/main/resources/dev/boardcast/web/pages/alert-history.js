// The transitions of alerts, the last first.

import { describe } from './bell.js';
import { dateTime } from './format.js';
import { h, text } from './html.js';
import { api } from './session.js';
import { badge, table } from './table.js';
import { unitOfMetric } from './alert-list.js';

const HISTORY = '/api/v1/alerts/history';
const LIMIT = 50;
const TONES = { critical: 'bad', warning: 'wait', info: 'none' };

const became = ({ to, severity }) => (to === 'ok' ? badge('good', 'ok again') : to === 'no_data' ? badge(TONES[severity] ?? 'none', 'no data') : badge(TONES[severity] ?? 'none', `fires, ${severity}`));

/** node, and load(), which reads the newest ones. */
export function alertHistory(boards) {
  const state = h('p.sub', { role: 'status' });
  const more = h('button', { type: 'button', hidden: true, onclick: () => read(next) }, 'More');
  const titles = new Map(boards.map(({ name, title }) => [name, title]));
  const list = table({
    label: 'History',
    columns: [
      { title: 'Time', cell: ({ at }) => dateTime(at), small: true },
      { title: 'Rule', cell: ({ rule_name: name }) => name, value: ({ rule_name: name }) => name, head: true },
      { title: 'Became', cell: became },
      { title: 'Value', cell: (each) => describe(each, unitOfMetric(boards, each)) },
      { title: 'Board', cell: ({ board }) => titles.get(board) ?? board, small: true },
    ],
    key: ({ id }) => id,
    none: 'No alert has fired yet.',
  });
  const node = h('div', list.node, h('div.row', more), state);
  let found = [];
  let next = null;

  async function read(after = null) {
    try {
      const page = await api(`${HISTORY}?${new URLSearchParams({ limit: LIMIT, ...(after && { cursor: after }) })}`);
      found = after ? [...found, ...page.items] : page.items;
      next = page.next;
      more.hidden = !next;
      list.show(found);
      text(state, '');
    } catch ({ message }) {
      text(state, message);
    }
  }

  let newest = 0;
  return {
    node,
    load() {
      // Not while more than one page is shown: rows would go. Not more often than the alerts are read.
      if (found.length > LIMIT || Date.now() - newest < 1000) return;
      newest = Date.now();
      read();
    },
  };
}
