// Reads the task statistics of the user after events, at most once a second.

import { api } from './session.js';
import { eachSecond } from './html.js';
import { client } from './live.js';

const isOn = () => ['live', 'polling'].includes(client.state);

const CHECK = 30_000; // milliseconds after which the statistics are read again

/** Calls changed() after every read; `statistics` is null before the first. */
export class TaskCount {
  statistics = null;
  message = { at: Date.now() }; // when they were current
  #stops;
  #timer = null;
  #readAt = -Infinity;

  constructor(changed) {
    this.changed = changed;
    this.#stops = [
      client.subscribe('tasks', () => this.schedule()),
      client.on('subscribed', ({ topic }) => topic === 'tasks' && this.schedule()),
      eachSecond(() => this.#keepCurrent()),
    ];
    this.read().catch(() => {}); // The next event reads again.
  }

  /** While events arrive and the server can read the tasks, the statistics are current: it is asked now and then. */
  #keepCurrent() {
    if (!this.statistics || !isOn() || client.isStale('tasks')) return;
    const age = performance.now() - this.#readAt;
    if (age < CHECK) this.message.at = Date.now();
    else this.schedule();
  }

  stop() {
    this.#stops.forEach((stop) => stop());
    clearTimeout(this.#timer);
  }

  schedule() {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.read().catch(() => {});
    }, 1000);
  }

  async read() {
    this.statistics = await api('/api/v1/tasks/statistics');
    this.#readAt = performance.now();
    this.message.at = Date.now();
    this.changed();
  }
}
