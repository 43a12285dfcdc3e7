// The page of alerts: what fires, what is silenced, what was; and for viewers the rules, silences, channels and what could
// not be delivered.

import { change, onReturn, parameter } from './address.js';
import { alertHistory } from './alert-history.js';
import { alertList } from './alert-list.js';
import { isLoud, open } from './bell.js';
import { h, text } from './html.js';
import { notifications, setNotifications } from './notifications.js';
import { isViewer } from './session.js';

const VIEWS = ['firing', 'silenced', 'history'];
const LABELS = { firing: 'Firing', silenced: 'Silenced', history: 'History' };

/** Asks for desktop notifications, on a click only. */
function notifyButton() {
  const about = h('span.sub', { role: 'status' });
  const button = h('button', { type: 'button', onclick: async () => {
    await setNotifications(notifications() !== 'on');
    draw();
  } });
  function draw() {
    const state = notifications();
    button.hidden = state === 'missing' || state === 'denied';
    text(button, state === 'on' ? 'Stop desktop notifications' : 'Notify me on this desktop');
    text(about, { denied: 'This browser blocks the notifications of this site.', missing: 'Desktop notifications need HTTPS.' }[state] ?? '');
  }
  draw();
  return h('div.row', button, about);
}

export function page({ boards }) {
  const list = alertList(boards, draw);
  const history = alertHistory(boards);
  const counts = Object.fromEntries(VIEWS.map((name) => [name, h('span')]));
  const buttons = Object.fromEntries(VIEWS.map((name) => [name, h('button', { type: 'button', onclick: () => choose(name) }, LABELS[name], counts[name])]));
  const body = h('div');
  const node = h('div',
    h('div.head', h('div', h('h1', 'Alerts'), h('p.quiet', 'What is not as it should be, who knows of it, and who is told.')), notifyButton()),
    h('div.grid', h('section.card.span-12.wrap',
      h('header', h('h2', 'Alerts'), h('div.segments', { role: 'group', 'aria-label': 'Which alerts' }, Object.values(buttons))), body)));
  const viewNow = () => (VIEWS.includes(parameter('view')) ? parameter('view') : 'firing');
  let administration = null;
  let isStopped = false;

  function choose(view) {
    change({ view: view === 'firing' ? null : view }, { isStep: true });
    draw();
  }

  function draw() {
    const view = viewNow();
    for (const name of VIEWS) buttons[name].setAttribute('aria-pressed', String(name === view));
    const items = open.items ?? [];
    const silenced = items.filter(({ muted_until: until }) => until).length;
    text(counts.firing, items.length ? ` ${items.filter(isLoud).length}` : '');
    text(counts.silenced, silenced ? ` ${silenced}` : '');
    const content = view === 'history' ? history.node : list.node;
    if (body.firstChild !== content) body.replaceChildren(content);
    if (view === 'history') history.load();
    else list.show(view === 'silenced');
  }

  onReturn(draw);
  draw();
  if (isViewer()) {
    import('./alert-admin.js').then(({ administer }) => {
      if (isStopped) return;
      administration = administer(boards);
      node.append(...administration.nodes);
    }, (failure) => node.append(h('p.failed', failure.message)));
  }
  return {
    node,
    stop: () => {
      isStopped = true;
      list.stop();
      administration?.stop();
    },
  };
}
