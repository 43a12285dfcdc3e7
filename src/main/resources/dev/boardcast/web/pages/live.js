// The one connection of the pages, and what comes over it.

import { connect } from '../boardcast.js';
import { frame } from './html.js';
import { BASE, token } from './session.js';

export const client = connect(BASE, { token });

/** Draws a board's newest numbers, once per frame; returns its own end. */
export function watch(topic, draw) {
  let newest = null;
  let over = false;
  const task = () => over || draw(newest);
  const stop = client.subscribe(topic, (message) => {
    newest = message;
    frame(task);
  });
  return () => {
    over = true;
    stop();
  };
}

/** The values at a path, by key: {'': 3} for a plain one, one entry per key for a path with a star. */
export function valuesAt(data, path) {
  let found = { '': data };
  for (const step of path.split('.')) {
    const next = {};
    for (const [key, value] of Object.entries(found)) {
      if (value === null || typeof value !== 'object') continue;
      if (step !== '*') next[key] = value[step];
      else for (const [name, inner] of Object.entries(value)) next[key ? `${key} ${name}` : name] = inner;
    }
    found = next;
  }
  return found;
}

export const valueAt = (data, path) => valuesAt(data, path)[''] ?? null;

/** Numbers older than this are shown as such: they come every 5 s even when nothing changes. */
export const STALE_AFTER = 15_000;
export const isStale = (message) => Boolean(message.stale) || client.age(message) > STALE_AFTER;
