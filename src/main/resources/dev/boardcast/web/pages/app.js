// The frame of all pages: where one is, how one is connected, who one is.

import { failed, h, note } from './html.js';
import { kiosk } from './kiosk.js';
import { client } from './live.js';
import './pill.js';
import { api, farewell, isAdmin, who } from './session.js';
import { dialog } from './sign-in.js';
import { themeButton } from './theme.js';

/** Boards that have a page of their own; every other one is drawn from its description. */
const OWN = new Set(['platform', 'routing', 'pipeline', 'analysis']);

const main = document.getElementById('main');
const nav = document.getElementById('nav');
let boards = [];
let leave = () => {};
let turn = 0;

const pages = () => [
  { path: '', title: 'Overview', load: () => import('./overview.js') },
  ...boards.map((board) => ({
    path: board.name,
    title: board.title,
    board,
    load: () => import(OWN.has(board.name) ? `./${board.name}.js` : './board.js'),
  })),
  { path: 'tasks', title: 'Tasks', load: () => import('./tasks.js') },
  ...(isAdmin() ? [{ path: 'admin', title: 'Cluster', load: () => import('./admin.js') }] : []),
];

/** Without a page there is still a heading, for those who go by headings. */
const fail = (words) => main.replaceChildren(h('div.head', h('h1', 'Boardcast')), words);

/** Each page module has page({board, boards}) -> {node, stop()}. */
async function show() {
  const mine = ++turn;
  const path = location.hash.replace(/^#\/?/, '').split('?')[0];
  const found = pages().find((page) => page.path === path);
  nav.replaceChildren(...pages().map((page) =>
    h('a', { href: `#/${page.path}`, 'aria-current': page === found || page.path === found?.path ? 'page' : null }, page.title)));
  // Not by scrollIntoView: the tab key would go on from there.
  const here = nav.querySelector('[aria-current]');
  if (here) nav.scrollLeft = here.offsetLeft - nav.offsetLeft - (nav.clientWidth - here.offsetWidth) / 2;
  if (!found) {
    leave();
    leave = () => {};
    fail(h('div.failed', h('strong', 'There is no such page'), h('a', { href: '#/' }, 'See all boards')));
    return;
  }
  try {
    const { page } = await found.load();
    if (mine !== turn) return;
    leave();
    const made = page({ board: found.board, boards });
    leave = made.stop ?? (() => {});
    main.replaceChildren(made.node);
    document.title = found.path ? `${found.title} – Boardcast` : 'Boardcast';
    window.scrollTo(0, 0);
  } catch (failure) {
    if (mine === turn) fail(failed('This page cannot be shown', failure.message, () => show()));
  }
}

function tools() {
  const me = who();
  const person = h('button.plain', { title: me ? `Signed in as ${me.sub}` : 'Sign in', onclick: dialog }, me ? me.sub : 'Sign in');
  const wall = kiosk(() => boards.map(({ name }) => `#/${name}`));
  document.getElementById('tools').append(document.createElement('connection-pill'), wall, themeButton(), person);
}

async function start() {
  try {
    boards = await api('/api/v1/boards');
    await show();
  } catch (failure) {
    fail(failed('The boards cannot be read', failure.message, start));
  }
}

tools();
// Its address would be taken for a page's.
document.querySelector('.skip').addEventListener('click', (event) => {
  event.preventDefault();
  main.focus();
});
addEventListener('hashchange', async () => {
  await show();
  main.focus();
});
client.on('problem', ({ code, topic }) => code === 'unavailable' || console.info(`${topic}: ${code}`));
const why = farewell();
if (why) note(why);
start();
