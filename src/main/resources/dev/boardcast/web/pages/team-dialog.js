// The dialog in which owners and admins change a team.

import { confirm } from './confirm.js';
import { h } from './html.js';
import { api, who } from './session.js';

const field = (label, value, submit, button) => {
  const input = h('input', { required: true, maxlength: '200', value, autocomplete: 'off', 'aria-label': label });
  const send = (event) => {
    event.preventDefault();
    submit(input.value.trim());
    if (!value) input.value = '';
  };
  return h('form.line', { onsubmit: send, style: { marginTop: '12px' } }, input, h('button', button));
};

/**
 * Opens it. act(request) runs a request and reads the teams again, after which show(team) draws the dialog again; a team
 * that is undefined closes it.
 */
export function manage(first, { act, closed }) {
  const me = who();
  const path = `/api/v1/teams/${first.id}`;
  const content = h('div');
  const box = h('dialog', { 'aria-labelledby': 'team' }, content);
  const change = (method, where, body) => act(api(path + where, { method, body }));
  box.addEventListener('close', () => {
    box.remove();
    closed();
  });

  function show(team) {
    const isOwner = team?.owners.includes(me.sub);
    if (!team || !(isOwner || me.roles?.includes('admin'))) return box.close();
    api(`${path}/invitations`).then(({ items }) => draw(team, isOwner, items), () => box.close());
  }

  function draw(team, isOwner, invitations) {
    content.replaceChildren(
      h('h2', { id: 'team' }, team.name),
      field('Name', team.name, (name) => change('PATCH', '', { name }), 'Rename'),
      field('User to invite', '', (user) => change('POST', '/invitations', { user_id: user }), 'Invite'),
      h('ul.list', { 'aria-label': 'Members' },
        team.members.map((user) => member(team, isOwner, user)),
        invitations.map(({ user_id: user }) => h('li', h('div.grow', user, h('p.sub', 'invited')), button('Withdraw', user, () => change('DELETE', `/invitations/${encodeURIComponent(user)}`))))),
      h('div.row.close',
        h('button', { type: 'button', onclick: () => remove(team) }, 'Delete team'),
        h('button.main', { type: 'button', onclick: () => box.close() }, 'Done')));
  }

  const button = (label, user, onclick) => h('button', { type: 'button', onclick, 'aria-label': `${label}: ${user}` }, label);

  function member(team, isOwner, user) {
    const owns = team.owners.includes(user);
    const isLast = owns && team.owners.length === 1;
    const role = (wanted) => () => change('PATCH', `/members/${encodeURIComponent(user)}`, { role: wanted });
    return h('li', h('div.grow', user, owns && h('p.sub', 'owner')),
      !isLast && (owns ? button('Make member', user, role('member')) : button('Make owner', user, role('owner'))),
      isOwner && !owns && button('Hand over', user, () => change('POST', '/hand-over', { user_id: user })),
      !isLast && button('Remove', user, () => change('DELETE', `/members/${encodeURIComponent(user)}`)));
  }

  function remove(team) {
    confirm({
      title: `Delete ${team.name}?`,
      details: 'Its members no longer see its tasks. Each task stays with its owner and the users it is shared with.',
      label: 'Delete',
      act: () => change('DELETE', ''),
      done: `${team.name} is deleted.`,
    });
  }

  document.body.append(box);
  box.showModal();
  show(first);
  return { id: first.id, show };
}
