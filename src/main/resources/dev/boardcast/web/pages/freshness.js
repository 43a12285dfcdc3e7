// Tells the server at most once a minute how long this page took to draw a message: the last stage of freshness.

import { client } from './live.js';
import { api, who } from './session.js';

const PAUSE = 60_000;
let last = -Infinity;

client.on('message', () => {
  const got = performance.now();
  // A page in the background draws later, on purpose.
  if (got - last < PAUSE || document.visibilityState !== 'visible' || !who()) return;
  last = got;
  // The task after a frame's callbacks runs when the frame was drawn.
  requestAnimationFrame(() => setTimeout(() => {
    const ms = Math.round(performance.now() - got);
    api('/api/v1/freshness', { method: 'POST', body: { screen_ms: Math.min(ms, PAUSE) } }).catch(() => {});
  }));
});
