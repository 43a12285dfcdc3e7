// The dialog in which a task gets another title.

import { h } from './html.js';

/** save(title) is called with a title that differs. */
export function renameDialog(before, save) {
  const title = h('input', { required: true, maxlength: '200', value: before, autocomplete: 'off', 'aria-label': 'New title' });
  const submit = () => {
    const wanted = title.value.trim();
    if (wanted && wanted !== before) save(wanted);
  };
  const box = h('dialog', { 'aria-labelledby': 'rename' },
    h('h2', { id: 'rename' }, 'Rename'),
    h('form', { method: 'dialog', onsubmit: submit },
      h('label', 'Title', title),
      h('div.row.close', h('button', { type: 'button', onclick: () => box.close() }, 'Cancel'), h('button.main', 'Save'))));
  box.addEventListener('close', () => box.remove());
  document.body.append(box);
  box.showModal();
}
