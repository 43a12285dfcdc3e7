// The open alerts, which every page shows by a bell with their number: read again after each event of the stream, and now
// and then. What is new is announced.

import { text } from './html.js';
import { shown } from './format.js';
import { client } from './live.js';
import { api } from './session.js';
import { kept } from './storage.js';

const ALERTS = '/api/v1/alerts';
const LIMIT = 200;
const MAX_PAGES = 5;
const GATHER = 300; // milliseconds; events that come together are answered by one read
const INTERVAL = 30_000; // silences and pending values have no events
const FAST = 5000; // while the page of alerts is shown
const FEW = 3; // more are told of as a number
const WANTED = 'boardcast.notifications'; // as notifications.js keeps it

/** What is known: items is null before the first answer. next: whether there are more. failure: why the last read failed. */
export const open = { items: null, next: null, failure: null };

/** Whether an alert wants somebody: it is neither acknowledged nor silenced. */
export const isLoud = ({ state, acknowledged_at: at, muted_until: until }) => (state === 'firing' || state === 'no_data') && !at && !until;

const CONDITIONS = { above: 'above', below: 'below', equals: 'equal to' };
/** A condition in words: above 100. */
export const conditionOf = ({ condition, bound }, unit) =>
  condition === 'anomaly' ? `more than ${shown(bound)} deviations from usual` : `${CONDITIONS[condition] ?? condition} ${shown(bound, unit)}`;
/** What an alert or a transition is about: its metric, for the values of parameters that it is for. */
export const subjectOf = ({ metric, with: values }) => {
  const part = Object.entries(values ?? {}).map(([name, value]) => `${name} ${value}`);
  return part.length ? `${metric} (${part.join(', ')})` : metric;
};
/** What an alert or a transition says of its value, in a unit that is known or not. */
export function describe({ state, to, value, ...rule }, unit) {
  if ((state ?? to) === 'no_data') return `${subjectOf(rule)} has no data`;
  return `${subjectOf(rule)} is ${shown(value, unit)}, bound: ${conditionOf(rule, unit)}`;
}

const listeners = new Set();
let pages = 1;
let reading = null;
let isOutdated = false;
let timer = null;
let readAt = 0;

/**
 * Calls back after each read, until the returned function is called; soon, if something was read before, but never while
 * the caller is still being made. While somebody follows, reads are more frequent.
 */
export function follow(listener) {
  begin();
  listeners.add(listener);
  if (open.items) queueMicrotask(() => listeners.has(listener) && listener());
  read();
  return () => {
    listeners.delete(listener);
    pages = 1;
  };
}

/** Reads one page more, up to a thousand alerts. */
export function readMore() {
  pages = Math.min(MAX_PAGES, pages + 1);
  return read();
}
export const mayReadMore = () => Boolean(open.next) && pages < MAX_PAGES;

/** Reads the open alerts again. A read that is asked for during one follows it. */
export function read() {
  isOutdated = Boolean(reading);
  reading ??= load().finally(() => {
    reading = null;
    if (isOutdated) read();
  });
  return reading;
}

async function load() {
  readAt = Date.now();
  try {
    const items = [];
    let next = null;
    for (let page = 0; page === 0 || (next && page < pages); page++) {
      const answer = await api(`${ALERTS}?${new URLSearchParams({ limit: LIMIT, ...(next && { cursor: next }) })}`);
      items.push(...answer.items);
      next = answer.next;
    }
    const before = open.items;
    Object.assign(open, { items, next, failure: null });
    if (before) tell(before.filter(isLoud), items.filter(isLoud));
  } catch (failure) {
    open.failure = failure;
  }
  count();
  listeners.forEach((each) => each());
}

/** Whether the user has asked for desktop notifications. */
const isNotifying = () => kept(WANTED) === 'on';

/** Announces what is new, and what is over. */
function tell(before, now) {
  const known = new Set(before.map(({ id }) => id));
  const fresh = now.filter(({ id }) => !known.has(id));
  const left = new Set(now.map(({ id }) => id));
  const ended = before.filter(({ id }) => !left.has(id));
  const words = [
    ...(fresh.length > FEW ? [`${fresh.length} alerts fire`] : fresh.map((each) => `${each.rule_name}: ${describe(each)}`)),
    ...(ended.length > FEW ? [`${ended.length} alerts need nobody any more`] : ended.map((each) => `${each.rule_name} needs nobody any more`)),
  ];
  if (words.length && said) text(said, `${words.join('. ')}.`);
  if (isNotifying() && fresh.length) import('./notifications.js').then(({ notify }) => notify(fresh));
}

// The bell

let link = null;
let said = null;
let counted = () => {};

function count() {
  if (!link) return;
  const loud = (open.items ?? []).filter(isLoud);
  const words = loud.length ? `${loud.length}${open.next ? '+' : ''}` : '';
  const worst = loud.some(({ severity }) => severity === 'critical') ? 'bad' : 'wait';
  if (words) link.dataset.tone = worst;
  else delete link.dataset.tone;
  text(link.lastChild, words);
  const state = open.failure ? `cannot be read: ${open.failure.message}` : words ? `${words} need somebody` : 'none needs anybody';
  link.title = `Alerts: ${state}`;
  link.setAttribute('aria-label', link.title);
  counted(words);
}

/** A read soon: of many events at once, the browsers of all users would ask at the same moment. */
function readSoon() {
  timer ??= setTimeout(() => {
    timer = null;
    read();
  }, GATHER * (1 + Math.random()));
}

let isBegun = false;

/** Follows the stream and the clock from now on. */
function begin() {
  if (isBegun) return;
  isBegun = true;
  client.subscribe('alerts', readSoon);
  setInterval(() => {
    const isDue = Date.now() - readAt >= (listeners.size ? FAST : INTERVAL) - 500;
    if (isDue && client.status.state === 'live' && (!document.hidden || isNotifying())) read();
  }, FAST);
}

/** Lets the link and the live region in the head of all pages follow the alerts; told(count) gets their number as text, empty for none. */
export function ring(bell, region, told) {
  [link, said, counted] = [bell, region, told];
  begin();
  count();
  if (!open.items) read();
}
