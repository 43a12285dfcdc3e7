// A clock that stands still until it is moved.

export const settle = async () => {
  for (let turns = 0; turns < 12; turns++) await new Promise((done) => setImmediate(done));
};

export class FakeClock {
  time = Date.parse('2025-11-16T12:34:56.789Z');
  #timers = new Map();
  #next = 1;
  #set = 0; // by how much somebody has set the clock

  now = () => this.time;

  elapsed = () => this.time - this.#set;

  /** As in browsers and Node, a wait of more than 31 bits ends at once. */
  setTimeout = (task, wait) => {
    if (wait > 2 ** 31 - 1) wait = 1;
    this.#timers.set(this.#next, { task, at: this.time + Math.max(0, wait) });
    return this.#next++;
  };

  clearTimeout = (id) => this.#timers.delete(id);

  /** Runs what is due until then, each at its time. */
  async advance(millis) {
    const until = this.time + millis;
    await settle();
    for (;;) {
      let first = null;
      for (const [id, timer] of this.#timers) {
        if (timer.at <= until && (!first || timer.at < first.timer.at)) first = { id, timer };
      }
      if (!first) break;
      this.#timers.delete(first.id);
      this.time = Math.max(this.time, first.timer.at);
      first.timer.task();
      await settle();
    }
    this.time = until;
  }

  /** Somebody sets the clock: no time goes by. */
  jump(millis) {
    this.time += millis;
    this.#set += millis;
    for (const timer of this.#timers.values()) timer.at += millis;
  }

  /** The machine sleeps: time goes by, no timer runs. */
  sleep(millis) {
    this.time += millis;
  }
}

/** Mulberry32: the same numbers for the same seed. */
export const seeded = (seed) => () => {
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
};
