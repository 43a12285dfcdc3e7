// The numbers of a board in a range: the latest snapshot, or the sums of the range, beside those they are compared with.

import { client } from './live.js';
import { api } from './session.js';

const REFRESH = { range: 5000, longest: 20_000, live: 60_000 }; // at most that often, in milliseconds

const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);

/** The latest numbers with those of the range instead; what has one entry per key is replaced as a whole. */
function merged(latest, sums, isKeyed, path = '') {
  const result = { ...latest };
  for (const [name, value] of Object.entries(sums)) {
    const inner = path ? `${path}.${name}` : name;
    const isJoined = isObject(value) && isObject(latest[name]) && !isKeyed(inner);
    result[name] = isJoined ? merged(latest[name], value, isKeyed, inner) : value;
  }
  return result;
}

/** show(message, latest): the numbers to draw, and the latest snapshot; failed(reason): null once they can be read again. */
export class Numbers {
  #latest = null;
  #period = null;
  #compare = '';
  #answer = null;
  #read = 0; // numbers reads, so that an outdated answer is dropped
  #readAt = -Infinity;
  #timer = null;

  constructor(board, show, failed) {
    const keyed = board.metrics.map(({ path }) => path).filter((path) => path.includes('*'));
    this.isKeyed = (path) => keyed.some((each) => each.startsWith(`${path}.*`));
    Object.assign(this, { board, show, failed });
  }

  /** A new snapshot. */
  latest(message) {
    this.#latest = message;
    this.#draw();
    if (this.#period?.isOpen) this.#refresh();
  }

  /** Another range; compare: `previous`, `week`, or the empty text. */
  choose(period, compare) {
    const isSame = JSON.stringify([this.#period?.query, this.#compare]) === JSON.stringify([period.query, compare]);
    this.#period = period;
    this.#compare = compare;
    if (isSame && this.#answer) return;
    this.#answer = null;
    this.#readAt = -Infinity;
    if (!period.query) this.#draw();
    this.#refresh();
  }

  stop() {
    clearTimeout(this.#timer);
    this.#read++;
    this.#period = null;
  }

  #refresh() {
    const { query } = this.#period;
    if (!query && !this.#compare) return this.#draw();
    // A long range costs the server more, and moves less.
    const pause = query ? Math.min(REFRESH.longest, Math.max(REFRESH.range, this.#period.length / 10_000)) : REFRESH.live;
    const wait = this.#readAt + pause - performance.now();
    if (wait <= 0) return this.#ask(this.#period);
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      if (this.#period && !document.hidden) this.#refresh();
    }, wait);
  }

  async #ask(period) {
    const mine = ++this.#read;
    this.#readAt = performance.now();
    // The name of a part of a board carries its parameters.
    const [name, part] = this.board.name.split('?');
    const query = new URLSearchParams(part);
    Object.entries({ ...period.query, ...(this.#compare && { compare: this.#compare }) }).forEach((each) => query.append(...each));
    try {
      const answer = await api(`/api/v1/boards/${name}?${query}`);
      if (mine !== this.#read) return;
      this.#answer = { ...answer, at: Date.now(), isRange: Boolean(period.query) };
      this.failed(null);
      this.#draw();
    } catch (failure) {
      if (mine === this.#read) this.failed(failure.message);
    }
  }

  #draw() {
    const latest = this.#latest;
    const answer = this.#answer;
    if (!latest || !this.#period || (this.#period.query && !answer)) return;
    const range = JSON.stringify(this.#period.query);
    if (!answer?.isRange) return this.show({ ...latest, range, ...(answer && { comparison: answer.comparison, compared: answer.compared }) }, latest);
    const { data, comparison, compared, at } = answer;
    const isCurrent = this.#period.isOpen && client.age(latest) < Date.now() - at;
    this.show({ ...latest, data: merged(latest.data, data, this.isKeyed), sums: data, comparison, compared, at: isCurrent ? latest.at : at, range, isRange: true, isPast: !this.#period.isOpen }, latest);
  }
}
