// What users do: a funnel, cohorts and heat maps, as tables whose cells are colored. Read when they are first seen.

import { change, onReturn, parameter } from './address.js';
import { empty, failed, h, text } from './html.js';
import { short, shown } from './format.js';
import { heat, headOf, scroll } from './heat.js';
import { serverNow } from './live.js';
import { api } from './session.js';

const DAY = 86_400_000;
const REFRESH = 60_000;
const BUSY = 3000;
const MOST_DAYS = { funnel: 31, heat: 92 };
const COHORT_DAYS = 12 * 7; // fewer weeks show no retention
const SHORTEST = 28; // days of a heat map, so that each weekday has several
const FEW_CONTENTS = 10;
const FEW_DAYS = 28;
const WINDOWS = { 60: '1 hour', 1440: '1 day', 10080: '1 week', 43200: '30 days' };
const STEPS = 'view,cart,purchase';

/** The day of a time in a zone, such as 2026-01-31. */
const dayOf = (millis, zone = 'UTC') => new Intl.DateTimeFormat('sv-SE', { timeZone: zone }).format(millis);
const date = (day) => Date.parse(`${day}T00:00:00Z`);
const utc = (options) => new Intl.DateTimeFormat(undefined, { timeZone: 'UTC', ...options });
const weekdays = [1, 2, 3, 4, 5, 6, 7].map((day) => utc({ weekday: 'short' }).format(Date.UTC(2024, 0, day)));
const shortDay = utc({ day: 'numeric', month: 'short' });
const hourOf = (hour) => utc({ hour: 'numeric' }).format(Date.UTC(2024, 0, 1, hour));

/** The days of a zone around a range: at least `least` of them, and at most `most` until its end. */
function days(period, least, most, zone) {
  const to = date(dayOf((period.to ?? serverNow()) - 1, zone)) + DAY;
  const begin = period.from === null ? to - least * DAY : date(dayOf(period.from, zone));
  return { from: dayOf(Math.max(Math.min(begin, to - least * DAY), to - most * DAY)), to: dayOf(to) };
}

const words = ({ from, to }) => utc({ dateStyle: 'medium' }).formatRange(date(from), date(to) - DAY);

/** A card that reads `address(period)` when it is first seen, then with each range, and draws the answer. */
function part({ title, span, address, draw, form = null }) {
  const about = h('p.sub');
  const body = h('div.body');
  const node = h(`section.card.${span}`, h('header', h('h2', title)), form, body, about);
  let period = null;
  let isSeen = false;
  let read = 0; // numbers reads, so that an outdated answer is dropped
  let readAt = 0;
  let shownOf = null; // the address of what is shown
  let again = null;

  async function load() {
    if (!isSeen || !period) return;
    clearTimeout(again);
    const mine = ++read;
    readAt = Date.now();
    const asked = address(period);
    if (!shownOf) body.replaceChildren(h('p.loading', 'Reading'));
    try {
      const answer = await api(asked);
      if (mine !== read) return;
      body.replaceChildren(draw(answer));
      text(about, words(answer));
      shownOf = asked;
    } catch (failure) {
      if (mine !== read) return;
      // The server computes only some at a time.
      if (failure.status === 503) again = setTimeout(load, (failure.wait || BUSY) * (1 + Math.random()));
      // What is shown stays so until it can be read again.
      if (shownOf !== asked) body.replaceChildren(failed('This cannot be read', failure.message, load));
    }
  }

  const observer = new IntersectionObserver((entries) => {
    if (isSeen || !entries.some(({ isIntersecting }) => isIntersecting)) return;
    isSeen = true;
    load();
  }, { rootMargin: '200px' });
  observer.observe(node);
  return {
    node,
    reload: load,
    show(next) {
      period = next;
      load();
    },
    refresh: () => period?.isOpen && Date.now() - readAt > REFRESH && load(),
    stop() {
      observer.disconnect();
      clearTimeout(again);
      period = null;
      read++;
    },
  };
}

const query = (path, values) => `/api/v1/analytics/${path}?${new URLSearchParams(values)}`;

function funnel() {
  const steps = h('input', { 'aria-label': 'Steps, separated by commas', name: 'steps', required: true, maxLength: 400 });
  const within = h('select', { 'aria-label': 'Within' }, Object.entries(WINDOWS).map(([value, label]) => h('option', { value }, `within ${label}`)));
  const form = h('form.line', { onsubmit: (event) => { event.preventDefault(); choose(); }, onchange: choose }, steps, within);
  const named = () => ({ steps: parameter('steps') || STEPS, within_minutes: Object.hasOwn(WINDOWS, parameter('within') ?? '') ? parameter('within') : '1440' });

  function fill() {
    steps.value = named().steps.replaceAll(',', ', ');
    within.value = named().within_minutes;
  }

  function choose() {
    const chosen = steps.value.split(',').map((each) => each.trim()).filter(Boolean).join(',');
    const before = JSON.stringify(named()); // Enter is a change and a submission
    change({ steps: chosen === STEPS ? null : chosen || null, within: within.value === '1440' ? null : within.value });
    fill();
    if (JSON.stringify(named()) !== before) made.reload();
  }

  const made = part({
    title: 'Funnel',
    span: 'span-6',
    address: (period) => query('funnel', { ...named(), ...days(period, 1, MOST_DAYS.funnel) }),
    draw: ({ steps: found }) => stepsOf(found),
    form,
  });
  fill();
  // The range is chosen again then, which reads the funnel too.
  onReturn(fill);
  return made;
}

