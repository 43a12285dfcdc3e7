// What tabs of one origin have in common: locks and channels, enough of them.

export class FakeOrigin {
  #held = new Map(); // lock name -> queue of waiters, the first holds it
  #channels = new Set();

  /** What one tab sees; `leave` is its end, by crash or otherwise. */
  tab() {
    const origin = this;
    const leaving = new AbortController();
    const channels = [];
    class Channel {
      constructor(name) {
        Object.assign(this, { name, open: true });
        origin.#channels.add(this);
        channels.push(this);
      }
      postMessage(data) {
        const copy = structuredClone(data);
        for (const other of origin.#channels) {
          if (other === this || other.name !== this.name) continue;
          queueMicrotask(() => other.open && other.onmessage?.({ data: copy }));
        }
      }
      close() {
        this.open = false;
        origin.#channels.delete(this);
      }
    }
    const request = (name, { signal }, task) =>
      new Promise((done, fail) => {
        const waiter = { task, done };
        const queue = origin.#held.get(name) ?? [];
        origin.#held.set(name, queue);
        queue.push(waiter);
        const give = () => {
          const at = queue.indexOf(waiter);
          if (at < 0) return;
          queue.splice(at, 1);
          fail(new Error('aborted'));
          if (at === 0) origin.#grant(queue);
        };
        for (const end of [signal, leaving.signal]) end.addEventListener('abort', give);
        if (queue.length === 1) origin.#grant(queue);
      });
    const leave = () => {
      channels.forEach((channel) => channel.close());
      leaving.abort();
    };
    return { env: { BroadcastChannel: Channel, locks: { request } }, leave };
  }

  async #grant(queue) {
    const [waiter] = queue;
    if (!waiter) return;
    await null;
    if (queue[0] !== waiter) return;
    waiter.done(await waiter.task());
    if (queue[0] !== waiter) return;
    queue.shift();
    this.#grant(queue);
  }
}
