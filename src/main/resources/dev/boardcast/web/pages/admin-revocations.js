// The revocations in force: admins add and lift them.

import { card } from './board.js';
import { confirm } from './confirm.js';
import { dateTime } from './format.js';
import { h, note, text } from './html.js';
import { api, isAdmin } from './session.js';
import { table } from './table.js';

const REVOCATIONS = '/api/v1/admin/revocations';
const LIMIT = 50;
const END = true;
const CRITERIA = { user: 'User', session: 'Session', token_id: 'Token id', key_id: 'Key id', issued_before: 'Issued before' };

const what = (item) => Object.entries(CRITERIA).filter(([name]) => item[name]).map(([name, label]) =>
  `${label} ${name === 'issued_before' ? dateTime(item[name]) : item[name]}`).join(', ');

/** The card, and load(), which reads the revocations again. */
export function revocations() {
  const state = h('p.sub', { role: 'status' });
  const more = h('button', { type: 'button', hidden: true, onclick: () => read(next) }, 'More');
  const list = table({
    label: 'Revocations',
    columns: [
      { title: 'Revoked', cell: what, head: true },
      { title: 'Reason', cell: ({ reason }) => reason },
      { title: 'By', cell: ({ created_by: by }) => by, small: true },
      { title: 'Since', cell: ({ created_at: at }) => dateTime(at), small: true },
      { title: 'Until', cell: ({ until }) => dateTime(until), small: true },
      ...(isAdmin() ? [{ title: 'Action', cell: liftButton, end: END }] : []),
    ],
    key: ({ id }) => id,
    none: 'Nobody is revoked.',
  });
  const made = card('Revocations', [isAdmin() && form(), list.node, h('div.row', more), state].filter(Boolean), 'span-12');
  let found = [];
  let next = null;

  async function read(after = null) {
    const query = new URLSearchParams({ limit: LIMIT, ...(after && { after }) });
    try {
      const page = await api(`${REVOCATIONS}?${query}`);
      found = after ? [...found, ...page.revocations] : page.revocations;
      next = page.next;
      more.hidden = !next;
      list.show(found);
      text(state, '');
      made.aged({ at: Date.now() });
    } catch (failure) {
      text(state, failure.message);
    }
  }

  function form() {
    const criterion = h('select', { 'aria-label': 'Revoke by' }, Object.entries(CRITERIA).map(([value, label]) => h('option', { value }, label)));
    const value = h('input', { required: true, maxlength: '200', placeholder: 'Value', 'aria-label': 'Value', autocomplete: 'off' });
    const reason = h('input', { required: true, maxlength: '200', placeholder: 'Reason', 'aria-label': 'Reason', autocomplete: 'off' });
    criterion.addEventListener('change', () => {
      const isTime = criterion.value === 'issued_before';
      value.type = isTime ? 'datetime-local' : 'text';
      value.value = '';
    });
    const add = (event) => {
      event.preventDefault();
      const given = criterion.value === 'issued_before' ? new Date(value.value).toISOString() : value.value.trim();
      api(REVOCATIONS, { method: 'POST', body: { [criterion.value]: given, reason: reason.value.trim() } }).then(() => {
        value.value = '';
        reason.value = '';
        note('It is revoked.');
        read();
      }, (failure) => note(failure.message));
    };
    return h('form.line', { onsubmit: add, style: { marginBottom: '12px' } }, criterion, value, reason, h('button.main', 'Revoke'));
  }

  function liftButton(item) {
    const act = () => api(`${REVOCATIONS}/${item.id}`, { method: 'DELETE' }).then(() => read());
    const ask = () =>
      confirm({
        title: 'Lift this revocation?',
        details: `${what(item)}: tokens that it refuses are accepted again, within half a second.`,
        label: 'Lift',
        act,
        done: 'The revocation is lifted.',
      });
    return h('button', { onclick: ask, 'aria-label': `Lift the revocation of ${what(item)}` }, 'Lift');
  }

  return {
    node: made.node,
    load() {
      if (found.length <= LIMIT) return read();
    },
  };
}
