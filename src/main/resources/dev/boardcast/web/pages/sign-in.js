// The sign-in dialog: at the identity provider, or without one with a token or as a user of the demo.

import { h, note, text } from './html.js';
import { api, people, signIn, signInAs, signInAtProvider, signOutOfAllTabs, who } from './session.js';

export async function dialog() {
  const me = who();
  if (signInAtProvider && !me) return signInAtProvider().catch(({ message }) => note(message));
  const wrong = h('p.badge.bad', { role: 'alert', hidden: true });
  const fail = (failure) => {
    wrong.hidden = false;
    text(wrong, failure.message);
  };
  const field = h('textarea', { name: 'token', required: true, spellcheck: false, autocomplete: 'off', placeholder: 'eyJhbGciOi…' });
  const paste = (event) => {
    event.preventDefault();
    try {
      signIn(field.value.trim());
      location.reload();
    } catch (failure) {
      fail(failure);
    }
  };
  // Other devices too: the server refuses every token of the user that was issued until now.
  const everywhere = () => api('/api/v1/sessions', { method: 'DELETE' }).then(signOutOfAllTabs, fail);
  const demo = h('div');
  const box = h('dialog', { 'aria-labelledby': 'sign-in' },
    h('h2', { id: 'sign-in' }, me ? `Signed in as ${me.sub}` : 'Sign in'),
    me && h('p.quiet', [`Teams: ${me.teams?.join(', ') || 'none'}. `, `Roles: ${me.roles?.join(', ') || 'none'}.`]),
    demo,
    h('form', { onsubmit: paste },
      !signInAtProvider && h('label', 'Token', field),
      !signInAtProvider && h('p.sub', 'It stays in this browser, and other tabs keep their users. An operator makes one with the command ', h('code', 'token'), '.'),
      wrong,
      h('div.row.close',
        h('button', { type: 'button', onclick: () => box.close() }, 'Cancel'),
        me && h('button', { type: 'button', onclick: signOutOfAllTabs }, 'Sign out'),
        me && h('button', { type: 'button', onclick: everywhere }, 'Sign out everywhere'),
        !signInAtProvider && h('button.main', 'Use this token'))));
  box.addEventListener('close', () => box.remove());
  document.body.append(box);
  box.showModal();
  const names = signInAtProvider ? [] : await people().catch(() => []);
  if (!names.length) return;
  const as = (person) => signInAs(person).then(() => location.reload(), fail);
  demo.append(
    h('p.quiet', 'This is a demo. Sign in as one of its users.'),
    h('div.row', names.map((person) => h('button', { onclick: () => as(person), disabled: person === me?.sub }, person))));
}
