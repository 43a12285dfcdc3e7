// How many tasks one sees, counted anew at most once a second, however many events there are.

import { api } from './session.js';
import { eachSecond } from './html.js';
import { client } from './live.js';

const isOn = () => ['live', 'polling'].includes(client.state);

/** changed() after every count; `statistics` is null before the first. */
export class TaskCount {
  statistics = null;
  message = { at: Date.now() }; // when that was so
  #stops;
  #timer = null;

  constructor(changed) {
    this.changed = changed;
    this.#stops = [
      client.subscribe('tasks', () => this.soon()),
      client.on('subscribed', ({ topic }) => topic === 'tasks' && this.soon()),
      // While events come, what was counted after the last one is so still.
      eachSecond(() => this.statistics && isOn() && (this.message.at = Date.now())),
    ];
    this.count().catch(() => {}); // The next event asks again.
  }

  stop() {
    this.#stops.forEach((stop) => stop());
    clearTimeout(this.#timer);
  }

  soon() {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.count().catch(() => {});
    }, 1000);
  }

  async count() {
    this.statistics = await api('/api/v1/tasks/statistics');
    this.message.at = Date.now();
    this.changed();
  }
}
