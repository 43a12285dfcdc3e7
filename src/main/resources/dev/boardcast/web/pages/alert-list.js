// The list of open alerts, and what people do with one: acknowledge it with a note, mute it for a time, unmute it.

import { pathOf } from './address.js';
import { describe, follow, mayReadMore, open, read, readMore, subjectOf } from './bell.js';
import { arrange, eachSecondOf, empty, failed, h, note, text } from './html.js';
import { ago, dateTime, span } from './format.js';
import { ageOf } from './live.js';
import { api, isAdmin, who } from './session.js';
import { badge } from './table.js';

const ALERTS = '/api/v1/alerts';
const TONES = { critical: 'bad', warning: 'wait', info: 'none' };
const STATES = { no_data: 'no data', pending: 'pending' };

/** Whether the user may acknowledge and mute. */
const mayAct = () => isAdmin() || Boolean(who()?.roles?.includes('alerts'));
/** A pending alert has no id yet. */
const keyOf = ({ id, rule, key, with: values }) => id ?? JSON.stringify([rule, key, values]);
/** The severity of an alert, or what it is instead of firing. */
export const severityBadge = ({ state, severity }) => badge(state === 'pending' ? 'none' : (TONES[severity] ?? 'none'), STATES[state] ?? severity);

/** The unit of the metric of a rule; 'count' where it is not known. */
export function unitOfMetric(boards, { board, metric }) {
  const metrics = boards.find(({ name }) => name === board)?.metrics ?? [];
  const found = metrics.find(({ path }) => path === metric || (path.includes('*') && metric.startsWith(path.slice(0, path.indexOf('*')))));
  return found?.unit;
}

/** node, show(isSilenced), stop(); drawn() is called after each read. */
export function alertList(boards, drawn) {
  const rows = new Map();
  const items = h('ul.list', { 'aria-label': 'Alerts' });
  const more = h('button', { type: 'button', onclick: () => readMore() }, 'Show more');
  const state = h('p.sub', { role: 'status' });
  const node = h('div', items, h('div.row', more), state);
  let isSilenced = false;

  function rowOf(alert) {
    const board = boards.find(({ name }) => name === alert.board);
    const row = {
      kind: h('span'), name: h('strong'), words: h('span'), about: h('p.sub'), age: h('time.sub'),
      acknowledge: h('button', { type: 'button', onclick: () => act('acknowledge', row.alert) }),
      mute: h('button', { type: 'button', onclick: () => act('mute', row.alert) }, 'Mute'),
      unmute: h('button', { type: 'button', onclick: () => unmute(row.alert) }, 'Unmute'),
    };
    const place = board ? h('a', { href: `#/${pathOf(board)}` }, board.title) : alert.board;
    row.node = h('li.alert', row.kind, h('div.grow', row.name, ' ', row.words, h('p.sub', place, ' · ', row.age), row.about), h('div.row', row.acknowledge, row.mute, row.unmute));
    eachSecondOf(row.age, () => text(row.age, `for ${span(ageOf(row.alert.since) / 1000)}`));
    rows.set(keyOf(alert), row);
    return row;
  }

  function line(alert) {
    const row = rows.get(keyOf(alert)) ?? rowOf(alert);
    row.alert = alert;
    const { rule_name: name, since, acknowledged_by: by, acknowledged_at: at, note: words, muted_until: until, labels } = alert;
    const kind = severityBadge(alert);
    if (!row.kind.firstChild?.isEqualNode(kind)) row.kind.replaceChildren(kind);
    text(row.name, name);
    text(row.words, describe(alert, unitOfMetric(boards, alert)));
    text(row.age, `for ${span(ageOf(since) / 1000)}`);
    row.age.dateTime = since;
    row.age.title = dateTime(since);
    const about = [
      by && `acknowledged by ${by} ${ago(ageOf(at))}${words ? `: “${words}”` : ''}`,
      until && `silenced until ${dateTime(until)}`,
      ...Object.entries(labels ?? {}).map(([label, value]) => `${label}=${value}`),
    ].filter(Boolean);
    text(row.about, about.join(' · '));
    row.about.hidden = !about.length;
    const isOpen = mayAct() && alert.id && alert.state !== 'pending';
    row.acknowledge.hidden = !isOpen;
    text(row.acknowledge, by ? 'Change the note' : 'Acknowledge');
    row.mute.hidden = !isOpen || Boolean(until);
    row.unmute.hidden = !isOpen || !until;
    row.acknowledge.setAttribute('aria-label', `${by ? 'Change the note of' : 'Acknowledge'} ${name}, ${subjectOf(alert)}`);
    row.mute.setAttribute('aria-label', `Mute ${name}, ${subjectOf(alert)}`);
    row.unmute.setAttribute('aria-label', `Unmute ${name}, ${subjectOf(alert)}`);
    return row.node;
  }

  const act = (kind, alert) => import('./alert-acts.js').then((acts) => acts[kind](alert, describe(alert, unitOfMetric(boards, alert)), read), ({ message }) => note(message));

  /** A silence of more than this alert goes on. */
  async function unmute(alert) {
    try {
      await api(`${ALERTS}/${alert.id}/unmute`, { method: 'POST' });
      await read();
      const now = open.items.find(({ id }) => id === alert.id);
      if (now?.muted_until) note('A silence that is not of this alert alone still silences it.');
    } catch ({ message }) {
      note(message);
    }
  }

  function show(silenced = isSilenced) {
    isSilenced = silenced;
    const known = open.items;
    const failure = open.failure && !known ? failed('Alerts cannot be read', open.failure.message, () => read()) : null;
    text(state, open.failure && known ? `Alerts cannot be read now: ${open.failure.message}` : '');
    more.hidden = !mayReadMore();
    if (!known) return items.replaceChildren(h('li', failure ? h('div.grow', failure) : h('span.loading', 'Reading alerts')));
    const wanted = sorted(known.filter(({ muted_until: until }) => Boolean(until) === silenced));
    const lines = wanted.map(line);
    const kept = new Set(wanted.map(keyOf));
    for (const key of rows.keys()) if (!kept.has(key)) rows.delete(key);
    const focused = [...items.children].findIndex((each) => each.contains(document.activeElement));
    arrange(items, lines.length ? lines : [none(silenced)]);
    // If the focused alert is gone, focus moves to the next one.
    if (focused >= 0 && !items.contains(document.activeElement)) items.children[Math.min(focused, items.children.length - 1)].querySelector('button:not([hidden])')?.focus();
  }

  const none = (silenced) => h('li', h('div.grow', silenced ? empty('Nothing is silenced', 'Muted alerts, and those that a silence fits, are here.') : empty('All is well', 'No alert fires.')));

  const stop = follow(() => {
    show();
    drawn();
  });
  return { node, show, stop };
}

const RANK = { critical: 0, warning: 1, info: 2 };
/** What wants somebody first, then what is acknowledged, then what is pending; of these the worst, and the newest. */
const sorted = (items) => {
  const place = ({ state, acknowledged_at: at, severity }) => (state === 'pending' ? 20 : at ? 10 : 0) + (RANK[severity] ?? 3);
  return items.sort((a, b) => place(a) - place(b) || (a.since < b.since ? 1 : -1));
};
