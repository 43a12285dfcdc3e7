// The address holds what a page shows: #/routing?range=week&sort.strategies=-Decisions. A copied link shows the same.

import { keep, kept } from './storage.js';

/** Parameters that a shown page follows by itself; with another value of any other one it is made again. */
const OWN = /^(range|from|to|compare|open|view|steps|within|facts(\.key)?|(q|sort|rows)(\..*)?)$/;
const RANGE = ['range', 'from', 'to', 'compare'];
const LAST = 'boardcast.range'; // the latest range, which the next page has too
const listeners = new Set();

function parts() {
  const [path, query = ''] = location.hash.replace(/^#\/?/, '').split('?');
  return { path, query: new URLSearchParams(query) };
}

/** The path of the page, such as `routing`. */
export const path = () => parts().path;

/** The path of a board's page. That of the tasks themselves is `tasks`. */
export const pathOf = ({ name, topic }) => (name === 'tasks' ? topic : name);

/** A parameter of the address; null without it. */
export const parameter = (name) => parts().query.get(name);

/** Identifies the page with all that makes it another one. */
export function pageKey() {
  const { path: page, query } = parts();
  return JSON.stringify([page, [...query].filter(([name]) => !OWN.test(name)).sort()]);
}

/** Sets parameters, and removes those that are null. isStep: the button "back" returns to the state before. */
export function change(values, { isStep = false } = {}) {
  const { path: page, query } = parts();
  for (const [name, value] of Object.entries(values)) {
    if (value === null) query.delete(name);
    else query.set(name, value);
  }
  const text = query.toString();
  const hash = `#/${page}${text && `?${text}`}`;
  if (hash !== location.hash) history[isStep ? 'pushState' : 'replaceState'](null, '', hash);
}

/** The range of the address, otherwise the latest one. */
export function range() {
  const { query } = parts();
  const given = query.has('range') ? query : new URLSearchParams(kept(LAST) ?? '');
  return Object.fromEntries(RANGE.map((name) => [name, given.get(name)]));
}

export function setRange(values, how) {
  const all = { ...Object.fromEntries(RANGE.map((name) => [name, null])), ...values };
  const known = Object.entries(all).filter(([, value]) => value !== null);
  keep(LAST, new URLSearchParams(known).toString());
  change(all, how);
}

/** Calls back when the browser goes back or forward on the same page, until there is another page. */
export const onReturn = (listener) => listeners.add(listener);
export const returned = () => listeners.forEach((listener) => listener());
export const leave = () => listeners.clear();
