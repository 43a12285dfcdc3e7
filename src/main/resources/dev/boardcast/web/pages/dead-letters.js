// The messages that could not be delivered: admins send them again.

import { card } from './board.js';
import { dateTime, shown } from './format.js';
import { h, note, text } from './html.js';
import { api, isAdmin } from './session.js';
import { table } from './table.js';

const MESSAGES = '/api/v1/alerts/messages';
const LIMIT = 50;
const END = true;

/** The card, and load(), which reads the newest ones again. */
export function deadLetters() {
  const state = h('p.sub', { role: 'status' });
  const more = h('button', { type: 'button', hidden: true, onclick: () => read(next) }, 'More');
  const list = table({
    label: 'Not delivered',
    columns: [
      { title: 'Channel', cell: ({ channel }) => channel, value: ({ channel }) => channel, head: true },
      { title: 'Made', cell: ({ created_at: at }) => dateTime(at), small: true },
      { title: 'Kind', cell: ({ kind }) => kind, small: true },
      { title: 'Attempts', cell: ({ attempts }) => shown(attempts), end: END, small: true },
      { title: 'Why', cell: ({ error }) => error ?? '–' },
      ...(isAdmin() ? [{ title: 'Action', cell: retryButton, end: END }] : []),
    ],
    key: ({ id }) => id,
    none: 'Everything was delivered.',
    few: 10,
  });
  const made = card('Not delivered', { node: h('div', list.node, h('div.row', more), state), tools: list.tools }, 'span-12');
  let found = [];
  let next = null;

  async function read(after = null) {
    try {
      const page = await api(`${MESSAGES}?${new URLSearchParams({ state: 'dead', limit: LIMIT, ...(after && { cursor: after }) })}`);
      found = after ? [...found, ...page.items] : page.items;
      next = page.next;
      more.hidden = !next;
      list.show(found);
      text(state, '');
      made.aged({ at: Date.now() });
    } catch ({ message }) {
      text(state, message);
    }
  }

  function retryButton({ id, channel }) {
    const retry = () => api(`${MESSAGES}/${id}/retry`, { method: 'POST' }).then(() => note('It is sent again.'), ({ message }) => note(message)).then(() => read());
    return h('button', { type: 'button', onclick: retry, 'aria-label': `Send the message to ${channel} again` }, 'Send again');
  }

  return {
    node: made.node,
    load() {
      // Not while more than one page is shown: rows would go.
      if (found.length <= LIMIT) return read();
    },
  };
}
