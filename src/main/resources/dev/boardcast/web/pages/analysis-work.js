// What people do for the analysis board: they correct labels, and schedule analysis runs.

import { card } from './board.js';
import { confirm } from './confirm.js';
import { dateTime } from './format.js';
import { field, formDialog, select, textInput } from './form-dialog.js';
import { h, note, text } from './html.js';
import { api, isAdmin, who } from './session.js';
import { table } from './table.js';

const SCHEDULES = '/api/v1/analysis/schedules';
const MESSAGES = '/api/v1/messages';
const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];

const mayWrite = () => isAdmin() || Boolean(who()?.roles?.includes('ingest'));

/** Fills a node with the cards; it stays hidden for who may neither see nor do anything. */
export async function work(node) {
  const list = schedules();
  if (!(await list.load())) return;
  node.replaceChildren(list.node, ...(mayWrite() ? [labels()] : []));
  node.hidden = false;
}

function when({ on, at, zone = 'UTC', period }) {
  const days = on ? on.map((day) => day[0].toUpperCase() + day.slice(1)).join(', ') : 'Each day';
  return `${days} at ${at} (${zone}), the last ${period}`;
}

/** The card of schedules; load() reads them again and says whether it could. */
function schedules() {
  const state = h('p.sub', { role: 'status' });
  const list = table({
    label: 'Scheduled analyses',
    columns: [
      { title: 'Name', cell: ({ name }) => name, value: ({ name }) => name, head: true },
      { title: 'When', cell: when },
      { title: 'Next run', cell: ({ next_at: at }) => dateTime(at), value: ({ next_at: at }) => at },
      { title: 'Last run', cell: ({ last_at: at }) => (at ? dateTime(at) : '–'), small: true },
      { title: 'Left out', cell: ({ skipped_at: at }) => (at ? dateTime(at) : '–'), small: true },
      ...(mayWrite() ? [{ title: 'Action', cell: deleteButton, end: true }] : []),
    ],
    key: ({ id }) => id,
    none: 'No analysis is scheduled.',
  });
  const add = mayWrite() && h('button', { type: 'button', onclick: create }, 'New schedule');
  const made = card('Scheduled analyses', { node: h('div', list.node, add && h('div.row', add), state), tools: list.tools }, mayWrite() ? 'span-8' : 'span-12', 'wrap');

  function create() {
    const boxes = DAYS.map((day) => h('input', { type: 'checkbox', value: day }));
    const days = h('fieldset', h('legend', 'Days'), boxes.map((box) => h('label', box, ` ${box.value}`)));
    const given = () => boxes.filter(({ checked }) => checked).map(({ value }) => value);
    formDialog({
      title: 'New schedule',
      details: 'A run is opened at each of these times, unless the one before is still open.',
      fields: [
        field({ name: 'name', label: 'Name', input: textInput('') }),
        field({ name: 'on', label: 'Days', input: days, help: 'Each day without a choice', value: () => (given().length ? given() : undefined) }),
        field({ name: 'at', label: 'At', input: h('input', { type: 'time', value: '08:00' }) }),
        field({ name: 'zone', label: 'Time zone', input: textInput(Intl.DateTimeFormat().resolvedOptions().timeZone) }),
        field({ name: 'period', label: 'Analysed', input: select([['day', 'the last day'], ['week', 'the last week'], ['month', 'the last month']], 'day') }),
      ],
      label: 'Schedule',
      send: (body) => api(SCHEDULES, { method: 'POST', body }).then(() => note('The analysis is scheduled.')).then(load),
    });
  }

  function deleteButton({ id, name }) {
    const ask = () => confirm({
      title: `Delete ${name}?`,
      details: 'No more runs are opened by it. Its runs stay.',
      label: 'Delete',
      act: () => api(`${SCHEDULES}/${id}`, { method: 'DELETE' }).then(load),
      done: 'The schedule is deleted.',
    });
    return h('button', { type: 'button', onclick: ask, 'aria-label': `Delete ${name}` }, 'Delete');
  }

  async function load() {
    try {
      list.show((await api(SCHEDULES)).items);
      text(state, '');
      made.aged({ at: Date.now() });
      return true;
    } catch ({ message }) {
      text(state, message);
      return false;
    }
  }

  return { node: made.node, load };
}

/** The card by which a message is found and its label corrected. */
function labels() {
  const state = h('p.sub', { role: 'status' });
  const input = textInput('', { 'aria-label': 'Event id of a message', placeholder: 'Event id of a message' });
  const form = h('form.row', { onsubmit: find, novalidate: true }, input, h('button', 'Find'));

  async function find(event) {
    event.preventDefault();
    try {
      const eventId = input.value.trim();
      const [message] = (await api(`${MESSAGES}?event_id=${encodeURIComponent(eventId)}`)).items;
      if (message) correct(message);
      text(state, message ? '' : 'No message has this event id.');
    } catch ({ message }) {
      text(state, message);
    }
  }

  function correct({ id, predicted_label: predicted, true_label: label, corrected_by: by }) {
    const path = `${MESSAGES}/${id}/label`;
    const wanted = field({ name: 'true_label', label: 'True label', input: textInput(label), help: by ? 'Empty: the one that came with the message counts again' : '' });
    formDialog({
      title: 'Correct a label',
      details: `Predicted: ${predicted ?? 'nothing'}${by ? `. Labelled by ${by}` : ''}`,
      fields: [wanted],
      label: 'Save',
      send: (body) => (body.true_label || !by ? api(path, { method: 'PUT', body }) : api(path, { method: 'DELETE' })).then(() => note('The label counts from now on.')),
    });
  }

  return card('Correct a label', [form, state], 'span-4').node;
}
