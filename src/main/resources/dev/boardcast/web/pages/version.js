// Notices that the server has another version than the one that this page came from: modules of two versions do not fit.

import { h } from './html.js';
import { client } from './live.js';
import { keep, kept } from './storage.js';
import { restart } from './session.js';

const KEY = 'boardcast.reloaded';
const PAUSE = 60_000; // while nodes of two versions run, a page does not reload again and again
let loaded = null; // the version at the first connection
let notice = null;

/** Whether a reload would lose what somebody is about to write. */
const isUnsaved = () =>
  Boolean(document.querySelector('dialog[open]')) ||
  [...document.querySelectorAll('main :is(input:not([type=search], [type=datetime-local]), textarea)')].some((field) => field.value !== field.defaultValue);

function reload(version) {
  keep(KEY, String(Date.now()), 'sessionStorage');
  restart(`The server was updated to ${version}.`);
}

function tell(version) {
  notice ??= h('div', { role: 'alert' }, 'The server was updated. This page is of the version before. ', h('button', { onclick: () => reload(version) }, 'Reload'));
  document.getElementById('notes').append(notice);
}

client.on('state', ({ version }) => {
  if (!version) return;
  loaded ??= version;
  if (version === loaded) return notice?.remove();
  const isRecent = Date.now() - Number(kept(KEY, 'sessionStorage') ?? 0) < PAUSE;
  if (isRecent || isUnsaved()) tell(version);
  else reload(version);
});
