// <metric-chart>: one or more metrics of a board over time. Drawn at most once per frame.

import { color, empty, failed, frame, h, NO_NAME, note, SERIES, toFacts } from './html.js';
import { short, shown, timeOf, timeTicks } from './format.js';
import { csv, history } from './history.js';
import { brush } from './brush.js';
import { serverNow, serverTime, valuesAt } from './live.js';
import { BASE } from './session.js';

// The chart library is optional on the server: without it, each chart is replaced by the server's reason.
const SCRIPT = `${BASE}/chart.js`;
const { Chart } = await import(SCRIPT).then(() => globalThis, () => ({}));
const reason = Chart ? null : await fetch(SCRIPT).then((response) => response.json()).then(({ detail }) => detail, () => SCRIPT);
if (Chart) {
  Chart.defaults.font.family = 'system-ui, sans-serif';
  Chart.defaults.animation = false;
}

const MAX_SERIES = 6;
const POINTS = 2000;
const MAX_TICKS = 7;
const TICK_WIDTH = 80; // pixels
const SHORTEST = 100_000; // milliseconds on the time axis
const DAY = 86_400_000; // beyond it, ticks have a weekday or date too

/** Lines at the thresholds and the target that a description declares. */
function levelsOf(metrics) {
  const { thresholds = [], target } = metrics.length === 1 ? (metrics[0].display ?? {}) : {};
  const lines = thresholds.map(({ state, at }, i) => ({ at, label: state, tone: i === thresholds.length - 1 ? 'bad' : 'wait' }));
  return target === undefined ? lines : [...lines, { at: target, label: 'target', tone: 'good' }];
}

/** As many ticks as fit. */
function ticksOf({ min, max, chart: { width } }) {
  const most = Math.min(MAX_TICKS, Math.max(2, Math.floor(width / (max - min > DAY ? 1.4 * TICK_WIDTH : TICK_WIDTH))));
  return timeTicks(min, max, most).map((value) => ({ value }));
}

const PATIENCE = 2000; // milliseconds
const MAX_KEYS = 50; // more are not read, but chosen from
const MAX_REMEMBERED = 500;
const colors = new Map(); // by board: the colors of keys, as places in SERIES

function remembered(board) {
  const known = colors.get(board);
  if (known && known.size < MAX_REMEMBERED) return known;
  colors.set(board, new Map());
  return colors.get(board);
}

export class MetricChart extends HTMLElement {
  #plot = h('div.plot');
  #legend = h('ul.legend');
  #series = new Map();
  #load = 0;

