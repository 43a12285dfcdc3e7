// Kiosk mode: full screen, one board after another, each scaled to fit. Escape ends it, space pauses it.

import { eachSecond, h } from './html.js';
import { icon } from './theme.js';

const INTERVAL = 15_000;
const ZOOM_STEP = 0.94;
const MIN_ZOOM = 0.5;
const ENTER = 'M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5';
const LEAVE = 'M9 4v5H4M15 4v5h5M9 20v-5H4M15 20v-5h5';

/** The button that starts it; hashes() are the addresses of the boards. `?kiosk` starts it at once. */
export function kiosk(hashes) {
  const root = document.documentElement;
  const bar = h('div', { id: 'turns', hidden: true });
  document.body.append(bar);
  let timer = null;
  let at = -1;

  function next() {
    clearTimeout(timer);
    const all = hashes();
    if (all.length) location.hash = all[(at = (at + 1) % all.length)];
    bar.replaceChildren(h('i', { style: { animationDuration: `${INTERVAL}ms` } }));
    timer = setTimeout(next, all.length ? INTERVAL : 1000);
  }

  /** Scales a page down that is higher than the screen. */
  function fit() {
    if (!isOn()) return;
    let zoom = Number(getComputedStyle(root).zoom);
    while (zoom > MIN_ZOOM && root.scrollHeight > root.clientHeight) root.style.zoom = zoom *= ZOOM_STEP;
  }

  function refit() {
    root.style.zoom = '';
    fit();
  }

  function pause() {
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
    pause();
    delete root.dataset.kiosk;
    root.style.zoom = '';
    bar.hidden = true;
    if (document.fullscreenElement) document.exitFullscreen();
  }

  const isOn = () => 'kiosk' in root.dataset;
  new MutationObserver(refit).observe(document.getElementById('main'), { childList: true });
  addEventListener('resize', refit);
  eachSecond(fit);
  addEventListener('keydown', (event) => {
    if (!isOn()) return;
    if (event.key === 'Escape') end();
    if (event.key === 'ArrowRight') next();
    if (event.key === ' ') {
      event.preventDefault();
      if (timer) pause();
      else next();
    }
  });
  document.addEventListener('fullscreenchange', () => isOn() && !document.fullscreenElement && end());
  if (new URLSearchParams(location.search).has('kiosk')) setTimeout(start);
  const button = h('button.plain.leave', { onclick: () => (isOn() ? end() : start()), title: 'Boards in turn, full screen', 'aria-label': 'Boards in turn, full screen' }, icon(ENTER));
  new MutationObserver(() => button.replaceChildren(icon(isOn() ? LEAVE : ENTER))).observe(root, { attributeFilter: ['data-kiosk'] });
  return button;
}
