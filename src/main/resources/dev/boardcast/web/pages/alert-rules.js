// The rules of alerts: admins make, change, try and delete them; those that a board declares are read only.

import { card } from './board.js';
import { conditionOf, isLoud, open, read as readAlerts } from './bell.js';
import { confirm } from './confirm.js';
import { h, note, text } from './html.js';
import { api, isAdmin } from './session.js';
import { badge, table } from './table.js';
import { unitOfMetric } from './alert-list.js';

const RULES = '/api/v1/alerts/rules';
const LIMIT = 200;
const MAX_PAGES = 5;
const END = true;
const FEW = 10;
const TONES = { critical: 'bad', warning: 'wait', info: 'none' };

const isOwn = ({ source }) => source === 'api' || source === undefined;
const openDialog = (...given) => import('./rule-dialog.js').then(({ ruleDialog }) => ruleDialog(...given), ({ message }) => note(message));

/** All rules, of which there are at most a thousand. */
async function readAll() {
  const items = [];
  let next = null;
  for (let page = 0; page === 0 || (next && page < MAX_PAGES); page++) {
    const answer = await api(`${RULES}?${new URLSearchParams({ limit: LIMIT, ...(next && { cursor: next }) })}`);
    items.push(...answer.items);
    next = answer.next;
  }
  return items;
}

/** The card, load(), which reads the rules again, and draw(). known.rules and known.channels are shared with the other cards. */
export function alertRules(boards, known) {
  const state = h('p.sub', { role: 'status' });
  const titles = new Map(boards.map(({ name, title }) => [name, title]));
  const find = (id) => known.rules.find((each) => each.id === id);
  const changed = () => Promise.all([load(), readAlerts()]);
  // The form has no fields for values of parameters and for conditions of operators: it would lose them.
  const isForm = (rule) => isOwn(rule) && !rule.with && !rule.operator;
  const show = (id) => openDialog({ rule: find(id), boards, channels: known.channels, isReadOnly: !isAdmin() || !isForm(find(id)), changed });
  const list = table({
    label: 'Rules',
    columns: [
      { title: 'Rule', cell: ({ id, name }) => h('button.link', { type: 'button', onclick: () => show(id), title: `Show the rule ${name}` }, name), value: ({ name }) => name, head: true },
      { title: 'State', cell: stateOf },
      { title: 'Watches', cell: watches, value: watches, small: true },
      { title: 'Severity', cell: ({ severity }) => badge(TONES[severity] ?? 'none', severity), value: ({ severity }) => severity, small: true },
      { title: 'Told', cell: ({ channels = [] }) => channels.join(', ') || 'nobody', small: true },
      { title: 'Made by', cell: ({ source, created_by: by }) => (source === 'api' ? by : 'the board'), small: true },
      ...(isAdmin() ? [{ title: 'Action', cell: deleteButton, end: END }] : []),
    ],
    key: ({ name }) => name,
    rank,
    none: 'There is no rule yet.',
    few: FEW,
  });
  const add = isAdmin() && h('button', { type: 'button', onclick: () => openDialog({ rule: null, boards, channels: known.channels, isReadOnly: false, changed }) }, 'New rule');
  const made = card('Rules', { node: h('div', list.node, add && h('div.row', add), state), tools: list.tools }, 'span-12', 'wrap');

  function watches({ board, metric, key, ...rule }) {
    const part = Object.entries(rule.with ?? {}).map(([name, value]) => ` ${name} ${value}`).join('');
    return `${titles.get(board) ?? board}${part}: ${key === undefined ? metric : metric.replace('*', key)} ${conditionOf(rule, unitOfMetric(boards, { board, metric }))}`;
  }

  /** The open alerts of a rule, those that want somebody, and those that fire. */
  const openOf = ({ id }) => {
    const its = (open.items ?? []).filter(({ rule }) => rule === id);
    return { its, loud: its.filter(isLoud).length, firing: its.filter(({ state: of }) => of !== 'pending').length };
  };

  function stateOf(rule) {
    const { its, loud, firing } = openOf(rule);
    if (loud) return badge('bad', its.length > 1 ? `${loud} fire` : its[0].state === 'no_data' ? 'no data' : 'fires');
    if (firing) return badge('wait', 'fires, known');
    return its.length ? badge('none', 'pending') : badge('good', 'ok');
  }

  /** What fires is first. */
  function rank(rule) {
    const { its, loud, firing } = openOf(rule);
    return loud ? 0 : firing ? 1 : its.length ? 2 : 3;
  }

  function deleteButton({ id, name, source }) {
    if (!isOwn({ source })) return '';
    const ask = () => confirm({
      title: `Delete ${name}?`,
      details: 'If it fires, its alert ends, and that is told.',
      label: 'Delete',
      act: () => api(`${RULES}/${id}`, { method: 'DELETE' }).then(changed),
      done: 'The rule is deleted.',
    });
    return h('button', { type: 'button', onclick: ask, 'aria-label': `Delete ${name}` }, 'Delete');
  }

  const draw = () => list.show(known.rules);

  async function load() {
    try {
      known.rules = await readAll();
      draw();
      text(state, '');
      made.aged({ at: Date.now() });
    } catch ({ message }) {
      text(state, message);
    }
  }

  return { node: made.node, load, draw };
}
