// Who else is there: initials, with names for those who point at them and for screen readers.

import { presence } from '../client/presence.js';
import { arrange, frame, h, SERIES } from './html.js';
import { client } from './live.js';
import { who } from './session.js';

const MAX_SHOWN = 5;

const nameOf = ({ user, data }) => data.name ?? user;

/** One or two letters. */
function initials(name) {
  const words = name.split(/[\s._@-]+/).filter(Boolean);
  const letters = words.length > 1 ? [...words[0]][0] + [...words[1]][0] : [...(words[0] ?? name)].slice(0, 2).join('');
  return letters.toUpperCase();
}

/** The same color for a user everywhere, as far as there are colors. */
const colorOf = (user) => SERIES[[...user].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 997, 7) % SERIES.length];

/** A list of people. show(users, more, note): more are not shown; the note is part of the label. */
export function people(label) {
  const items = h('ul.people', { hidden: true });
  const known = new Map();
  const person = (each) => {
    const name = nameOf(each);
    const before = known.get(each.user);
    if (before?.title === name) return before;
    const node = h('li', { title: name, 'data-series': colorOf(each.user) }, h('span', { 'aria-hidden': 'true' }, initials(name)), h('span.sr', name));
    known.set(each.user, node);
    return node;
  };
  return {
    node: items,
    show(users, more = 0, note = '') {
      const nodes = users.slice(0, MAX_SHOWN).map(person);
      const hidden = users.length - nodes.length + more;
      if (hidden) nodes.push(h('li.more', { title: users.slice(MAX_SHOWN).map(nameOf).join(', ') }, h('span', { 'aria-hidden': 'true' }, `+${hidden}`), h('span.sr', `and ${hidden} more`)));
      items.setAttribute('aria-label', label + note);
      items.hidden = !nodes.length;
      arrange(items, nodes);
      for (const user of known.keys()) if (!users.some((each) => each.user === user)) known.delete(user);
    },
  };
}

/** Who else looks at a topic; for users who are signed in. Returns how to end it. */
export function viewers(topic, label) {
  const me = who();
  const list = people(label);
  if (!me) return { node: list.node, stop: () => {} };
  const draw = () => {
    const { users, count, countsOnly, partial } = here.view;
    list.show(users.filter(({ user }) => user !== me.sub), countsOnly ? count - 1 : 0, partial ? ', as far as this server knows' : '');
  };
  const here = presence(client, topic, () => frame(draw));
  return { node: list.node, stop: () => here.stop() };
}

const NAME_OF_STREAM = /^[A-Za-z0-9_:-]{1,80}$/; // of a team, such as those of streams
const MAX_TEAMS = 15; // a session may be present on 20 topics

/**
 * On which task of a team others are. changed() is called when that has changed; follow(teams) sets the teams, on(task) and
 * off() say where the user is.
 */
export function editors(changed) {
  const me = who();
  const teams = new Map();
  let mine = null; // the team and the task
  let isStopped = false;
  const off = () => {
    if (mine) teams.get(mine.team)?.set({});
    mine = null;
  };
  return {
    follow(ids) {
      if (isStopped) return;
      const wanted = new Set(ids.filter((id) => NAME_OF_STREAM.test(id)).slice(0, MAX_TEAMS));
      for (const [id, each] of teams) if (!wanted.has(id) && teams.delete(id)) each.stop();
      for (const id of wanted) {
        // Which teams there are may be known later than where the user is.
        const data = mine?.team === id ? { state: mine.task } : {};
        if (!teams.has(id)) teams.set(id, presence(client, `tasks.team.${id}`, changed, data));
      }
    },
    on({ id, team_id: team }) {
      if (mine?.task === id) return;
      off();
      mine = { task: id, team };
      teams.get(team)?.set({ state: id });
    },
    off,
    of: ({ id, team_id: team }) =>
      (teams.get(team)?.view.users ?? []).filter(({ user, data }) => user !== me.sub && data.state === id),
    stop() {
      isStopped = true;
      for (const each of teams.values()) each.stop();
      teams.clear();
    },
  };
}
