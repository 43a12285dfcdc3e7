// A dialog that asks before something is done that cannot be undone.

import { h, note } from './html.js';

/** Asks, and then acts: done is the notice of success; a failure shows the server's message. */
export function confirm({ title, details, label, act, done }) {
  const go = () => act().then(() => note(done), (failure) => note(failure.message));
  const box = h('dialog', { 'aria-labelledby': 'confirm' },
    h('h2', { id: 'confirm' }, title),
    h('p.quiet', details),
    h('form', { method: 'dialog', onsubmit: go },
      h('div.row.close', h('button', { type: 'button', onclick: () => box.close() }, 'Cancel'), h('button.main', label))));
  box.addEventListener('close', () => box.remove());
  document.body.append(box);
  box.showModal();
}