function stepsOf(steps) {
  const rows = steps.map(({ kind, users, percent }, i) => {
    const lost = i ? steps[i - 1].users - users : 0;
    return h('tr', h('th', { scope: 'row' }, kind), h('td.bar', h('span.track', { 'aria-hidden': true }, h('i', { style: { width: `${percent}%` } }))),
      h('td.end', shown(users)), h('td.end', shown(percent, 'percent')), h('td.end', i ? shown(lost) : '–'));
  });
  const heads = ['Step', '', 'Users', 'Of the first', 'Lost'].map((each, i) => headOf(each, i > 1 ? 'end' : null));
  return h('div.scroll', h('table', { 'aria-label': 'Funnel' }, h('thead', h('tr', heads)), h('tbody', rows)));
}

const cohorts = () =>
  part({
    title: 'Weeks in which users come back',
    span: 'span-6',
    address: (period) => query('cohorts', days(period, COHORT_DAYS, 7 * 105)),
    draw({ cohorts: found }) {
      if (!found.length) return empty('Nobody was active yet');
      const latest = found.slice(-12);
      const most = Math.max(...latest.flatMap(({ weeks }) => weeks.map(({ week }) => week)));
      const heads = ['First week', 'Users', ...Array.from({ length: most + 1 }, (_, i) => String(i))];
      return scroll('Cohorts', heads, latest.map(({ week, users, weeks }) => [
        h('th', { scope: 'row' }, shortDay.format(date(week))),
        h('td.end', shown(users)),
        ...Array.from({ length: most + 1 }, (_, i) => {
          const found = weeks.find((each) => each.week === i);
          return found ? heat(found.percent, 100, short(found.percent, 'percent'), `${shown(found.users)} of ${shown(users)}`) : h('td');
        }),
      ]));
    },
  });

const hours = () =>
  part({
    title: 'Views by hour and weekday',
    span: 'span-12',
    address: (period) => query('heatmap', { by: 'weekday', ...days(period, SHORTEST, MOST_DAYS.heat, period.zone) }),
    draw({ hours: found, zone }) {
      if (!found.length) return empty('Nobody viewed anything yet');
      const most = Math.max(...found.map(({ views }) => views));
      const views = new Map(found.map((each) => [each.weekday * 24 + each.hour, each.views]));
      const all = Array.from({ length: 24 }, (_, hour) => hour);
      return scroll(`Views by hour and weekday, ${zone}`, ['', ...all.map(hourOf)], weekdays.map((name, i) => [
        h('th', { scope: 'row' }, name),
        ...all.map((hour) => {
          const value = views.get((i + 1) * 24 + hour) ?? 0;
          return heat(value, most, value ? short(value) : '', `${name} ${hourOf(hour)}: ${shown(value)}`);
        }),
      ]));
    },
  });

const contents = () =>
  part({
    title: 'Views by content and day',
    span: 'span-12',
    address: (period) => query('heatmap', { by: 'content', ...days(period, 7, FEW_DAYS) }),
    draw({ contents: found, from, to }) {
      const named = found.filter(({ content_id: id }) => id !== null).slice(0, FEW_CONTENTS);
      if (!named.length) return empty('Nobody viewed anything yet');
      const columns = Array.from({ length: (date(to) - date(from)) / DAY }, (_, i) => dayOf(date(from) + i * DAY));
      const most = Math.max(...named.flatMap(({ days: each }) => each.map(({ views }) => views)));
      return scroll('Views by content and day', ['Content', 'Views', ...columns.map((day) => shortDay.format(date(day)))], named.map(({ content_id: id, views, days: each }) => [
        h('th', { scope: 'row' }, id),
        h('td.end', shown(views)),
        ...columns.map((day) => {
          const value = each.find((one) => one.day === day)?.views ?? 0;
          return heat(value, most, value ? short(value) : '', `${id}, ${shortDay.format(date(day))}: ${shown(value)}`);
        }),
      ]));
    },
  });

/** Follows the range of the page as a chart does: load(period), add() with each update; and stop(). */
export function behavior() {
  const parts = [funnel(), cohorts(), hours(), contents()];
  return {
    nodes: parts.map(({ node }) => node),
    load: (period) => parts.forEach((each) => each.show(period)),
    add: () => parts.forEach((each) => each.refresh()),
    open() {},
    stop: () => parts.forEach((each) => each.stop()),
  };
}
