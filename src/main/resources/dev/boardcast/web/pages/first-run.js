// An empty board explains itself: how the first fact reaches this very node. It goes when there are numbers.

import { h } from './html.js';
import { serverNow } from './live.js';
import { api, BASE, who } from './session.js';

const PATIENCE = 5000; // milliseconds until a board without numbers tells

/** A fact of each built-in board, and where it is sent. */
const FIRST = {
  routing: () => ['/routing/decisions', { strategy: 'cost', provider: 'mistral', cost: 0.0004, confidence: 0.9 }],
  platform: () => ['/api/v1/analytics/transactions', { transaction_id: 't-1', amount: 20, status: 'completed' }],
  pipeline: () => ['/api/v1/monitoring/scrape-runs', { source: 'north', status: 'success', records: 120, started_at: before(60_000), finished_at: before(0) }],
  tasks: () => ['/api/v1/tasks', { title: 'Water the plants' }],
  analysis: () => ['/api/v1/messages', { predicted_label: 'praise', true_label: 'praise', noise: false }],
};
const before = (millis) => new Date(serverNow() - millis).toISOString();

/** Whether no number is above zero: a rate of nothing is null. */
function isEmpty(value) {
  if (typeof value === 'number') return value === 0;
  if (value === null || typeof value !== 'object') return true;
  return Object.values(value).every(isEmpty);
}

const command = (path, fact) =>
  [`curl ${BASE}${path}`, who() && "-H 'Authorization: Bearer TOKEN'", "-H 'Content-Type: application/json'", `-d '${JSON.stringify(fact)}'`].filter(Boolean).join(' \\\n  ');

function explanation({ name, ranges }) {
  const declared = ranges && [`/api/v1/boards/${name.split('?')[0]}/facts`, {}];
  const [path, fact] = FIRST[name]?.() ?? declared ?? [];
  if (!path) return [h('p', 'Its queries find nothing yet. They run again when its period has passed.')];
  const text = command(path, fact);
  const copy = h('button', { onclick: () => navigator.clipboard?.writeText(text).then(() => (copy.textContent = 'Copied')) }, 'Copy');
  copy.hidden = !navigator.clipboard; // only in a secure context
  return [
    h('p', 'Send the first fact to this node, and it appears here at once:'),
    h('pre', { tabIndex: 0, 'aria-label': 'Command that sends a fact' }, h('code', text)),
    h('div.row', copy,
      h('p.sub', [
        who() && 'TOKEN has the role ingest; an operator makes one with the command token.',
        !FIRST[name] && 'The fields are those that the file of the board declares; a wrong or missing one is named in the answer.',
      ].filter(Boolean).join(' '))),
  ];
}

/** Returns {node, latest(message), stop()}. */
export function firstRun(board) {
  const title = h('h2', 'Nothing was counted yet');
  const body = h('div.body');
  const node = h('section.card.first', { hidden: true }, h('header', title), body);
  let isKnown = false;
  // A board that cannot be computed is not an empty one.
  const timer = setTimeout(async () => {
    const reason = await api(`/api/v1/boards/${board.name}`).then(() => null, ({ message }) => message);
    if (isKnown || !reason) return;
    title.textContent = 'There are no numbers yet';
    body.replaceChildren(h('p', `The server says: ${reason}. If it stays so, a query of this board fails or takes longer than its timeout; the log of the server names it.`));
    node.hidden = false;
  }, PATIENCE);
  return {
    node,
    latest({ data }) {
      const hides = !isEmpty({ ...data, trends: null });
      if (isKnown && node.hidden === hides) return;
      isKnown = true;
      title.textContent = 'Nothing was counted yet';
      if (!hides) body.replaceChildren(...explanation(board));
      node.hidden = hides;
    },
    stop: () => clearTimeout(timer),
  };
}
