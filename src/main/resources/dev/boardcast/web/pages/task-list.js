// The tasks of the user, updated by events. The user's changes are shown before the server confirms them, also
// offline.

import { uuid } from '../client/id.js';
import { api } from './session.js';
import { client } from './live.js';
import { TaskCount } from './task-count.js';
import { change, decide, fieldsOf, onChange, unsent } from './task-queue.js';

const PAGE = 200;
const MAX_PAGES = 10; // more tasks than that are for a filter
const END = new Set(['task_deleted']);

/** Calls changed() after every change. Keeps the newest version of each task, from a response or an event. */
export class TaskList {
  tasks = new Map();
  waiting = new Set(); // ids of changes that the server has not confirmed
  fresh = new Set(); // ids that other users have just changed
  state = 'loading';
  #stops = [];
  #meanwhile = null; // events since the current read began
  #filter = {};
  #pages = 1; // how many are shown
  #count;

  constructor(changed) {
    this.changed = changed;
    this.#stops.push(onChange(changed, (task) => this.#confirmed(task)));
    this.#count = new TaskCount(changed);
    this.#stops.push(() => this.#count.stop());
    this.#stops.push(client.subscribe('tasks', (event) => this.#take(event)));
    // From here on no event is missed; an earlier one may have been missed by the last read.
    this.#stops.push(client.on('subscribed', ({ topic }) => topic === 'tasks' && this.load()));
  }

  stop() {
    this.#stops.forEach((stop) => stop());
  }

  get statistics() {
    return this.#count.statistics;
  }

  get message() {
    return this.#count.message;
  }

  /** How many changes wait to be sent, how many for the user's decision, and whether they survive a reload. */
  get unsent() {
    const { entries, persistent } = unsent();
    const held = entries.filter((each) => each.held).length;
    return { count: entries.length - held, held, persistent };
  }

  /** The tasks as the user has changed them: by id {...task, unsent, conflict}. */
  get shown() {
    const shown = new Map(this.tasks);
    for (const entry of unsent().entries) {
      const { body, held, at } = entry;
      const task = shown.get(body.task) ?? (body.kind === 'create' && this.#draft(body, at));
      // After a conflict the server's version is shown, until the user has decided.
      if (held) shown.set(body.task, { ...newer(task, held.details.task), conflict: entry });
      else if (task && !task.conflict) shown.set(body.task, { ...task, ...(body.kind !== 'create' && fieldsOf(body)), unsent: true });
    }
    return shown;
  }

  #draft({ task: id, wanted }, at) {
    if (this.#filter.status === 'completed') return undefined;
    return { id, ...wanted, status: 'pending', shared_with: [], created_at: new Date(at).toISOString(), version: 0 };
  }

  /** Reads one page more of the older tasks. */
  loadMore() {
    this.#pages++;
    return this.load();
  }

  async load(filter = this.#filter) {
    if (filter !== this.#filter) this.#pages = 1;
    this.#filter = filter;
    const meanwhile = (this.#meanwhile = []);
    const read = [];
    let next = null;
    try {
      do {
        const query = new URLSearchParams({ limit: PAGE, ...filter, ...(next && { cursor: next }) });
        const page = await api(`/api/v1/tasks?${query}`);
        // A newer read has begun.
        if (meanwhile !== this.#meanwhile) return;
        read.push(...page.items);
        next = page.next;
      } while (next !== null && read.length < this.#pages * PAGE);
      // An event may have arrived before the response: the higher version is kept.
      const before = this.tasks;
      this.tasks = new Map(read.map((task) => [task.id, newer(before.get(task.id), task)]));
      meanwhile.forEach((event) => this.#apply(event));
      this.#meanwhile = null;
      this.more = next !== null;
      this.mayLoadMore = this.more && this.#pages < MAX_PAGES;
      this.state = 'ready';
    } catch (failure) {
      if (meanwhile !== this.#meanwhile) return;
      this.#meanwhile = null;
      this.state = 'failed';
      this.failure = failure.message;
    }
    this.changed();
  }

  /** Shows a change, requests it, and reverts it if the server refuses it. */
  async change(id, wanted, request) {
    const before = this.tasks.get(id);
    this.tasks.set(id, { ...before, ...wanted });
    this.waiting.add(id);
    this.changed();
    try {
      this.#confirmed(await request());
    } catch (failure) {
      // Unless another user's change has arrived meanwhile.
      if (before && this.tasks.get(id)?.version === before.version) this.tasks.set(id, before);
      else if (!before) this.tasks.delete(id);
      throw failure;
    } finally {
      this.waiting.delete(id);
      this.changed();
    }
  }

  create(title, team) {
    return change('create', uuid(), { title, team_id: team });
  }

  rename({ id, title: before }, title) {
    return change('edit', id, { title }, this.tasks.get(id), before);
  }

  complete(task) {
    return this.#mark('complete', task);
  }

  reopen(task) {
    return this.#mark('reopen', task);
  }

  #mark(kind, { id, title }) {
    return change(kind, id, {}, this.tasks.get(id), title);
  }

  /** Decides a conflict: for the user's change, or for the server's version. */
  decide({ conflict }, isOwn) {
    this.#confirmed(conflict.held.details.task);
    return decide(conflict, isOwn);
  }

  share(task, user, access) {
    const others = (task.readers ?? []).filter((each) => each !== user);
    const wanted = { shared_with: [...new Set([...task.shared_with, user])], readers: access === 'read' ? [...others, user] : others };
    return this.#step(task, 'share', wanted, { user_id: user, access });
  }

  withdraw({ id, shared_with: users }, user) {
    const wanted = { shared_with: users.filter((each) => each !== user) };
    return this.change(id, wanted, () => api(`/api/v1/tasks/${id}/share/${encodeURIComponent(user)}`, { method: 'DELETE' }));
  }

  setTeamAccess({ id }, access) {
    return this.change(id, { team_access: access }, () => api(`/api/v1/tasks/${id}`, { method: 'PATCH', body: { team_access: access } }));
  }

  remove(task) {
    return api(`/api/v1/tasks/${task.id}`, { method: 'DELETE' });
  }

  #step({ id }, step, wanted, body) {
    return this.change(id, wanted, () => api(`/api/v1/tasks/${id}/${step}`, { method: 'POST', body }));
  }

  /** The server's answer to a change. */
  #confirmed(task) {
    const isFitting = !this.#filter.status || task.status === this.#filter.status;
    const known = this.tasks.get(task.id);
    if (known?.version > task.version) return;
    if (isFitting) this.tasks.set(task.id, task);
    else this.tasks.delete(task.id);
  }

  #take({ type, data }) {
    // Tasks of a team come and go with the membership.
    if (type === 'membership_changed') this.load();
    // An event of a comment holds no task.
    if (!data.task_id || data.comment) return;
    const event = { ...data, gone: END.has(type) || data.visible === false };
    this.#meanwhile?.push(event);
    this.#apply(event);
    this.changed();
  }

  #apply({ task_id: id, visible, gone, user_id: by, ...rest }) {
    const fits = !this.#filter.status || rest.status === this.#filter.status;
    const isNews = !(this.tasks.get(id)?.version >= rest.version);
    if (gone || (!fits && isNews)) this.tasks.delete(id);
    else this.tasks.set(id, newer(this.tasks.get(id), { id, ...rest }));
    if (isNews && !gone && !this.waiting.has(id)) this.fresh.add(id);
  }
}

const newer = (known, task) => (known && known.version > task.version ? known : task);
