// For a wall: the whole screen, the boards take turns, each as large as it fits. Escape ends it, space holds it.

import { eachSecond, h } from './html.js';
import { icon } from './theme.js';

const TURN = 15_000;
const SMALLER = 0.94;
const SMALLEST = 0.5;
const ENTER = 'M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5';
const LEAVE = 'M9 4v5H4M15 4v5h5M9 20v-5H4M15 20v-5h5';

/** The button that starts it; places() are the hashes of the boards. `?kiosk` starts it at once. */
export function kiosk(places) {
  const root = document.documentElement;
  const bar = h('div', { id: 'turns', hidden: true });
  document.body.append(bar);
  let timer = null;
  let at = -1;

  function next() {
    clearTimeout(timer);
    const all = places();
    if (all.length) location.hash = all[(at = (at + 1) % all.length)];
    bar.replaceChildren(h('i', { style: { animationDuration: `${TURN}ms` } }));
    timer = setTimeout(next, all.length ? TURN : 1000);
  }

  /** Nobody scrolls a wall: what is higher than the screen becomes smaller. */
  function fit() {
    if (!isOn()) return;
    let zoom = Number(getComputedStyle(root).zoom);
    while (zoom > SMALLEST && root.scrollHeight > root.clientHeight) root.style.zoom = zoom *= SMALLER;
  }

  function afresh() {
    root.style.zoom = '';
    fit();
  }

  function hold() {
    clearTimeout(timer);
    timer = null;
    bar.replaceChildren();
  }

  function start() {
    root.dataset.kiosk = '';
    bar.hidden = false;
    root.requestFullscreen?.().catch(() => {});
    next();
  }

  function end() {
    hold();
    delete root.dataset.kiosk;
    root.style.zoom = '';
    bar.hidden = true;
    if (document.fullscreenElement) document.exitFullscreen();
  }

  const isOn = () => 'kiosk' in root.dataset;
  new MutationObserver(afresh).observe(document.getElementById('main'), { childList: true });
  addEventListener('resize', afresh);
  eachSecond(fit);
  addEventListener('keydown', (event) => {
    if (!isOn()) return;
    if (event.key === 'Escape') end();
    if (event.key === 'ArrowRight') next();
    if (event.key === ' ') {
      event.preventDefault();
      if (timer) hold();
      else next();
    }
  });
  document.addEventListener('fullscreenchange', () => isOn() && !document.fullscreenElement && end());
  if (new URLSearchParams(location.search).has('kiosk')) setTimeout(start);
  const button = h('button.plain.leave', { onclick: () => (isOn() ? end() : start()), title: 'Boards in turn, full screen', 'aria-label': 'Boards in turn, full screen' }, icon(ENTER));
  new MutationObserver(() => button.replaceChildren(icon(isOn() ? LEAVE : ENTER))).observe(root, { attributeFilter: ['data-kiosk'] });
  return button;
}
