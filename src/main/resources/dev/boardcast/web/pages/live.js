// The connection of the pages, and the values of snapshots.

import { connect } from '../boardcast.js';
import { relay } from '../client/presence.js';
import { frame } from './html.js';
import { BASE, token } from './session.js';

export const client = connect(BASE, { token });
relay(client);

/** Draws a board's newest snapshot, at most once per frame. Returns how to end it. */
export function watch(topic, draw) {
  let newest = null;
  let isStopped = false;
  const task = () => isStopped || draw(newest);
  const stop = client.subscribe(topic, (message) => {
    newest = message;
    frame(task);
  });
  return () => {
    isStopped = true;
    stop();
  };
}

/** The values at a path, by key: {'': 3} without a wildcard, one entry per key with one. */
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

/** Data older than this is shown as stale: snapshots arrive every 5 s even if nothing changes. */
export const STALE_AFTER = 15_000;
export const isStale = (message) =>
  Boolean(message.stale) || client.isStale(message.topic) || client.age(message) > STALE_AFTER;
