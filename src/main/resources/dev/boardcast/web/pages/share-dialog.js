// The dialog in which the owner of a task says who else may see or edit it.

import { h } from './html.js';

const LEVELS = { edit: 'may edit', read: 'may only read' };
const level = (label, chosen) =>
  h('select', { 'aria-label': label }, Object.entries(LEVELS).map(([value, title]) => h('option', { value, selected: value === chosen }, title)));

/** share(user, access), setTeamAccess(access) and withdraw(user) request the change. */
export function shareDialog(task, teamName, { share, setTeamAccess, withdraw }) {
  const user = h('input', { required: true, maxlength: '200', autocomplete: 'off' });
  const access = level('Level', 'edit');
  const ofTeam = level('Level of the team', task.team_access);
  ofTeam.addEventListener('change', () => setTeamAccess(ofTeam.value));
  const box = h('dialog', { 'aria-labelledby': 'share' },
    h('h2', { id: 'share' }, 'Share'), h('p.quiet', task.title),
    h('ul.list', { 'aria-label': 'Shared with' },
      task.team_id && h('li', h('div.grow', teamName, h('p.sub', 'team')), ofTeam),
      task.shared_with.map((each) => sharee(each))),
    h('form', { method: 'dialog', onsubmit: () => share(user.value.trim(), access.value) },
      h('label', 'With whom', user), access,
      h('div.row.close', h('button', { type: 'button', onclick: () => box.close() }, 'Cancel'), h('button.main', 'Share'))));

  function sharee(each) {
    const chosen = level(`Level of ${each}`, task.readers?.includes(each) ? 'read' : 'edit');
    chosen.addEventListener('change', () => share(each, chosen.value));
    const line = h('li', h('div.grow', each), chosen,
      h('button', { type: 'button', 'aria-label': `Withdraw from ${each}`, onclick: () => withdraw(each) && line.remove() }, 'Withdraw'));
    return line;
  }

  box.addEventListener('close', () => box.remove());
  document.body.append(box);
  box.showModal();
}
