// The audit trail: the newest acts, found by user, action, target and outcome.

import { card } from './board.js';
import { dateTime } from './format.js';
import { h, text } from './html.js';
import { api } from './session.js';
import { badge, table } from './table.js';

const AUDIT = '/api/v1/admin/audit';
const LIMIT = 50;
const OUTCOMES = ['done', 'refused', 'failed', 'begun'];

const input = (name, label) => h('input', { name, placeholder: label, 'aria-label': `${label} of the act`, autocomplete: 'off', maxlength: '512' });

/** Several acts of one kind are one row with their number. */
const what = ({ action, count }) => (count > 1 ? `${action} (${count} times)` : action);

const became = ({ outcome, status, reason }) => {
  const state = badge({ done: 'success', begun: 'pending' }[outcome] ?? 'failure', status ? `${outcome} ${status}` : outcome);
  state.title = reason ?? '';
  return state;
};

/** The card, and load(), which reads the newest rows again. */
export function audit() {
  const filters = { actor: input('actor', 'User'), action: input('action', 'Action'), target: input('target', 'Target') };
  const outcome = h('select', { 'aria-label': 'Outcome of the act' }, h('option', { value: '' }, 'All outcomes'), OUTCOMES.map((value) => h('option', { value }, value)));
  const state = h('p.sub', { role: 'status' });
  const more = h('button', { type: 'button', hidden: true, onclick: () => read(next) }, 'More');
  const find = (event) => {
    event.preventDefault();
    read();
  };
  const list = table({
    label: 'Audit trail',
    columns: [
      { title: 'Time', cell: ({ at }) => dateTime(at), head: true },
      { title: 'User', cell: ({ actor }) => actor ?? '–' },
      { title: 'Action', cell: what },
      { title: 'Target', cell: ({ target }) => h('span', { title: target }, target.length > 40 ? `${target.slice(0, 40)}…` : target || '–') },
      { title: 'Outcome', cell: became },
      { title: 'Address', cell: ({ address }) => address, small: true },
      { title: 'Request', cell: ({ request_id: id }) => h('code', { title: id ?? '' }, (id ?? '–').slice(0, 16)), small: true },
    ],
    key: ({ id }) => id,
    none: 'No act fits.',
  });
  const made = card('Audit trail', [h('form.line', { onsubmit: find, role: 'search', style: { marginBottom: '12px' } }, Object.values(filters), outcome, h('button', 'Find')), list.node, h('div.row', more), state], 'span-12');
  let found = [];
  let next = null;

  async function read(after = null) {
    const query = new URLSearchParams({ limit: LIMIT });
    for (const [name, { value }] of Object.entries({ ...filters, outcome })) if (value.trim()) query.set(name, value.trim());
    if (after) query.set('after', after);
    try {
      const page = await api(`${AUDIT}?${query}`);
      found = after ? [...found, ...page.entries] : page.entries;
      next = page.next;
      more.hidden = !next;
      list.show(found);
      text(state, '');
      made.aged({ at: Date.now() });
    } catch (failure) {
      text(state, failure.message);
    }
  }

  return {
    node: made.node,
    load() {
      // Not while more than one page is shown: rows would go.
      if (found.length <= LIMIT) return read();
    },
  };
}
