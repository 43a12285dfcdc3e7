// Selects the range of all charts of a page, and remembers it.

import { h } from './html.js';
import { ownRange, RANGES } from './history.js';
import { serverNow } from './live.js';
import { keep, kept } from './storage.js';

const KEY = 'boardcast.range';
const local = (millis) => {
  const time = new Date(millis - new Date(millis).getTimezoneOffset() * 60_000);
  return time.toISOString().slice(0, 16);
};

/** charts: objects with load(range). Returns {node, stop()}. */
export function ranges(charts) {
  const buttons = Object.entries(RANGES).map(([name, range]) =>
    h('button', { type: 'button', onclick: () => choose(name, range) }, range.label));
  const own = h('button', { type: 'button', onclick: () => open() }, 'Own range');
  const now = serverNow();
  const from = h('input', { type: 'datetime-local', 'aria-label': 'From', value: local(now - 6 * 3_600_000) });
  const to = h('input', { type: 'datetime-local', 'aria-label': 'To', value: local(now) });
  const form = h('form.own', { hidden: true, onsubmit: (event) => { event.preventDefault(); chooseOwn(); } }, from, 'to', to, h('button', 'Show'));
  // An entry that was refused is no longer so once it is changed; else the form could never be sent again.
  form.addEventListener('input', () => to.setCustomValidity(''));
  const press = (pressed) => [...buttons, own].forEach((each) => each.setAttribute('aria-pressed', String(each === pressed)));

  function choose(name, range) {
    keep(KEY, name);
    form.hidden = true;
    press(buttons[Object.keys(RANGES).indexOf(name)]);
    charts.forEach((chart) => chart.load(range));
  }

  function open() {
    press(own);
    form.hidden = false;
    from.focus();
  }

  function chooseOwn() {
    const [start, end] = [from, to].map((each) => new Date(each.value).getTime());
    const wrong = !(start < end);
    to.setCustomValidity(wrong ? 'The end comes after the start.' : '');
    if (!wrong) charts.forEach((chart) => chart.load(ownRange(start, end)));
    else to.reportValidity();
  }

  const last = kept(KEY);
  const first = last in RANGES ? last : 'hour';
  // When the page is in the document, because charts measure themselves.
  queueMicrotask(() => choose(first, RANGES[first]));
  // Reads what a hidden page has missed.
  const seen = () => {
    const name = kept(KEY);
    if (!document.hidden && form.hidden && name in RANGES ) charts.forEach((chart) => chart.load(RANGES[name]));
  };
  document.addEventListener('visibilitychange', seen);
  return {
    node: h('div.ranges', form, h('div.segments', { role: 'group', 'aria-label': 'How far back' }, buttons, own)),
    stop: () => document.removeEventListener('visibilitychange', seen),
  };
}
