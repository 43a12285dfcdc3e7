// The user's teams: their owners and members, invitations, and what the user may do with them.

import { card } from './board.js';
import { confirm } from './confirm.js';
import { arrange, empty, h, note, text } from './html.js';
import { client } from './live.js';
import { api, isAdmin, who } from './session.js';
import { manage } from './team-dialog.js';

const TEAMS = '/api/v1/teams';
const INVITATIONS = '/api/v1/invitations';
const LIMIT = 200;
const CHANGES = new Set(['team_updated', 'team_deleted', 'membership_changed', 'invitation_changed']);

/** The card; calls changed(teams) after each read, with teams as {id: name}. */
export function teams(changed) {
  const me = who();
  const state = h('p.sub', { role: 'status' });
  const items = h('ul.list', { 'aria-label': 'Teams' });
  const name = h('input', { required: true, maxlength: '200', placeholder: 'Name of a new team', 'aria-label': 'Name of a new team', autocomplete: 'off' });
  const create = (event) => {
    event.preventDefault();
    act(api(TEAMS, { method: 'POST', body: { name: name.value.trim() } }), () => (name.value = ''));
  };
  const made = card('Teams', [items, h('form.line', { onsubmit: create, style: { marginTop: '12px' } }, name, h('button', 'Create team')), state], 'span-12');
  let open = null; // the dialog, which is drawn again after each read
  let reading = 0;

  const act = (request, after = () => {}) => request.then(after, (failure) => note(failure.message)).then(read);

  async function read() {
    const mine = ++reading;
    try {
      const [{ items: invitations }, { items: found, next }] = await Promise.all([api(INVITATIONS), api(`${TEAMS}?limit=${LIMIT}`)]);
      if (mine !== reading) return;
      text(state, next ? `The first ${LIMIT} are shown.` : '');
      show(invitations, found);
      open?.show(found.find(({ id }) => id === open.id));
      const names = Object.fromEntries((me.teams ?? []).map((id) => [id, id]));
      for (const team of found) {
        if (!team.members.includes(me.sub) && !isOfToken(team)) continue;
        const isTaken = Object.values(names).includes(team.name);
        names[team.id] = isTaken ? `${team.name} (${team.id})` : team.name;
      }
      changed(names);
    } catch (failure) {
      if (mine === reading) text(state, failure.message);
    }
  }

  const isOfToken = ({ id }) => me.teams?.includes(id);

  function show(invitations, found) {
    const stored = new Set(found.map((team) => team.id));
    const ofToken = (me.teams ?? []).filter((each) => !stored.has(each));
    const lines = [...invitations.map(invitation), ...found.map(line), ...ofToken.map(tokenLine)];
    arrange(items, lines.length ? lines : [h('li', h('div.grow', empty('No teams', 'Create one, or ask an owner to invite you.')))]);
  }

  function invitation({ team_id: team, team_name: title, invited_by: by }) {
    const answer = (method, path) => () => act(api(`${INVITATIONS}/${team}${path}`, { method }));
    return h('li', h('div.grow', h('strong', title), h('p.sub', `${by} invites you`)),
      h('button.main', { onclick: answer('POST', '/accept'), 'aria-label': `Join ${title}` }, 'Join'),
      h('button', { onclick: answer('DELETE', ''), 'aria-label': `Decline ${title}` }, 'Decline'));
  }

  function line(team) {
    const isOwner = team.owners.includes(me.sub);
    const isMember = team.members.includes(me.sub) || isOfToken(team);
    const people = team.members.map((user) => (team.owners.includes(user) ? `${user} (owner)` : user)).join(', ');
    return h('li', h('div.grow', h('strong', team.name), ' ', isOwner && h('span.badge.none', 'Owner'), h('p.sub', people || 'no stored members')),
      (isOwner || isAdmin()) && h('button', { onclick: () => (open = manage(team, { act, closed: () => (open = null) })), 'aria-label': `Manage ${team.name}` }, 'Manage'),
      isMember && !(isOwner && team.owners.length === 1) && h('button', { onclick: () => leave(team), 'aria-label': `Leave ${team.name}` }, 'Leave'));
  }

  const tokenLine = (team) => h('li', h('div.grow', h('strong', team), h('p.sub', 'from your token')));

  function leave(team) {
    confirm({
      title: `Leave ${team.name}?`,
      details: 'You no longer see its tasks, except your own. An owner can let you in again.',
      label: 'Leave',
      act: () => api(`${TEAMS}/${team.id}/members/${encodeURIComponent(me.sub)}`, { method: 'DELETE' }).then(read),
      done: `You left ${team.name}.`,
    });
  }

  const stops = [
    client.subscribe('tasks', ({ type }) => CHANGES.has(type) && read()),
    // An earlier event may have been missed by the last read.
    client.on('subscribed', ({ topic }) => topic === 'tasks' && read()),
  ];
  read();
  const stop = () => {
    reading++; // an answer that is still to come changes nothing
    stops.forEach((each) => each());
  };
  return { node: made.node, stop };
}
