// How fast a client may ask, so that it stays below the server's limits; and time limits.

/** The longest wait of setTimeout, 24.8 days: a longer one would end at once. */
export const LONGEST_WAIT = 2 ** 31 - 1;

/** Milliseconds that do not jump when somebody sets the clock. */
export const elapsed = (clock) => clock.elapsed?.() ?? clock.now();

/** The result of a task; fails when there is none in that time. */
export function within(clock, millis, task) {
  return new Promise((resolve, reject) => {
    const timer = clock.setTimeout(reject, millis);
    new Promise((start) => start(task())).then(resolve, reject).finally(() => clock.clearTimeout(timer));
  });
}

/** A token bucket: `size` at once, then `rate` per second. */
export class Bucket {
  constructor(clock, size, rate) {
    Object.assign(this, { clock, size, rate, left: size, at: elapsed(clock) });
  }

  /** Takes as many as there are, at most `most`; returns how many. */
  take(most) {
    const now = elapsed(this.clock);
    this.left = Math.min(this.size, this.left + ((now - this.at) * this.rate) / 1000);
    this.at = now;
    const taken = Math.min(most, Math.floor(this.left));
    this.left -= taken;
    return taken;
  }

  /** The server found it too much. */
  halve() {
    this.rate = Math.max(0.5, this.rate / 2);
    this.size = Math.max(1, this.size / 2);
  }
}
