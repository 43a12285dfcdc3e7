// The page of the pipeline board: runs, data quality, anomalies, alerts.

import { arrange, empty, h, text } from './html.js';
import { card, layout } from './board.js';
import { chart } from './chart.js';
import { ago, dateTime, shown } from './format.js';
import { ageOf, client } from './live.js';
import { badge, table } from './table.js';
import { tile } from './tile.js';

const KEPT = 20;
const METRICS = {
  records: 'records',
  success_rate: 'successful runs',
  geocoding_success_rate: 'located',
  validation_pass_rate: 'valid',
};
const STEPS = { alert_raised: 'raised', alert_changed: 'changed', alert_cleared: 'cleared' };
const percent = (value) => shown(value, 'percent');

const amount = (metric, value) => (metric === 'records' ? shown(value) : percent(value));

/** Anomalies of records are per hour, the chart is per run: such a mark is drawn on the series of its source. */
const marks = (metric) => ({ data }) =>
  data.anomalies
    .filter((each) => each.metric === metric)
    .map(({ since, value, source, expected }) => ({
      at: Date.parse(since),
      value: metric === 'records' ? null : value,
      key: source,
      label: `${source} ${amount(metric, value)}, ${amount(metric, expected)} expected`,
    }));

export function page({ board }) {
  const { name } = board;
  const tiles = {
    runs: tile({ label: 'Runs in 24 h' }, 'span-3', 'half'),
    success: tile({ label: 'Successful', unit: 'percent' }, 'span-3', 'half'),
    located: tile({ label: 'Located', unit: 'percent' }, 'span-3', 'half'),
    valid: tile({ label: 'Valid', unit: 'percent' }, 'span-3', 'half'),
  };
  const sources = table({
    label: 'Sources',
    columns: [
      { title: 'Source', cell: ({ source }) => source, head: true },
      { title: 'Runs', cell: ({ run }) => badge(run?.status ?? 'pending') },
      { title: 'Last run', cell: ({ run }) => (run ? ago(run.freshness_seconds * 1000) : '–'), end: true },
      { title: 'Records', cell: ({ run }) => shown(run?.last_records), end: true },
      { title: 'Failures in a row', cell: ({ run }) => shown(run?.consecutive_failures), end: true, small: true },
      { title: 'Successful', cell: ({ run }) => percent(run?.success_rate), end: true },
      { title: 'Quality', cell: ({ quality }) => badge(quality?.status ?? 'pending') },
      { title: 'Located', cell: ({ quality }) => percent(quality?.geocoding_success_rate), end: true },
      { title: 'Valid', cell: ({ quality }) => percent(quality?.validation_pass_rate), end: true },
    ],
    key: ({ source }) => source,
    none: 'No source has reported yet.',
  });
  const anomalies = table({
    label: 'Anomalies',
    columns: [
      { title: 'Source', cell: ({ source }) => source, head: true },
      { title: 'What', cell: ({ metric }) => METRICS[metric] ?? metric },
      { title: 'Is', cell: ({ metric, value }) => amount(metric, value), end: true },
      { title: 'Expected', cell: ({ metric, expected }) => amount(metric, expected), end: true },
      { title: 'Since', cell: ({ since }) => dateTime(since), end: true, small: true },
    ],
    key: ({ source, metric }) => `${source} ${metric}`,
    none: 'Nothing stands out.',
  });
  const alerts = alertList();
  // Screen readers announce this log only: in the list of raised alerts they would announce the ages.
  const lately = h('ul.list');
  const cards = [
    card('Sources', sources.node, 'span-12'),
    card('Alerts', alerts.node, 'span-6'),
    card('Anomalies', anomalies.node, 'span-6'),
  ];
  const log = h('section.card.span-12.since', h('header', h('h2', 'Alerts as they come and go')), h('div', { role: 'log', 'aria-label': 'Alerts as they come and go' }, lately));
  lately.append(h('li.quiet', 'Nothing since this page was opened.'));
  const of = (path, title, metric, unit = 'percent') =>
    // Of many sources, those that fail most.
    chart({ board: name, title, unit, lowest: true, metrics: [{ path, label: title }], marks: marks(metric) }, 'span-6');
  const charts = [
    of('data_quality.sources.*.geocoding_success_rate', 'Located, by source', 'geocoding_success_rate'),
    of('data_quality.sources.*.validation_pass_rate', 'Valid, by source', 'validation_pass_rate'),
    of('scraping_health.sources.*.success_rate', 'Successful runs, by source', 'success_rate'),
    of('scraping_health.sources.*.last_records', 'Records of a run, by source', 'records', 'count'),
  ];
  const made = layout({
    board,
    about: 'Whether data comes in, whether it is good, and what stands out.',
    charts,
    rows: [Object.values(tiles), [cards[0].node], [cards[1].node, cards[2].node], charts, [log]],
    draw(message) {
      const { scraping_health: health, data_quality: quality, anomalies: odd, alerts: raised } = message.data;
      tiles.runs.show(health.runs, message, badge(health.status));
      tiles.success.show(health.success_rate, message, 'of runs in 24 h');
      tiles.located.show(quality.geocoding_success_rate, message, `of ${shown(quality.geocoding_attempts)} in 24 h`);
      tiles.valid.show(quality.validation_pass_rate, message, `of ${shown(quality.validation_attempts)} in 24 h`);
      const names = new Set([...Object.keys(health.sources), ...Object.keys(quality.sources)]);
      sources.show([...names].sort().map((source) => ({ source, run: health.sources[source], quality: quality.sources[source] })));
      anomalies.show(odd);
      alerts.show(raised);
      cards.forEach(({ aged }) => aged(message));
    },
  });
  const stop = client.subscribe('alerts', (message) => {
    const step = STEPS[message.type];
    if (!step) return;
    if (!lately.querySelector('.badge')) lately.replaceChildren();
    const { severity, source, message: words } = message.data;
    lately.prepend(h('li', badge(step === 'cleared' ? 'healthy' : severity, step), h('span.grow', h('strong', source ?? ''), ` ${plain(words ?? '')}`), h('time.sub', { datetime: message.timestamp }, dateTime(message.timestamp))));
    while (lately.children.length > KEPT) lately.lastChild.remove();
  });
  return { node: made.node, stop: () => (made.stop(), stop()) };
}

/** A message with the page's names of metrics, and numbers in the viewer's locale. */
const plain = (words) =>
  words.replace(/[a-z]+(?:_[a-z]+)+/g, (name) => METRICS[name] ?? name).replace(/(\d+(?:\.\d+)?)( ?%)?/g, (_, digits, part) => shown(Number(digits), part ? 'percent' : 'count'));

/** The raised alerts; an alert keeps its element while its age changes. */
function alertList() {
  const lines = new Map();
  const none = h('li', h('div.grow', empty('All is well', 'No alert is raised.')));
  const node = h('ul.list');
  const line = ({ id, severity, source, message, since }) => {
    const age = h('time.sub', { datetime: since, title: dateTime(since) });
    const made = h('li', badge(severity), h('span.grow', h('strong', source), ` ${plain(message)}`), age);
    lines.set(id, { made, age, is: severity + message });
    return lines.get(id);
  };
  return {
    node,
    show(raised) {
      const shownNow = raised.map((each) => {
        const known = lines.get(each.id);
        const { made, age } = known?.is === each.severity + each.message ? known : line(each);
        text(age, ago(ageOf(each.since)));
        return made;
      });
      const ids = new Set(raised.map(({ id }) => id));
      for (const id of lines.keys()) if (!ids.has(id)) lines.delete(id);
      arrange(node, shownNow.length ? shownNow : [none]);
    },
  };
}
