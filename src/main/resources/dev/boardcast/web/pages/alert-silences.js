// The silences that have not ended: admins make and end them.

import { card } from './board.js';
import { confirm } from './confirm.js';
import { read as readAlerts } from './bell.js';
import { dateTime } from './format.js';
import { field, formDialog, labelsOf, select, textInput } from './form-dialog.js';
import { h, note, text } from './html.js';
import { api, isAdmin } from './session.js';
import { table } from './table.js';
import { untilField } from './alert-acts.js';

const SILENCES = '/api/v1/alerts/silences';
const END = true;
const ALL = ['', 'all'];

/** The card, and load(), which reads the silences again. */
export function alertSilences(boards, known) {
  const state = h('p.sub', { role: 'status' });
  const titles = new Map(boards.map(({ name, title }) => [name, title]));
  const changed = () => Promise.all([load(), readAlerts()]);
  const list = table({
    label: 'Silences',
    columns: [
      { title: 'Silenced', cell: what, head: true },
      { title: 'From', cell: ({ starts_at: at }) => dateTime(at), small: true },
      { title: 'Until', cell: ({ ends_at: at }) => dateTime(at) },
      { title: 'By', cell: ({ created_by: by }) => by, small: true },
      { title: 'Note', cell: ({ note: words }) => words ?? '–', small: true },
      ...(isAdmin() ? [{ title: 'Action', cell: endButton, end: END }] : []),
    ],
    key: ({ id }) => id,
    none: 'Nothing is silenced.',
  });
  const add = isAdmin() && h('button', { type: 'button', onclick: create }, 'New silence');
  const made = card('Silences', [list.node, add && h('div.row', add), state].filter(Boolean), 'span-12', 'wrap');

  function what({ alert, rule, board, severity, labels = {} }) {
    const parts = [
      alert && 'one alert',
      rule && `rule ${known.rules.find(({ id }) => id === rule)?.name ?? rule}`,
      board && `board ${titles.get(board) ?? board}`,
      severity && `severity ${severity}`,
      ...Object.entries(labels).map(([name, value]) => `${name}=${value}`),
    ].filter(Boolean);
    return parts.join(', ') || '–';
  }

  function create() {
    const start = h('input', { type: 'datetime-local' });
    const labels = textInput('', { placeholder: 'team=llm' });
    const until = untilField('ends_at');
    const from = field({ name: 'starts_at', label: 'From', input: start, help: 'Now without a value', value: () => (start.value ? new Date(start.value).toISOString() : undefined) });
    // The time is that from the start on.
    const ends = { ...until, value: () => new Date(Date.parse(until.value()) + Math.max(0, start.value ? new Date(start.value) - Date.now() : 0)).toISOString() };
    formDialog({
      title: 'New silence',
      details: 'Alerts that fit all that is given are not told in that time.',
      fields: [
        field({ name: 'rule', label: 'Rule', input: select([ALL, ...known.rules.map(({ id, name }) => [id, name])], '') }),
        field({ name: 'board', label: 'Board', input: select([ALL, ...boards.map(({ name, title }) => [name, title])], '') }),
        field({ name: 'severity', label: 'Severity', input: select([ALL, 'info', 'warning', 'critical'], '') }),
        field({ name: 'labels', label: 'Labels', input: labels, value: () => labelsOf(labels.value) }),
        from, ends,
        field({ name: 'note', label: 'Note', input: textInput('', { placeholder: 'Why' }) }),
      ],
      label: 'Silence',
      send: (body) => api(SILENCES, { method: 'POST', body }).then(() => note('It is silenced.')).then(changed),
    });
  }

  function endButton(silence) {
    const ask = () => confirm({
      title: 'End this silence?',
      details: `${what(silence)}: what still fires is told then.`,
      label: 'End silence',
      act: () => api(`${SILENCES}/${silence.id}`, { method: 'DELETE' }).then(changed),
      done: 'The silence has ended.',
    });
    return h('button', { type: 'button', onclick: ask, 'aria-label': `End the silence of ${what(silence)}` }, 'End');
  }

  async function load() {
    try {
      list.show((await api(SILENCES)).items);
      text(state, '');
      made.aged({ at: Date.now() });
    } catch ({ message }) {
      text(state, message);
    }
  }

  return { node: made.node, load };
}
