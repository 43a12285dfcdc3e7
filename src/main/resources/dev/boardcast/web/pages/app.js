// The frame of all pages: navigation, connection state, user. Routes by the hash of the address.

import { leave, pageKey, path as pathNow, pathOf, returned } from './address.js';
import { failed, h, note } from './html.js';
import { kiosk } from './kiosk.js';
import { client } from './live.js';
import './pill.js';
import './version.js';
import { api, isViewer, onOtherUser, signOutReason, who } from './session.js';
import { dialog } from './sign-in.js';
import { icon, themeButton } from './theme.js';

/** Boards with a page of their own; others are drawn from their descriptions. */
const OWN = new Set(['platform', 'routing', 'pipeline', 'analysis']);

const main = document.getElementById('main');
const nav = document.getElementById('nav');
let boards = [];
let administered = false; // whether this port serves administration, and the user may see it
let stop = () => {};
let key = null; // of the page that is shown
let navigation = 0; // numbers navigations, so that an outdated one ends
let name = ''; // of the page
let alerting = ''; // how many alerts want somebody

const failures = new Map(); // of imports, by name

/** A browser may keep the failure of an import for its address, so the next try is by another one. */
function load(name) {
  const failed = failures.get(name);
  return import(failed ? `${name}?${failed}` : name).catch((failure) => {
    failures.set(name, (failed ?? 0) + 1);
    throw failure;
  });
}

const pages = () => [
  { path: '', title: 'Overview', load: () => load('./overview.js') },
  ...boards.map((board) => ({
    path: pathOf(board),
    title: board.title,
    board,
    load: () => load(OWN.has(board.name) ? `./${board.name}.js` : './board.js'),
  })),
  { path: 'tasks', title: 'Tasks', load: () => load('./tasks.js') },
  { path: 'alerts', title: 'Alerts', load: () => load('./alerts.js') },
  ...(administered ? [{ path: 'admin', title: 'Cluster', load: () => load('./admin.js') }] : []),
];

const BELL = 'M6 16V11a6 6 0 0 1 12 0v5l2 2H4zM10 21h4';
const bell = h('a.bell', { href: '#/alerts', 'aria-label': 'Alerts' }, icon(BELL), h('span'));
const announced = h('span.sr', { role: 'status' });

/** The alerts that want somebody, on the bell and in the title. */
const ring = () => load('./bell.js').then((made) => made.ring(bell, announced, (words) => {
  alerting = words;
  entitle();
}), () => setTimeout(ring, 60_000));

const whenIdle = globalThis.requestIdleCallback ?? ((task) => setTimeout(task, 2000));

/** An error also has a heading, for screen readers. */
const fail = (content) => main.replaceChildren(h('div.head', h('h1', 'Boardcast')), content);

/** The navigation marks the page that is shown. */
function mark(shown) {
  nav.replaceChildren(...pages().map(({ path, title }) => h('a', { href: `#/${path}`, 'aria-current': path === shown ? 'page' : null }, title)));
  // scrollIntoView would move the starting point of the tab key.
  const current = nav.querySelector('[aria-current]');
  if (current) nav.scrollLeft = current.offsetLeft - nav.offsetLeft - (nav.clientWidth - current.offsetWidth) / 2;
}

const entitle = () => (document.title = `${alerting && `(${alerting}) `}${name}Boardcast`);

/** Ends the page that is shown. */
function end() {
  stop();
  stop = () => {};
  leave();
}

/** Each page module has page({board, boards}) -> {node, stop()}. */
async function show() {
  const mine = ++navigation;
  const path = pathNow();
  const found = pages().find((page) => page.path === path);
  if (!found) {
    end();
    mark(null);
    fail(h('div.failed', h('strong', 'There is no such page'), h('a', { href: '#/' }, 'See all boards')));
    return;
  }
  try {
    const { page } = await found.load();
    if (mine !== navigation) return;
    end();
    key = pageKey();
    mark(path);
    const shown = page({ board: found.board, boards });
    stop = shown.stop ?? stop;
    main.replaceChildren(shown.node);
    name = found.path && `${found.title} – `;
    entitle();
    window.scrollTo(0, 0);
  } catch (failure) {
    if (mine !== navigation) return;
    end();
    key = null;
    mark(path);
    fail(failed('This page cannot be shown', navigator.onLine ? failure.message : 'You are offline, and it was not opened before.', () => show()));
  }
}

function tools() {
  const me = who();
  const user = h('button.plain', { title: me ? `Signed in as ${me.sub}` : 'Sign in', onclick: dialog }, me ? me.sub : 'Sign in');
  const kioskButton = kiosk(() => boards.map(pathOf));
  document.getElementById('tools').append(document.createElement('connection-pill'), announced, bell, kioskButton, themeButton(), user);
}

/** With --admin-port this port answers 404. */
const isAdministered = async () => isViewer() && api('/api/v1/admin/nodes').then(() => true, ({ status }) => status !== 404);

async function start() {
  try {
    [boards, administered] = await Promise.all([api('/api/v1/boards'), isAdministered()]);
    await show();
  } catch (failure) {
    return fail(failed('The boards cannot be read', failure.message, start));
  }
  whenIdle(ring);
  // The page that works without a connection is then there without one.
  if (who()) whenIdle(() => load('./tasks.js').catch(() => {}));
}

tools();
// The router would take the link's hash for a page.
document.querySelector('.skip').addEventListener('click', (event) => {
  event.preventDefault();
  main.focus();
});
addEventListener('hashchange', async () => {
  if (pageKey() === key) return returned();
  await show();
  main.focus();
});
client.on('problem', ({ code, topic }) => code === 'unavailable' || console.info(`${topic}: ${code}`));
onOtherUser((user) => note(`${user} has signed in in another tab. This tab remains ${who() ? `signed in as ${who().sub}` : 'signed out'}.`));
const reason = signOutReason();
if (reason) note(reason);
start();
// Sends the changes of tasks that an earlier page has left.
if (who()) import('./task-queue.js');
setTimeout(() => import('./freshness.js'), 5_000);
