// How bad the state of a board is: by its alerts and the states of its metrics.

import { isStale } from './live.js';

const LEVELS = ['none', 'wait', 'bad'];

/** The worst of: what is raised, what the server calls unhealthy, and data that is stale. */
export function severityOf(message) {
  const { data } = message;
  const raised = data.alerts ?? [];
  const worst = (names) => (names.some((name) => name === 'error' || name === 'critical') ? 2 : names.length ? 1 : 0);
  const states = Object.values(data.states ?? {}).filter((state) => typeof state === 'string' && state !== 'ok' && state !== 'normal');
  const levels = [
    { level: worst(raised.map(({ severity }) => severity)), words: raised.length === 1 ? '1 alert' : `${raised.length} alerts` },
    { level: worst(states), words: states.length === 1 ? states[0] : `${states.length} out of bounds` },
    { level: isStale(message) ? 1 : 0, words: 'stale' },
  ];
  const found = levels.reduce((a, b) => (b.level > a.level ? b : a));
  return { level: found.level, tone: LEVELS[found.level], words: found.level ? found.words : '' };
}
