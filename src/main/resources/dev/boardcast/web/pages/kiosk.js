// Kiosk mode: full screen, one board after another, each scaled to fit. Escape ends it, space pauses it.
// The address may say which and how: ?kiosk=routing,platform&seconds=20&theme=dark. Parameters after the hash are each board's.

import { eachSecond, h } from './html.js';
import { icon } from './theme.js';

const SECONDS = 15;
const FASTEST = 3; // seconds; faster, nobody reads it
const SLOWEST = 86_400; // a timer of more than 24.8 days would end at once
const ZOOM_STEP = 0.94;
const MIN_ZOOM = 0.5;
const ENTER = 'M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5';
const LEAVE = 'M9 4v5H4M15 4v5h5M9 20v-5H4M15 20v-5h5';

/** What the address asks for: the boards (all of them where it names none), and the time of each in milliseconds. */
function wanted() {
  const query = new URLSearchParams(location.search);
  const seconds = Number(query.get('seconds')) || SECONDS;
  return {
    isOn: query.has('kiosk'),
    boards: (query.get('kiosk') ?? '').split(',').map((name) => name.trim()).filter(Boolean),
    interval: Math.min(SLOWEST, Math.max(FASTEST, seconds)) * 1000,
  };
}

/** Keeps in the address whether the boards are shown in turn, so that a page that is reloaded goes on. */
function remember(isOn) {
  const query = new URLSearchParams(location.search);
  if (isOn === query.has('kiosk')) return;
  if (isOn) query.set('kiosk', '');
  else query.delete('kiosk');
  const text = query.toString().replace(/=(?=&|$)/g, '');
  history.replaceState(null, '', `${location.pathname}${text && `?${text}`}${location.hash}`);
}

/** The button that starts it; names() are the boards. `?kiosk` starts it at once. */
export function kiosk(names) {
  const root = document.documentElement;
  const bar = h('div', { id: 'turns', hidden: true });
  document.body.append(bar);
  // What the boards have in common, such as their range.
  const common = location.hash.split('?')[1];
  let timer = null;
  let at = -1;

  function next() {
    clearTimeout(timer);
    const { boards, interval } = wanted();
    const known = names();
    const all = boards.length ? boards.filter((name) => known.includes(name)) : known;
    if (all.length) location.hash = `#/${all[(at = (at + 1) % all.length)]}${common ? `?${common}` : ''}`;
    bar.replaceChildren(h('i', { style: { animationDuration: `${interval}ms` } }));
    timer = setTimeout(next, all.length ? interval : 1000);
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
    remember(true);
    root.requestFullscreen?.().catch(() => {});
    next();
  }

  function end() {
    pause();
    delete root.dataset.kiosk;
    root.style.zoom = '';
    bar.hidden = true;
    remember(false);
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
  if (wanted().isOn) setTimeout(start);
  const button = h('button.plain.leave', { onclick: () => (isOn() ? end() : start()), title: 'Boards in turn, full screen', 'aria-label': 'Boards in turn, full screen' }, icon(ENTER));
  new MutationObserver(() => button.replaceChildren(icon(isOn() ? LEAVE : ENTER))).observe(root, { attributeFilter: ['data-kiosk'] });
  return button;
}
