// Reads the task statistics of the user after events, at most once a second.

import { api } from './session.js';
import { eachSecond } from './html.js';
import { client } from './live.js';

const isOn = () => ['live', 'polling'].includes(client.state);

/** Calls changed() after every read; `statistics` is null before the first. */
export class TaskCount {
  statistics = null;
  message = { at: Date.now() }; // when they were current
  #stops;
  #timer = null;

  constructor(changed) {
    this.changed = changed;
    this.#stops = [
      client.subscribe('tasks', () => this.schedule()),
      client.on('subscribed', ({ topic }) => topic === 'tasks' && this.schedule()),
      // While the connection is up and no event arrives, the statistics are current.
      eachSecond(() => this.statistics && isOn() && (this.message.at = Date.now())),
    ];
    this.read().catch(() => {}); // The next event reads again.
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
    this.message.at = Date.now();
    this.changed();
  }
}