  /**
   * metrics: [{path, label, color}] of one unit, the color is optional; marks(message): [{at, value, key, label}] drawn on top, those without a
   * value on the series of their key. lowest: of too many series, those with the lowest values are shown.
   * levels: [{at, label, tone}], lines at thresholds and targets.
   */
  setup({ board, title, metrics, unit = 'count', fill = false, from0 = false, lowest = false, marks = null, levels = levelsOf(metrics) }) {
    Object.assign(this, { board, heading: title, metrics, unit, fill, from0, lowest, marks, levels });
    this.only = null;
    const download = () =>
      csv(board, this.metrics.map(({ path }) => path), this.range, title, this.#latest().length).catch((failure) => note(failure.message));
    this.replaceChildren(
      h('header', h('h2', title), toFacts(metrics[0].path, null, 'Facts', 'button.plain'), h('button.plain', { title: `${title} as CSV`, 'aria-label': `${title} as CSV`, onclick: download }, 'CSV')),
      this.#plot,
      this.#legend,
    );
    return this;
  }

  disconnectedCallback() {
    this.#chart?.destroy();
    this.#chart = null;
  }

  #chart = null;

  /** Draws over the series, and says the same in words: {draw(chart), words(axis)}; null for nothing. */
  overlay = null;

  async load(range) {
    const mine = ++this.#load;
    this.range = range;
    if (!Chart) return this.#plot.replaceChildren(empty('No chart', reason));
    if (!this.#chart) this.#plot.replaceChildren(h('p.loading', 'Reading history'));
    // How many keys there are is only known with a snapshot; without one for a while, all are tried.
    if (this.metrics[0].path.includes('*') && !this.last) await new Promise((resolve) => {
      this.first = resolve;
      setTimeout(resolve, PATIENCE);
    });
    if (mine !== this.#load) return;
    try {
      const keys = this.#keys();
      const read = await history(this.board, this.metrics.map(({ path }) => path), range, keys);
      if (mine !== this.#load || !this.isConnected) return;
      this.#series.clear();
      this.loaded = keys;
      for (const [key, points] of read) this.#of(key).points = points;
      this.#ready();
      if (this.last) this.add(this.last);
    } catch (failure) {
      if (mine !== this.#load) return;
      this.#chart?.destroy();
      this.#chart = null;
      this.#plot.replaceChildren(failed('No history', failure.message, () => this.load(range)));
    }
  }

  /** The values of a metric by key now. */
  #latest() {
    const [{ path }] = this.metrics;
    if (!path.includes('*') || !this.last) return [];
    return Object.entries(valuesAt(this.last.data, path)).filter(([, value]) => typeof value === 'number');
  }

  /** Of many keys, those whose history is read: the one that is shown alone, or the first ones of the order. */
  #keys() {
    const all = this.#latest();
    if (all.length <= MAX_KEYS) return [];
    if (this.only !== null && all.some(([key]) => key === this.only)) return [this.only];
    return all.sort(([, a], [, b]) => (this.lowest ? a - b : b - a)).slice(0, 2 * MAX_SERIES).map(([key]) => key);
  }

  /** Appends a board's newest snapshot, if the range ends now. */
  add(message) {
    this.last = message;
    this.first?.();
    if (!this.#chart || !this.range?.live) return;
    for (const { path } of this.metrics) {
      for (const [key, value] of Object.entries(valuesAt(message.data, path))) {
        if (typeof value === 'number' && (!this.loaded?.length || this.loaded.includes(key))) this.#append(path.includes('*') ? `${path} ${key}` : path, serverTime(message), value);
      }
    }
    frame(this.#draw);
  }

  #append(key, at, value) {
    const { points } = this.#of(key);
    const { live, length, from } = this.range;
    // Within a step, the last point is replaced by the current value.
    if (points.length > 1 && at - points.at(-2)[0] < live) points.pop();
    points.push([at, value]);
    while (points.length > POINTS || points[0][0] < (from ?? at - length)) points.shift();
  }

  #of(key) {
    if (!this.#series.has(key)) {
      const [path, ...name] = key.split(' ');
      const own = name.length ? name.join(' ') : null;
      const metric = this.metrics.find((each) => each.path === path);
      this.#series.set(key, { key: own, label: own === null ? metric?.label : own || NO_NAME, color: own === null ? metric?.color : undefined, points: [] });
    }
    return this.#series.get(key);
  }

  #ready() {
    if (!this.#chart) {
      const canvas = h('canvas', { role: 'img' });
      this.#plot.replaceChildren(canvas, brush(canvas, () => this.#chart?.scales.x, (from, to) =>
        this.dispatchEvent(new CustomEvent('range', { bubbles: true, detail: { from, to } }))));
      this.#chart = new Chart(canvas, this.#options());
    }
    frame(this.#draw);
  }

  /** Shows the series of one key only, all of them with null. */
  open(key) {
    this.only = key;
    const isRead = !this.loaded?.length || (key !== null && this.loaded.includes(key));
    if (isRead || !this.range) frame(this.#draw);
    else this.load(this.range);
  }

  /** After a change of the overlay. */
  redraw = () => this.#draw();

  /** After a change of theme. */
  repaint() {
    if (!this.#chart) return;
    this.#chart.destroy();
    this.#chart = null;
    this.#ready();
  }

  #draw = () => {
    if (!this.#chart) return;
    const all = [...this.#series.values()].filter(({ points }) => points.some(([, value]) => value !== null));
    const opened = this.only === null ? [] : all.filter(({ key }) => key === this.only);
    const known = opened.length ? opened : all;
    const latest = ({ points }) => points.findLast(([, value]) => value !== null)?.[1] ?? 0;
    const several = this.metrics.length === 1 && known.length > MAX_SERIES;
    if (several) known.sort((a, b) => (this.lowest ? latest(a) - latest(b) : latest(b) - latest(a)));
    const drawn = known.slice(0, MAX_SERIES);
    const hues = this.#huesOf(drawn);
    const sets = drawn.map(({ label, points }, i) => ({
      label,
      data: points.map(([x, y]) => ({ x, y })),
      borderColor: hues[i],
      backgroundColor: hues[i],
      fill: false,
      ...(this.fill && drawn.length === 1 && { fill: true, backgroundColor: hues[i].replace(/^rgba?\(([^)]+)\)$/, 'rgba($1, .1)') }),
    }));
    const marked = this.marks && this.last ? this.#marked() : [];
    if (marked.length) sets.push({ label: 'Anomaly', data: marked, showLine: false, pointRadius: 7, pointStyle: 'triangle', borderColor: color('bad'), backgroundColor: color('bad') });
    const now = this.range.to ?? serverNow();
    const min = this.range.to ? this.range.from : this.#begin(known, now);
    sets.push(...this.levels.map(({ at, label, tone }) => ({ label, data: [{ x: min, y: at }, { x: now, y: at }], borderColor: color(tone), borderWidth: 1, borderDash: [5, 4], pointHitRadius: 0, pointHoverRadius: 0 })));
    this.#chart.data.datasets = sets;
    Object.assign(this.#chart.options.scales.x, { min, max: now });
    Object.assign(this.#chart.options.scales.y, this.#bounds(drawn));
    this.#chart.update('none');
    this.#describe(drawn, latest, Math.max(known.length, this.#latest().length) - drawn.length, marked, opened.length > 0);
  };

  /** The colors of series: a key has the same one in all charts of a board, as far as they suffice. */
  #huesOf(drawn) {
    const memory = remembered(this.board);
    const taken = new Set();
    return drawn.map(({ key, color: own }) => {
      const known = own ? SERIES.indexOf(own) : (memory.get(key) ?? -1);
      const isFree = (hue) => !taken.has(hue) && (key === null || ![...memory.values()].includes(hue));
      const free = known >= 0 && !taken.has(known) ? known : SERIES.findIndex((_, i) => isFree(i));
      const hue = free >= 0 ? free : SERIES.findIndex((_, i) => !taken.has(i));
      taken.add(hue);
      if (key !== null && !memory.has(key)) memory.set(key, hue);
      return this.#hues[hue];
    });
  }

  /** The start of the time axis: later than the range where the data begins later. */
  #begin(known, now) {
    const first = Math.min(...known.map(({ points }) => points.find(([, value]) => value !== null)[0]));
    return Math.max(this.range.from ?? now - this.range.length, Math.min(first, now - SHORTEST));
  }

  #marked() {
    return this.marks(this.last).map(({ at, value, key, label }) => ({ x: at, y: value ?? this.#near(key, at), label })).filter(({ y }) => y !== null);
  }

  #near(key, at) {
    const points = this.#of(`${this.metrics[0].path} ${key}`).points.filter(([, value]) => value !== null);
    return (points.find(([time]) => time >= at) ?? points.at(-1))?.[1] ?? null;
  }

  #describe(drawn, latest, more, marked, isOpened) {
    const canvas = this.#chart.canvas;
    const parts = drawn.map((series) => `${series.label} ${shown(latest(series), this.unit)}`);
    parts.push(...marked.map(({ label }) => `anomaly: ${label}`));
    parts.push(...this.levels.map(({ label, at }) => `${label} ${shown(at, this.unit)}`));
    parts.push(...(this.overlay?.words(this.#chart.scales.x) ?? []));
    canvas.setAttribute('aria-label', `${this.heading}, ${this.range.label}: ${parts.join(', ') || 'no data yet'}`);
    canvas.hidden = !drawn.length;
    const blank = this.#plot.querySelector('.empty');
    if (!drawn.length && !blank) this.#plot.append(empty('No data yet', this.range.to ? 'Nothing was counted in this range.' : 'Points appear as snapshots arrive.'));
    if (drawn.length) blank?.remove();
    const items = drawn.length > 1 || isOpened ? drawn.map((series, i) => this.#legendOf(series, this.#chart.data.datasets[i].borderColor, isOpened)) : [];
    if (isOpened) items.push(h('li', h('button.plain', { onclick: () => this.#ask(null) }, 'Show all')));
    else if (more > 0) items.push(h('li', `and ${more} more in the CSV`));
    if (marked.length) items.push(h('li.bad', '▲ anomaly'));
    for (const { label, tone } of this.levels) items.push(h('li', h('i.line', { style: { background: `var(--${tone})` } }), label));
    // A legend that stays the same keeps the focus of its buttons.
    const same = items.length === this.#legend.children.length && items.every((item, i) => item.isEqualNode(this.#legend.children[i]));
    if (!same) this.#legend.replaceChildren(...items);
  }

  /** A series of a metric by key can be shown alone. */
  #legendOf(series, background, isOpened) {
    const mark = h('i', { style: { background } });
    if (series.key === null) return h('li', mark, series.label);
    const toggle = () => this.#ask(isOpened ? null : series.key);
    return h('li', mark, h('button.plain', { onclick: toggle, 'aria-pressed': String(isOpened), title: isOpened ? 'Show all' : `Show ${series.label} alone` }, series.label));
  }

  #ask(key) {
    this.dispatchEvent(new CustomEvent('open', { bubbles: true, detail: key }));
  }

  #options() {
    const [quiet, line, card, ink] = ['quiet', 'line', 'card', 'ink'].map(color);
    this.#hues = SERIES.map(color);
    const { unit } = this;
    return {
      type: 'line',
      data: { datasets: [] },
      plugins: [{ id: 'overlay', afterDatasetsDraw: (chart) => this.overlay?.draw(chart) }],
      options: {
        parsing: false,
        normalized: true,
        responsive: true,
        maintainAspectRatio: false,
        spanGaps: false,
        interaction: { mode: 'index', axis: 'x', intersect: false },
        elements: { line: { borderWidth: 2, tension: 0 }, point: { radius: 0, hitRadius: 8, hoverRadius: 4 } },
        scales: {
          x: {
            type: 'linear',
            border: { color: line },
            grid: { display: false },
            afterBuildTicks: (axis) => (axis.ticks = ticksOf(axis)),
            ticks: {
              color: quiet,
              autoSkip: true,
              maxRotation: 0,
              callback(value) {
                return timeOf(value, this.max - this.min);
              },
            },
          },
          y: {
            grace: '8%',
            border: { display: false },
            grid: { color: line },
            ticks: { color: quiet, maxTicksLimit: 5, callback: (value, i, ticks) => short(value, unit, ticks.length > 1 ? ticks[1].value - ticks[0].value : 1) },
          },
        },
        plugins: {
          legend: { display: false },
          decimation: { enabled: true, algorithm: 'lttb', samples: 400 },
          tooltip: {
            backgroundColor: ink,
            titleColor: card,
            bodyColor: card,
            padding: 10,
            cornerRadius: 8,
            boxWidth: 8,
            boxHeight: 8,
            callbacks: {
              title: ([first]) => first && timeOf(first.parsed.x, Math.min(this.range.length, 90_000_000)),
              label: ({ dataset, parsed, raw }) => ` ${raw.label ?? `${dataset.label}: ${shown(parsed.y, unit)}`}`,
            },
          },
        },
      },
    };
  }

  /** Begins at zero where that is near the lowest value; ends at 100 % at most. */
  #bounds(drawn) {
    let [low, high] = [Infinity, -Infinity];
    for (const { at } of this.levels) [low, high] = [Math.min(low, at), Math.max(high, at)];
    for (const { points } of drawn) {
      for (const [, value] of points) {
        if (value === null) continue;
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
    }
    const whole = { percent: 100, ratio: 1 }[this.unit];
    if (low === 0 && high === 0) return { min: 0, max: whole ?? 1 };
    return {
      min: low >= 0 && (this.from0 || low < high * 0.6) ? 0 : undefined,
      max: whole && high <= whole && high > whole * 0.95 ? whole : undefined,
    };
  }

  #hues = [];
}
customElements.define('metric-chart', MetricChart);

export const chart = (options, ...classes) => {
  const node = document.createElement('metric-chart').setup(options);
  node.classList.add(...classes);
  return node;
};
