// Selects the range of a board's page and what it is compared with; both are in the address.

import { onReturn, range as known, setRange } from './address.js';
import { eachSecondOf, h, text } from './html.js';
import { spanOf, zoneOf } from './format.js';
import { serverNow } from './live.js';
import { period, PERIODS } from './period.js';

const FIRST = 'live';
const COMPARED = { previous: 'the time before', week: 'a week before', none: 'nothing' };

const local = (millis) => {
  const time = new Date(millis - new Date(millis).getTimezoneOffset() * 60_000);
  return time.toISOString().slice(0, 16);
};

/** The range that the address or the latest page names. */
function named() {
  const { range, from, to, compare } = known();
  const own = { from: Date.parse(from), to: Date.parse(to) };
  const isOwn = range === 'own' && own.from < own.to;
  return { name: isOwn ? 'own' : Object.hasOwn(PERIODS, range ?? '') ? range : FIRST, own, compare: Object.hasOwn(COMPARED, compare ?? '') ? compare : 'previous' };
}

/** chosen(period, compare) is called at first, and with each change. Returns {node, stop(), own(from, to), failed(reason)}. */
export function ranges(board, chosen) {
  let now = named();
  let current = null;
  const buttons = Object.entries(PERIODS).map(([name, { label }]) =>
    h('button', { type: 'button', 'data-range': name, onclick: () => choose({ ...now, name }) }, label));
  const open = h('button', { type: 'button', 'data-range': 'own', onclick: () => ask() }, 'Own range');
  const from = h('input', { type: 'datetime-local', 'aria-label': 'From' });
  const to = h('input', { type: 'datetime-local', 'aria-label': 'To' });
  const form = h('form.own', { hidden: true, onsubmit: (event) => { event.preventDefault(); chooseOwn(); } }, from, 'to', to, h('button', 'Show'));
  // An entry that was refused is no longer so once it is changed; else the form could never be sent again.
  form.addEventListener('input', () => to.setCustomValidity(''));
  const compare = h('select', { 'aria-label': 'Compared with', onchange: () => choose({ ...now, compare: compare.value }) },
    Object.entries(COMPARED).map(([value, label]) => h('option', { value }, label)));
  const about = h('p.sub.about');
  const wrong = h('p.badge.wait', { role: 'status', hidden: true });
  const press = (name) => [...buttons, open].forEach((each) => each.setAttribute('aria-pressed', String(each.dataset.range === name)));

  function choose(next) {
    now = next;
    const { name, own: { from: begin, to: end } } = now;
    const times = name === 'own' ? { from: new Date(begin).toISOString(), to: new Date(end).toISOString() } : {};
    setRange({ range: name, ...times, compare: now.compare === 'previous' ? null : now.compare }, { isStep: current !== null });
    show();
  }

  function show() {
    current = period(now.name, now.own, board.ranges, serverNow());
    press(now.name);
    form.hidden = now.name !== 'own';
    compare.value = now.compare;
    if (now.name === 'own') fill(now.own.from, now.own.to);
    text(about, words(current, board.ranges));
    chosen(current, now.compare === 'none' ? '' : now.compare);
  }

  function fill(begin, end) {
    from.value = local(begin);
    to.value = local(end);
  }

  function ask() {
    if (!from.value) fill(serverNow() - 6 * 3_600_000, serverNow());
    press('own');
    form.hidden = false;
    from.focus();
  }

  function chooseOwn() {
    const [begin, end] = [from, to].map((each) => new Date(each.value).getTime());
    const isWrong = !(begin < end);
    to.setCustomValidity(isWrong ? 'The end comes after the start.' : '');
    if (isWrong) to.reportValidity();
    else own(begin, end);
  }

  const own = (begin, end) => choose({ ...now, name: 'own', own: { from: begin, to: end } });

  /** Another day, week or month has begun, or the sums of the latest hour another step. */
  function roll() {
    const next = period(now.name, now.own, board.ranges, serverNow());
    if (current && JSON.stringify([next.from, next.query]) !== JSON.stringify([current.from, current.query])) show();
  }

  const node = h('div.ranges',
    h('div.segments', { role: 'group', 'aria-label': 'How far back' }, buttons, open),
    form,
    h('label.compare', h('span.sub', 'Compared with'), compare), about, wrong);
  eachSecondOf(node, roll);
  // When the page is in the document, because charts measure themselves.
  queueMicrotask(() => choose(now));
  // Reads what a hidden page has missed.
  const seen = () => !document.hidden && current?.isOpen && show();
  document.addEventListener('visibilitychange', seen);
  onReturn(() => {
    now = named();
    show();
  });
  return {
    node,
    own,
    failed(reason) {
      wrong.hidden = !reason;
      text(wrong, reason ? `The numbers of this range cannot be read: ${reason}` : '');
    },
    stop: () => document.removeEventListener('visibilitychange', seen),
  };
}

/** The times of a range by the viewer's clock, and of which days or steps the numbers are. */
function words({ name, from, to, sums, zone }, ranges) {
  const here = zoneOf();
  if (name === 'live') return `The latest numbers · ${here}`;
  const begin = sums?.from ?? from;
  const times = name === 'own' ? spanOf(from, to) : begin ? `Since ${spanOf(begin)}` : 'The last hour';
  const days = zone !== here && name !== 'own' && name !== 'hour' ? ` · days of ${zone}` : '';
  if (!ranges) return `${times} · ${here} · the board has no sums of a range, its numbers are the latest`;
  const isWider = name === 'own' && (sums.from !== from || sums.to !== to);
  return `${times} · ${here}${days}${isWider ? ` · numbers of ${spanOf(sums.from, sums.to)}` : ''}`;
}
