// The dialog of one rule: made, changed and tried by admins, read by others.

import { conditionOf } from './bell.js';
import { field, formDialog, labelsOf, labelText, numberField, select, textInput } from './form-dialog.js';
import { dateTime, shown } from './format.js';
import { h, note, text } from './html.js';
import { api } from './session.js';
import { tried } from './rule-try.js';
import { unitOfMetric } from './alert-list.js';

const RULES = '/api/v1/alerts/rules';
/** What the server says of a rule, and does not take. */
const MADE = ['id', 'source', 'created_by', 'created_at', 'updated_at'];
const WORDS = { no_data_seconds: 'No data after (s)', for_seconds: 'Fires after (s)', clear_seconds: 'Ok after (s)', repeat_seconds: 'Told again every (s)', created_by: 'Made by', created_at: 'Made', updated_at: 'Changed' };
const CONDITIONS = [['above', 'above the bound'], ['below', 'below the bound'], ['equals', 'equal to the bound'], ['anomaly', 'an anomaly']];

/** rule: null for a new one; changed() is called after a change. */
export function ruleDialog({ rule, boards, channels, isReadOnly, changed }) {
  if (isReadOnly) return readDialog(rule, boards);
  const before = rule ?? {};
  const boardInput = select(boards.map(({ name, title }) => [name, title]), before.board ?? boards[0]?.name);
  const paths = h('datalist', { id: 'rule-metrics' });
  const metricInput = textInput(before.metric, { list: 'rule-metrics', spellcheck: false });
  const condition = select(CONDITIONS, before.condition ?? 'above');
  const boxes = channels.map(({ id }) => h('input', { type: 'checkbox', value: id, checked: Boolean(before.channels?.includes(id)) }));
  const told = h('fieldset', h('legend', 'Channels'), boxes.length ? boxes.map((box) => h('label.box', box, ` ${box.value}`)) : h('p.sub', 'There is none yet: the event is published all the same.'));
  const labels = textInput(labelText(before.labels), { placeholder: 'team=llm, stage=live' });
  const seconds = (name, label, help) => numberField({ name, label, value: before[name], help });
  const days = numberField({ name: 'days', label: 'Former days', value: before.days, help: 'That an anomaly is compared with; 14 without a value' });
  const main = [
    field({ name: 'name', label: 'Name', input: textInput(before.name) }),
    field({ name: 'board', label: 'Board', input: boardInput }),
    field({ name: 'metric', label: 'Metric', input: metricInput, help: 'A path, or the JSON pointer of a number in the snapshot' }),
    field({ name: 'key', label: 'Key', input: textInput(before.key), help: 'In place of the star; each key by itself without it' }),
    field({ name: 'condition', label: 'Fires while the value is', input: condition }),
    numberField({ name: 'bound', label: 'Bound', value: before.bound, help: 'Of an anomaly, how many deviations from the usual value' }),
    field({ name: 'severity', label: 'Severity', input: select(['info', 'warning', 'critical'], before.severity ?? 'warning') }),
    field({ name: 'channels', label: 'Channels', input: told, value: () => boxes.filter(({ checked }) => checked).map(({ value }) => value) }),
  ];
  const more = [
    seconds('for_seconds', 'Fires after (s)', 'So long beyond the bound; 60 without a value'),
    numberField({ name: 'clear', label: 'Bound to clear', value: before.clear, help: 'Within which it is ok again; the bound without a value' }),
    seconds('clear_seconds', 'Ok after (s)', 'So long within the bound to clear'),
    seconds('no_data_seconds', 'No data after (s)', 'So long without a value; never without one here'),
    seconds('repeat_seconds', 'Told again every (s)', 'Until it is over or acknowledged; never without a value'),
    days,
    field({ name: 'labels', label: 'Labels', input: labels, value: () => labelsOf(labels.value), help: 'For those who are told, and to silence by' }),
  ];
  const fields = [...main, ...more];
  const result = h('div.tried', { role: 'status' });
  const tryButton = h('button', { type: 'button', onclick: () => attempt() }, 'Try it');
  // What these pages do not know of a rule stays as it is.
  const known = new Set([...MADE, ...fields.map(({ name }) => name)]);
  const unknown = Object.fromEntries(Object.entries(before).filter(([name]) => !known.has(name)));

  const suggest = () => {
    const board = boards.find(({ name }) => name === boardInput.value);
    paths.replaceChildren(...(board?.metrics ?? []).map(({ path, label }) => h('option', { value: path }, label)));
  };
  const fit = () => {
    days.node.hidden = condition.value !== 'anomaly';
    main[3].node.hidden = !metricInput.value.includes('*');
  };
  boardInput.addEventListener('change', suggest);
  condition.addEventListener('change', fit);
  metricInput.addEventListener('input', fit);
  suggest();
  fit();

  async function attempt() {
    tryButton.disabled = true;
    text(result, 'Trying…');
    try {
      const board = boards.find(({ name }) => name === boardInput.value);
      result.replaceChildren(...(await tried(dialog.body(), board)).map((words) => h('p', words)));
    } catch (failure) {
      text(result, '');
      dialog.say(failure);
    } finally {
      tryButton.disabled = false;
    }
  }

  const send = (body) => (rule ? api(`${RULES}/${rule.id}`, { method: 'PUT', body: { ...unknown, ...body } }) : api(RULES, { method: 'POST', body }))
    .then(() => note(rule ? 'The rule is changed.' : 'The rule is made.'))
    .then(changed);
  const dialog = formDialog({
    title: rule ? 'Change the rule' : 'New rule',
    details: Object.keys(unknown).length ? `It also has: ${Object.entries(unknown).map(([name, value]) => `${name} ${JSON.stringify(value)}`).join(', ')}. That stays.` : '',
    fields,
    content: [
      h('div.fields', main.map(({ node }) => node)), paths,
      h('details', { open: more.some(({ name }) => before[name] !== undefined && name !== 'labels') }, h('summary', 'Times, labels and more'), h('div.fields', more.map(({ node }) => node))),
      h('div.row', tryButton), result,
    ],
    label: 'Save',
    send,
    isWide: true,
  });
}

/** A value as words. */
function worded(name, value, unit) {
  if (value === null || value === undefined) return '–';
  if (name.endsWith('_at')) return dateTime(value);
  if (name === 'labels') return labelText(value) || 'none';
  if (Array.isArray(value)) return value.map((each) => (typeof each === 'object' ? JSON.stringify(each) : each)).join(', ') || 'none';
  if (typeof value === 'object') return JSON.stringify(value);
  return name === 'bound' || name === 'clear' ? shown(value, unit) : String(value);
}

function readDialog({ id, name, source, condition, bound, ...rest }, boards) {
  const unit = unitOfMetric(boards, rest);
  const first = { source: source === 'api' ? 'made here' : 'declared by its board, which alone changes it', fires: conditionOf({ condition, bound }, unit) };
  const labelOf = (field) => WORDS[field] ?? `${field[0].toUpperCase()}${field.slice(1).replaceAll('_', ' ')}`;
  const box = h('dialog.wide', { 'aria-labelledby': 'rule' },
    h('h2', { id: 'rule' }, name),
    h('dl.about', Object.entries({ ...first, ...rest }).map(([field, value]) => h('div', h('dt', labelOf(field)), h('dd', worded(field, value, unit))))),
    h('div.row.close', h('button.main', { type: 'button', onclick: () => box.close() }, 'Close')));
  box.addEventListener('close', () => box.remove());
  document.body.append(box);
  box.showModal();
}
