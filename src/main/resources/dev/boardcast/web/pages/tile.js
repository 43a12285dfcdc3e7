// <metric-tile>: a metric, its label and age. <spark-line>: a line chart without axes.

import { eachSecondOf, h, text, toFacts } from './html.js';
import { ago, changeOf, dateTime, shown, unitOf } from './format.js';
import { client, isStale, serverTime } from './live.js';

const still = matchMedia('(prefers-reduced-motion: reduce)');
const TRANSITION = 700; // duration of the transition to a new value, in milliseconds

/** Shows the age of the latest message, and greys the box when it is stale. Returns the function that takes a message. */
export function aging(box, label) {
  let message = null;
  const tick = () => {
    if (!message || !box.isConnected) return;
    box.toggleAttribute('data-stale', !message.isPast && isStale(message));
    text(label, message.isPast ? '' : `${isStale(message) ? 'stale, ' : ''}${ago(client.age(message))}`);
  };
  eachSecondOf(box, tick);
  return (next) => {
    message = next;
    tick();
  };
}

const GLOW = 1500;
const VERSUS = { previous: 'before', week: 'a week before' };

export class MetricTile extends HTMLElement {
  #value = h('p.value', '–');
  #sub = h('p.sub');
  #rate = h('p.sub.rate', { hidden: true });
  #change = h('p.sub.change', { hidden: true });
  #age = h('span.age');
  #shown = null;
  #aim = null; // what is shown once it does not move
  #range = null; // of which the number is

  /**
   * path: of the metric, for its change and its sparkline. better: `up` or `down`, which change is good.
   * trend: the page itself shows how it changed until now. smooth: animates to the new value. spark: adds a sparkline. isCounter: also shows how fast it grows.
   */
  setup({ label, path = null, unit = 'count', hero = false, smooth = false, spark = Boolean(path), isCounter = false, better = null, trend = false }) {
    Object.assign(this, { path, unit, smooth, isCounter, better, trend });
    if (hero) this.classList.add('hero');
    const heading = h('h2.label', path ? toFacts(path, null, label) : h('span', label), this.#age);
    this.spark = spark ? h('spark-line') : null;
    this.replaceChildren(heading, this.#value, this.#change, this.#sub, this.#rate, ...(spark ? [this.spark] : []));
    this.aged = aging(this, this.#age);
    return this;
  }

  show(value, message, sub = unitOf(this.unit)) {
    if (typeof sub === 'string') text(this.#sub, sub ?? '');
    else this.#sub.replaceChildren(sub);
    this.#sub.hidden = sub === '';
    this.aged(message);
    // The number of another range has not moved.
    const isSame = this.#shown !== null && message.range === this.#range;
    const isMoved = isSame && value !== this.#aim && !still.matches;
    this.#range = message.range;
    if (isMoved) this.#glow();
    if (isMoved && this.smooth && typeof value === 'number' && typeof this.#shown === 'number') this.#move(value);
    else if (!isSame || value !== this.#aim) this.#begin(value);
    this.#aim = value;
  }

  /** Shows a number at once, also while it moves to another one. */
  #begin(value) {
    this.animation = null;
    this.#write(value);
  }

  /** Says once that the number is another one. */
  #glow() {
    const from = { backgroundColor: 'color-mix(in srgb, var(--accent) 20%, transparent)' };
    this.#value.animate([from, { backgroundColor: 'transparent' }], { duration: GLOW, easing: 'ease-out', id: 'moved' });
  }

  /** How fast a counter grows; the empty text where that is not known. */
  showRate(words) {
    text(this.#rate, words);
    this.#rate.hidden = !words;
  }

  /** The change against what the number is compared with: {value, direction, change}, and `compared.with`. */
  compare(found, compared) {
    const words = found && changeOf(found);
    this.#change.hidden = !words;
    if (!words) return;
    const { value, direction, change } = found;
    const isGood = direction === this.better;
    this.#change.dataset.tone = !this.better || direction === 'stable' ? 'none' : isGood ? 'good' : 'bad';
    const before = found.at ? `at ${dateTime(found.at)}` : compared.at ? (compared.with === 'week' ? 'a week ago' : 'a day ago') : VERSUS[compared.with];
    text(this.#change, `${words} ${change === null ? 'from' : 'against'} ${shown(value, this.unit)} ${before}`);
  }

  #write(value) {
    this.#shown = value;
    text(this.#value, shown(value, this.unit));
  }

  #move(to) {
    const from = this.#shown;
    // The intermediate values have the precision of the final one.
    const exact = Number.isInteger(to) ? 1 : Math.abs(to) < 1 ? 1e6 : 100;
    const began = performance.now();
    const animation = (this.animation = {});
    const step = (now) => {
      if (this.animation !== animation) return;
      const part = Math.min(1, (now - began) / TRANSITION);
      const eased = 1 - (1 - part) ** 3;
      this.#write(part === 1 ? to : Math.round((from + (to - from) * eased) * exact) / exact);
      if (part < 1) requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  }
}

const KEPT = 120;

export class SparkLine extends HTMLElement {
  #points = [];

  /** points: [[millis, value]], null for an unknown value. */
  set points(points) {
    this.#points = points.slice(-KEPT);
    this.#draw();
  }

  add(value, at) {
    if (!this.#points.length || typeof value !== 'number') return;
    if (at - this.#points.at(-1)[0] < 15_000) this.#points.pop();
    this.points = [...this.#points, [at, value]];
  }

  #draw() {
    const known = this.#points.filter(([, value]) => typeof value === 'number');
    if (known.length < 2) return this.replaceChildren();
    const values = known.map(([, value]) => value);
    const low = Math.min(...values);
    const high = Math.max(...values);
    const first = known[0][0];
    const width = known.at(-1)[0] - first || 1;
    const y = (value) => (high === low ? 20 : 38 - ((value - low) / (high - low)) * 36);
    const line = known.map(([at, value]) => `${(((at - first) / width) * 200).toFixed(1)} ${y(value).toFixed(1)}`).join('L');
    this.innerHTML = `<svg viewBox="0 0 200 40" preserveAspectRatio="none" aria-hidden="true">
      <path d="M${line}L200 40L0 40Z" fill="currentColor" opacity=".09"/>
      <path d="M${line}" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linejoin="round" vector-effect="non-scaling-stroke"/></svg>`;
  }
}

customElements.define('metric-tile', MetricTile);
customElements.define('spark-line', SparkLine);

export const tile = (options, ...classes) => {
  const node = document.createElement('metric-tile').setup(options);
  node.classList.add(...classes);
  return node;
};
