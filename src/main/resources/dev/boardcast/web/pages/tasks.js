// The page of the tasks board: the tasks of the user and of the user's teams.

import { arrange, empty, failed, frame, h, note, text } from './html.js';
import { card } from './board.js';
import { ago, dateTime, shown } from './format.js';
import { renameDialog } from './rename-dialog.js';
import { ageOf } from './live.js';
import { dialog } from './sign-in.js';
import { who } from './session.js';
import { TaskList } from './task-list.js';
import { icon } from './theme.js';
import { editors, people } from './people.js';
import { shareDialog } from './share-dialog.js';
import { shares } from './shares.js';
import { teams } from './teams.js';

const FILTERS = { Open: { status: 'pending' }, Done: { status: 'completed' }, All: {} };
const TICK = 'M5 12.5l4.5 4.5L19 7.5';

const invitation = () => h('div',
  h('div.head', h('h1', 'Tasks')),
  h('div.empty', h('strong', 'Sign in to use tasks'), 'You see your own and those of your teams.',
    h('div', { style: { marginTop: '16px' } }, h('button.main', { onclick: dialog }, 'Sign in'))));

export function page() {
  const me = who();
  if (!me) return { node: invitation() };

  const list = new TaskList(() => frame(draw));
  const unsent = h('p.sub', { role: 'status' });
  const rows = new Map();
  const others = editors(() => frame(draw));
  const items = h('ul.list', { 'aria-label': 'Tasks' });
  const showMore = h('button', { type: 'button', onclick: () => list.loadMore() }, 'Show more');
  const older = h('li', showMore);
  const newest = h('li.quiet');
  const figures = ['Open', 'Done', 'Created in 24 h', 'Completed in 24 h'].map((label) => ({ label, value: h('dd', '–') }));
  const rate = h('p.sub', { style: { marginTop: '12px' } });
  const openByTeam = shares({ label: 'Open tasks by team', whole: false });
  const summary = card('So far', [h('dl.facts', figures.map(({ label, value }) => h('div', h('dt', label), value))), rate], 'span-8');
  const byTeam = card('Open by team', openByTeam, 'span-4');

  const filters = Object.entries(FILTERS).map(([label, filter]) =>
    h('button', { type: 'button', 'aria-pressed': String(label === 'Open'), onclick: (event) => choose(event.currentTarget, filter) }, label));
  function choose(button, filter) {
    filters.forEach((each) => each.setAttribute('aria-pressed', String(each === button)));
    list.load(filter);
  }

  const title = h('input', { name: 'title', required: true, maxlength: '200', placeholder: 'What is to be done?', 'aria-label': 'Title of a new task', autocomplete: 'off' });
  const team = h('select', { 'aria-label': 'Team' }, h('option', { value: '' }, 'Only me'), (me.teams ?? []).map((name, i) => h('option', { value: name, selected: i === 0 }, name)));
  let names = Object.fromEntries((me.teams ?? []).map((id) => [id, id])); // of the user's teams, by id
  const nameOf = (id) => names[id] ?? id;
  const ownTeams = teams((found) => {
    names = found;
    others.follow(Object.keys(found));
    const chosen = team.value;
    team.replaceChildren(h('option', { value: '' }, 'Only me'), ...Object.entries(found).map(([id, name]) => h('option', { value: id, selected: id === chosen }, name)));
    frame(draw);
  });
  /** As the server decides: the owner, who shares it to edit, a member of a team that may edit. */
  const mayEdit = (task) =>
    mayShare(task) || (task.shared_with.includes(me.sub) && !task.readers?.includes(me.sub)) || (task.team_access !== 'read' && task.team_id in names);
  const mayShare = (task) => task.owner_id === undefined || task.owner_id === me.sub || me.roles?.includes('admin');
  const create = (event) => {
    event.preventDefault();
    const wanted = title.value.trim();
    if (!wanted) return;
    title.value = '';
    list.create(wanted, team.value || null).catch(() => (title.value ||= wanted));
  };

  function draw() {
    const { statistics: counts } = list;
    if (counts) {
      const values = [counts.pending, counts.completed, counts.created_last_24h, counts.completed_last_24h];
      values.forEach((value, i) => text(figures[i].value, shown(value)));
      text(rate, counts.total ? `${shown(counts.completion_rate, 'percent')} done; a task takes ${shown(counts.average_completion_seconds, 'seconds')} on average` : '');
      summary.aged(list.message);
      byTeam.aged(list.message);
      openByTeam.show(Object.fromEntries(Object.entries(counts.by_team).map(([id, { pending }]) => [nameOf(id), pending])));
    }
    text(unsent, waits(list.unsent));
    const sorted = [...list.shown.values()].sort((a, b) => (a.created_at < b.created_at ? 1 : -1));
    if (list.state === 'failed' && !sorted.length) return items.replaceChildren(h('li', h('div.grow', failed('Tasks cannot be read', list.failure, () => list.load()))));
    if (list.state === 'loading') return items.replaceChildren(h('li.loading', 'Reading tasks'));
    if (!sorted.length) return items.replaceChildren(h('li', h('div.grow', empty('Nothing to do', 'New tasks appear here when they are created.'))));
    const lines = sorted.map(line);
    if (list.more) lines.push(list.mayLoadMore ? older : newest);
    text(newest, `These are the newest ${shown(sorted.length)}.`);
    const kept = new Set(sorted.map(({ id }) => id));
    for (const id of rows.keys()) if (!kept.has(id)) rows.delete(id);
    const focused = [...items.children].findIndex((each) => each.contains(document.activeElement));
    arrange(items, lines);
    // If the focused row is gone, focus moves to the next one.
    if (focused >= 0 && !items.contains(document.activeElement)) (lines[Math.min(focused, lines.length - 1)].querySelector('button') ?? title).focus();
    list.fresh.clear();
  }

  /** A task keeps its element, so that focus is kept. */
  function line(task) {
    const row = rows.get(task.id) ?? rowOf(task.id);
    const done = task.status === 'completed';
    row.node.toggleAttribute('data-done', done);
    row.node.toggleAttribute('data-wait', Boolean(task.unsent) || list.waiting.has(task.id));
    row.task = task;
    row.rename.setAttribute('aria-label', `Rename ${task.title}`);
    row.rename.hidden = !mayEdit(task) || Boolean(task.conflict);
    arrange(row.conflict, task.conflict ? conflictOf(row, task) : []);
    row.conflict.hidden = !task.conflict;
    text(row.title, task.title);
    row.share.setAttribute('aria-label', `Share ${task.title}`);
    row.tick.setAttribute('aria-label', done ? `Reopen ${task.title}` : `Complete ${task.title}`);
    row.tick.disabled = !mayEdit(task) || Boolean(task.conflict);
    const shared = task.shared_with?.length ? `, shared with ${task.shared_with.join(', ')}` : '';
    text(row.about, `${task.owner_id ?? me.sub}${task.team_id ? ` · ${nameOf(task.team_id)}` : ''}${shared}${mayEdit(task) ? '' : ' · you may only read'}${task.unsent ? ' · not sent yet' : ''} · ${ago(ageOf(task.completed_at ?? task.created_at))}`);
    row.about.title = dateTime(task.created_at);
    // Rights are changed online only, and not ahead of what waits.
    row.share.hidden = !mayShare(task) || Boolean(task.unsent || task.conflict);
    row.others.show(others.of(task));
    if (list.fresh.has(task.id)) {
      row.node.classList.remove('fresh');
      requestAnimationFrame(() => row.node.classList.add('fresh'));
    }
    return row.node;
  }

  function rowOf(id) {
    const now = () => row.task;
    const ignore = () => {}; // what is refused is told by the list
    const toggle = () => (now().status === 'completed' ? list.reopen(now()) : list.complete(now())).catch(ignore);
    const row = {
      conflict: h('div.conflict', { role: 'group', 'aria-label': 'Conflict' }),
      rename: h('button.plain', { onclick: () => renameDialog(now().title, (wanted) => list.rename(now(), wanted).catch(ignore)) }, 'Rename'),
      tick: h('button.tick', { onclick: toggle }, icon(TICK)),
      title: h('span.title'),
      about: h('p.sub'),
      share: h('button.plain', { onclick: () => share() }, 'Share'),
      others: people('Also on this task'),
    };
    const share = () => shareDialog(now(), nameOf(now().team_id), {
      share: (user, access) => attempt(list.share(now(), user, access)),
      setTeamAccess: (access) => attempt(list.setTeamAccess(now(), access)),
      withdraw: (user) => attempt(list.withdraw(now(), user)),
    });
    row.node = h('li.task', row.tick, h('div.grow', row.title, row.about, row.conflict), row.others.node, row.rename, row.share);
    row.node.addEventListener('focusin', () => now() && others.on(now()));
    row.node.addEventListener('focusout', ({ relatedTarget }) => row.node.contains(relatedTarget) || others.off());
    rows.set(id, row);
    return row;
  }

  /** Both versions, and the choice. */
  function conflictOf(row, task) {
    if (row.asked === task.conflict.id) return [...row.conflict.children];
    row.asked = task.conflict.id;
    const decide = (isOwn) => () => {
      row.asked = null;
      list.decide(row.task, isOwn).catch(({ message }) => note(message));
    };
    return [
      h('span', `Somebody else has changed this task meanwhile. ${wantedOf(task.conflict.body)}`),
      h('button', { onclick: decide(true) }, 'Use mine'), h('button', { onclick: decide(false) }, 'Keep theirs')];
  }

  list.load(FILTERS.Open);
  const board = h('section.card.span-12',
    h('header', h('h2', 'Tasks'), h('div.segments', { role: 'group', 'aria-label': 'Which tasks' }, filters)),
    h('form.line', { onsubmit: create, style: { marginBottom: '12px' } }, title, team, h('button.main', 'Add')),
    unsent, items);
  const node = h('div',
    h('div.head', h('div', h('h1', 'Tasks'), h('p.quiet', `Yours, ${me.sub}, and those of your teams. Changes by others appear at once.`))),
    h('div.grid', summary.node, byTeam.node), h('div.grid', board), h('div.grid', ownTeams.node));
  const stop = () => {
    list.stop();
    others.stop();
    ownTeams.stop();
  };
  return { node, stop };
}

const STEPS = { complete: 'to complete it', reopen: 'to reopen it' };
const wantedOf = ({ kind, wanted }) => `You wanted ${STEPS[kind] ?? `the title “${wanted.title}”`}.`;

/** What waits to be sent, or for the user; nothing where all is done. */
function waits({ count, held, persistent }) {
  const words = [];
  if (count) words.push(count === 1 ? 'One change waits to be sent.' : `${count} changes wait to be sent, in order.`);
  if (held) words.push(held === 1 ? 'One change waits for your decision.' : `${held} changes wait for your decision.`);
  if (words.length && persistent === false) words.push('This browser loses them when the page is closed.');
  return words.join(' ');
}

/** Shows the error of a change; the list has reverted it already. */
const attempt = (change) => change.then(() => true, (failure) => (note(failure.message), false));
