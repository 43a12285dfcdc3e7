// The connection of the pages, and the values of snapshots.

import { connect } from '../boardcast.js';
import { relay } from '../client/presence.js';
import { frame } from './html.js';
import { BASE, responseSkew, token } from './session.js';

export const client = connect(BASE, { token });
relay(client);

let skew = null; // the server's clock minus this one's, as messages show it

/** The time by the server's clock, by which all data is dated; before the first message, by the dates of responses. */
export const serverNow = () => Date.now() + (skew ?? responseSkew());
/** The age of what happened at a time of the server's clock (ISO 8601), in milliseconds. */
export const ageOf = (time) => Math.max(0, serverNow() - Date.parse(time));
/** The time of a message by the server's clock. */
export const serverTime = ({ at }) => at + (skew ?? 0);
client.on('message', ({ at, timestamp, age_ms: age = 0 }) => {
  if (timestamp && at !== undefined) skew = Date.parse(timestamp) - age - at;
});

/** The newest snapshot of each board that this page has seen: the next page shows it at once, with its age. */
const seen = new Map();
client.on('state', ({ reason }) => reason === 'user_changed' && seen.clear());

/** Draws a board's newest snapshot, at most once per frame. Returns how to end it. */
export function watch(topic, draw) {
  let newest = seen.get(topic) ?? null;
  let isStopped = false;
  const task = () => isStopped || draw(newest);
  if (newest) frame(task);
  const stop = client.subscribe(topic, (message) => {
    seen.set(topic, (newest = message));
    frame(task);
  });
  return () => {
    isStopped = true;
    stop();
  };
}

/** An object that takes every name, also `__proto__`. */
const named = (members) => Object.assign(Object.create(null), members);

/** The values at a path, by key: {'': 3} without a wildcard, one entry per key with one. */
export function valuesAt(data, path) {
  let found = named({ '': data });
  for (const step of path.split('.')) {
    const next = named();
    for (const [key, value] of Object.entries(found)) {
      if (value === null || typeof value !== 'object') continue;
      if (step !== '*') next[key] = Object.hasOwn(value, step) ? value[step] : undefined;
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
