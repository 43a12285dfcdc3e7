// The sessions of all nodes: found by user, topic and node; admins end them.

import { card } from './board.js';
import { confirm } from './confirm.js';
import { ago, shown, span } from './format.js';
import { h, text } from './html.js';
import { ageOf } from './live.js';
import { api, isAdmin } from './session.js';
import { table } from './table.js';

const SESSIONS = '/api/v1/admin/sessions';
const LIMIT = 50;
const END = true;

/** The card, and load(nodes), which reads the sessions again. */
export function sessions() {
  const user = h('input', { name: 'user', placeholder: 'User', 'aria-label': 'User', autocomplete: 'off', maxlength: '200' });
  const topic = h('input', { name: 'topic', placeholder: 'Topic', 'aria-label': 'Topic', autocomplete: 'off', maxlength: '200' });
  const node = h('select', { 'aria-label': 'Node' }, h('option', { value: '' }, 'All nodes'));
  const state = h('p.sub', { role: 'status' });
  const more = h('button', { type: 'button', hidden: true, onclick: () => read(next) }, 'More');
  const find = (event) => {
    event.preventDefault();
    read();
  };
  const list = table({
    label: 'Sessions',
    columns: [
      { title: 'User', cell: ({ user: of }) => of ?? 'anonymous', head: true },
      { title: 'Session', cell: ({ session }) => h('code', { title: session }, session.slice(0, 8)), small: true },
      { title: 'Node', cell: ({ node: name }) => name, small: true },
      { title: 'Address', cell: ({ address }) => address },
      { title: 'Transport', cell: ({ transport }) => (transport === 'sse' ? 'SSE' : 'WebSocket'), small: true },
      { title: 'Since', cell: ({ since }) => ago(ageOf(since)), small: true },
      { title: 'Topics', cell: ({ topics, topic_count: count }) => h('span', { title: topics.join(', ') }, `${topics.slice(0, 2).join(', ')}${count > 2 ? ` and ${count - 2} more` : ''}`) },
      { title: 'Waiting', cell: ({ bytes, lag_ms: lag }) => (bytes ? `${shown(bytes / 1024)} KiB, ${span(lag / 1000)}` : '–'), end: END, small: true },
      { title: 'Client', cell: ({ user_agent: agent }) => h('span', { title: agent ?? '' }, (agent ?? '–').slice(0, 24)), small: true },
      ...(isAdmin() ? [{ title: 'Action', cell: endButton, end: END }] : []),
    ],
    key: ({ session }) => session,
    none: 'No session fits.',
  });
  const made = card('Sessions', [h('form.line', { onsubmit: find, role: 'search', style: { marginBottom: '12px' } }, user, topic, node, h('button', 'Find')), list.node, h('div.row', more), state], 'span-12');
  let found = [];
  let next = null;

  async function read(after = null) {
    const query = new URLSearchParams({ limit: LIMIT });
    for (const [name, { value }] of Object.entries({ user, topic, node })) if (value.trim()) query.set(name, value.trim());
    if (after) query.set('after', after);
    try {
      const page = await api(`${SESSIONS}?${query}`);
      found = after ? [...found, ...page.sessions] : page.sessions;
      next = page.next;
      more.hidden = !next;
      list.show(found);
      text(state, page.silent.length ? `Without the sessions of ${page.silent.join(', ')}, which do not respond.` : '');
      made.aged({ at: Date.now() });
    } catch (failure) {
      text(state, failure.message);
    }
  }

  function endButton({ session, user: of }) {
    const act = () => api(`${SESSIONS}/${session}`, { method: 'DELETE' }).then(() => read());
    const ask = () =>
      confirm({
        title: `End the session of ${of ?? 'an anonymous client'}?`,
        details: 'It is closed with 4403. Its token stays valid: a revocation keeps the user away.',
        label: 'End session',
        act,
        done: 'The session has ended.',
      });
    return h('button', { onclick: ask, 'aria-label': `End the session of ${of ?? 'an anonymous client'}` }, 'End');
  }

  return {
    node: made.node,
    load(names) {
      const kept = node.value;
      const options = ['', ...names];
      if (options.join() !== [...node.options].map(({ value }) => value).join()) {
        node.replaceChildren(...options.map((name) => h('option', { value: name }, name || 'All nodes')));
        node.value = options.includes(kept) ? kept : '';
      }
      // Not while more than one page is shown: rows would go.
      if (found.length <= LIMIT) return read();
    },
  };
}
