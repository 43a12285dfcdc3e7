// <metric-chart>: one or more metrics of a board over time. Drawn at most once per frame.

import { color, empty, failed, frame, h, NO_NAME, note, SERIES } from './html.js';
import { short, shown, timeOf, timeTicks } from './format.js';
import { csv, history } from './history.js';
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

/** As many ticks as fit. */
function ticksOf({ min, max, chart: { width } }) {
  const most = Math.min(MAX_TICKS, Math.max(2, Math.floor(width / TICK_WIDTH)));
  return timeTicks(min, max, most).map((value) => ({ value }));
}

export class MetricChart extends HTMLElement {
  #plot = h('div.plot');
  #legend = h('ul.legend');
  #series = new Map();
  #load = 0;

  /**
   * metrics: [{path, label}] of one unit; marks(message): [{at, value, key, label}] drawn on top, those without a
   * value on the series of their key. lowest: of too many series, those with the lowest values are shown.
   */
  setup({ board, title, metrics, unit = 'count', fill = false, from0 = false, lowest = false, marks = null }) {
    Object.assign(this, { board, heading: title, metrics, unit, fill, from0, lowest, marks });
    const download = () =>
      csv(board, this.metrics.map(({ path }) => path), this.range, title).catch((failure) => note(failure.message));
    this.replaceChildren(
      h('header', h('h2', title), h('button.plain', { title: `${title} as CSV`, 'aria-label': `${title} as CSV`, onclick: download }, 'CSV')),
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

  async load(range) {
    const mine = ++this.#load;
    this.range = range;
    if (!Chart) return this.#plot.replaceChildren(empty('No chart', reason));
    if (!this.#chart) this.#plot.replaceChildren(h('p.loading', 'Reading history'));
    try {
      const read = await history(this.board, this.metrics.map(({ path }) => path), range);
      if (mine !== this.#load || !this.isConnected) return;
      this.#series.clear();
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

  /** Appends a board's newest snapshot, if the range ends now. */
  add(message) {
    this.last = message;
    if (!this.#chart || !this.range?.live) return;
    for (const { path } of this.metrics) {
      for (const [key, value] of Object.entries(valuesAt(message.data, path))) {
        if (typeof value === 'number') this.#append(path.includes('*') ? `${path} ${key}` : path, serverTime(message), value);
      }
    }
    frame(this.#draw);
  }

  #append(key, at, value) {
    const { points } = this.#of(key);
    const { live, length } = this.range;
    // Within a step, the last point is replaced by the current value.
    if (points.length > 1 && at - points.at(-2)[0] < live) points.pop();
    points.push([at, value]);
    while (points.length > POINTS || points[0][0] < at - length) points.shift();
  }

  #of(key) {
    if (!this.#series.has(key)) {
      const [path, ...name] = key.split(' ');
      const label = name.length ? name.join(' ') || NO_NAME : this.metrics.find((metric) => metric.path === path)?.label;
      this.#series.set(key, { label, points: [] });
    }
    return this.#series.get(key);
  }

  #ready() {
    if (!this.#chart) {
      const canvas = h('canvas', { role: 'img' });
      this.#plot.replaceChildren(canvas);
      this.#chart = new Chart(canvas, this.#options());
    }
    frame(this.#draw);
  }

  /** After a change of theme. */
  repaint() {
    if (!this.#chart) return;
    this.#chart.destroy();
    this.#chart = null;
    this.#ready();
  }

  #draw = () => {
    if (!this.#chart) return;
    const known = [...this.#series.values()].filter(({ points }) => points.some(([, value]) => value !== null));
    const latest = ({ points }) => points.findLast(([, value]) => value !== null)?.[1] ?? 0;
    const several = this.metrics.length === 1 && known.length > MAX_SERIES;
    if (several) known.sort((a, b) => (this.lowest ? latest(a) - latest(b) : latest(b) - latest(a)));
    const drawn = known.slice(0, MAX_SERIES);
    const hues = drawn.map((_, i) => this.#hues[i]);
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
    this.#chart.data.datasets = sets;
    const now = this.range.to ?? serverNow();
    Object.assign(this.#chart.options.scales.x, { min: this.range.from ?? this.#begin(known, now), max: now });
    Object.assign(this.#chart.options.scales.y, this.#bounds(drawn));
    this.#chart.update('none');
    this.#describe(drawn, latest, known.length - drawn.length, marked);
  };

  /** The start of the time axis: later than the range where the data begins later. */
  #begin(known, now) {
    const first = Math.min(...known.map(({ points }) => points.find(([, value]) => value !== null)[0]));
    return Math.max(now - this.range.length, Math.min(first, now - SHORTEST));
  }

  #marked() {
    return this.marks(this.last).map(({ at, value, key, label }) => ({ x: at, y: value ?? this.#near(key, at), label })).filter(({ y }) => y !== null);
  }

  #near(key, at) {
    const points = this.#of(`${this.metrics[0].path} ${key}`).points.filter(([, value]) => value !== null);
    return (points.find(([time]) => time >= at) ?? points.at(-1))?.[1] ?? null;
  }

  #describe(drawn, latest, more, marked) {
    const canvas = this.#chart.canvas;
    const parts = drawn.map((series) => `${series.label} ${shown(latest(series), this.unit)}`);
    parts.push(...marked.map(({ label }) => `anomaly: ${label}`));
    canvas.setAttribute('aria-label', `${this.heading}, ${this.range.label}: ${parts.join(', ') || 'no data yet'}`);
    canvas.hidden = !drawn.length;
    const blank = this.#plot.querySelector('.empty');
    if (!drawn.length && !blank) this.#plot.append(empty('No data yet', 'Points appear as snapshots arrive.'));
    if (drawn.length) blank?.remove();
    if (drawn.length < 2 && !marked.length) return this.#legend.replaceChildren();
    const items = drawn.map(({ label }, i) => h('li', h('i', { style: { background: this.#hues[i] } }), label));
    if (more > 0) items.push(h('li', `and ${more} more in the CSV`));
    if (marked.length) items.push(h('li.bad', '▲ anomaly'));
    this.#legend.replaceChildren(...items);
  }

  #options() {
    const [quiet, line, card, ink] = ['quiet', 'line', 'card', 'ink'].map(color);
    this.#hues = SERIES.map(color);
    const { unit } = this;
    return {
      type: 'line',
      data: { datasets: [] },
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
