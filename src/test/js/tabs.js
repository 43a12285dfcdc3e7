// What tabs of one origin have in common: locks and channels, enough of them.

export class FakeOrigin {
  #held = new Map(); // lock name -> queue of waiters, the first holds it
  #channels = new Set();

  /** What one tab sees; `leave` is its end, by crash or otherwise. */
  tab() {
    const origin = this;
    const tab = { frozen: false, late: [] }; // what comes while it is frozen
    const leaving = new AbortController();
    const channels = [];
    class Channel {
      constructor(name) {
        Object.assign(this, { name, tab, open: true });
        origin.#channels.add(this);
        channels.push(this);
      }
      postMessage(data) {
        if (tab.frozen) return;
        const copy = structuredClone(data);
        for (const other of origin.#channels) {
          if (other === this || other.name !== this.name) continue;
          const deliver = () => other.open && other.onmessage?.({ data: copy });
          queueMicrotask(() => (other.tab.frozen ? other.tab.late.push(deliver) : deliver()));
        }
      }
      close() {
        this.open = false;
        origin.#channels.delete(this);
      }
    }
    const request = (name, { signal, steal }, task) =>
      new Promise((done, fail) => {
        const queue = origin.#held.get(name) ?? [];
        origin.#held.set(name, queue);
        const lose = (failure) => (tab.frozen ? tab.late.push(() => fail(failure)) : fail(failure));
        const waiter = { task, done, lose };
        if (steal) {
          if (signal) return fail(new Error('not with a signal'));
          if (queue[0]?.granted) queue.shift().lose(new Error('stolen'));
          queue.unshift(waiter);
        } else queue.push(waiter);
        const give = () => {
          const at = queue.indexOf(waiter);
          if (at < 0) return;
          queue.splice(at, 1);
          fail(new Error('aborted'));
          if (at === 0) origin.#grant(queue);
        };
        for (const end of [signal, leaving.signal]) end?.addEventListener('abort', give);
        if (queue[0] === waiter) origin.#grant(queue);
      });
    const leave = () => {
      channels.forEach((channel) => channel.close());
      leaving.abort();
    };
    /** Nothing runs in it, and nothing reaches it, until it goes on. */
    const freeze = () => (tab.frozen = true);
    const thaw = () => {
      tab.frozen = false;
      for (const task of tab.late.splice(0)) task();
    };
    return { env: { BroadcastChannel: Channel, locks: { request } }, leave, freeze, thaw, tab };
  }

  async #grant(queue) {
    const [waiter] = queue;
    if (!waiter) return;
    await null;
    if (queue[0] !== waiter || waiter.granted) return;
    waiter.granted = true;
    waiter.done(await waiter.task());
    if (queue[0] !== waiter) return;
    queue.shift();
    this.#grant(queue);
  }
}
