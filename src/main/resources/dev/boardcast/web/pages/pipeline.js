// The page of the pipeline board: runs, data quality, anomalies, alerts.

import { arrange, empty, h, text, toFacts } from './html.js';
import { card, FEW_ROWS, layout } from './board.js';
import { chart } from './chart.js';
import { ago, dateTime, shown } from './format.js';
import { ageOf, client } from './live.js';
import { badge, opener, severity, table } from './table.js';
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
    runs: tile({ label: 'Runs', path: 'scraping_health.runs' }, 'span-3', 'half'),
    success: tile({ label: 'Successful', path: 'scraping_health.success_rate', better: 'up', unit: 'percent' }, 'span-3', 'half'),
    located: tile({ label: 'Located', path: 'data_quality.geocoding_success_rate', better: 'up', unit: 'percent' }, 'span-3', 'half'),
    valid: tile({ label: 'Valid', path: 'data_quality.validation_pass_rate', better: 'up', unit: 'percent' }, 'span-3', 'half'),
  };
  const sources = table({
    label: 'Sources',
    columns: [
      { title: 'Source', cell: ({ source }) => opener(source, source), value: ({ source }) => source, head: true },
      { title: 'Runs', cell: ({ run }) => badge(run?.status ?? 'pending'), value: ({ run }) => severity(run?.status) },
      { title: 'Last run', cell: ({ run }) => (run?.freshness_seconds === undefined ? '–' : ago(run.freshness_seconds * 1000)), value: ({ run }) => run?.freshness_seconds, end: true },
      { title: 'Records', cell: ({ source, run }) => toFacts('scraping_health.sources.*.last_records', source, shown(run?.records ?? run?.last_records)), value: ({ run }) => run?.records ?? run?.last_records, end: true },
      { title: 'Expected', cell: ({ run }) => expected(run?.records_per_run), value: ({ run }) => run?.records_per_run?.state, end: true, small: true },
      { title: 'Failures in a row', cell: ({ run }) => shown(run?.consecutive_failures), value: ({ run }) => run?.consecutive_failures, end: true, small: true },
      { title: 'Successful', cell: ({ run }) => percent(run?.success_rate), value: ({ run }) => run?.success_rate, end: true },
      { title: 'Quality', cell: ({ quality }) => badge(quality?.status ?? 'pending'), value: ({ quality }) => severity(quality?.status) },
      { title: 'Located', cell: ({ quality }) => percent(quality?.geocoding_success_rate), value: ({ quality }) => quality?.geocoding_success_rate, end: true },
      { title: 'Valid', cell: ({ quality }) => percent(quality?.validation_pass_rate), value: ({ quality }) => quality?.validation_pass_rate, end: true },
    ],
    key: ({ source }) => source,
    rank: ({ run, quality }) => Math.min(severity(run?.status), severity(quality?.status)),
    none: 'No source has reported yet.',
    few: FEW_ROWS,
  });
  const anomalies = table({
    label: 'Anomalies',
    columns: [
      { title: 'Source', cell: ({ source }) => source, value: ({ source }) => source, head: true },
      { title: 'What', cell: ({ metric }) => METRICS[metric] ?? metric, value: ({ metric }) => METRICS[metric] ?? metric },
      { title: 'Is', cell: ({ metric, value }) => amount(metric, value), value: ({ value }) => value, end: true },
      { title: 'Expected', cell: ({ metric, expected }) => amount(metric, expected), value: ({ expected }) => expected, end: true },
      { title: 'Since', cell: ({ since }) => dateTime(since), value: ({ since }) => since, end: true, small: true },
    ],
    key: ({ source, metric }) => `${source} ${metric}`,
    none: 'Nothing stands out.',
    few: FEW_ROWS,
  });
  const checks = table({
    label: 'Checks',
    columns: [
      { title: 'Check', cell: ({ name }) => name, value: ({ name }) => name, head: true },
      { title: 'Status', cell: ({ status }) => badge(status), value: ({ status }) => severity(status) },
      { title: 'Passed', cell: ({ pass_rate: rate }) => percent(rate), value: ({ pass_rate: rate }) => rate, end: true },
      { title: 'Of', cell: ({ attempts }) => shown(attempts), value: ({ attempts }) => attempts, end: true },
      { title: 'Worst source', cell: ({ worst }) => worst ?? '–', value: ({ worst }) => worst, small: true },
    ],
    key: ({ name }) => name,
    rank: ({ status }) => severity(status),
    none: 'Nothing has been checked yet.',
    few: FEW_ROWS,
  });
  const alerts = alertList();
  // Screen readers announce this log only: in the list of raised alerts they would announce the ages.
  const lately = h('ul.list');
  const cards = [
    card('Sources', sources, 'span-12'),
    card('Alerts', alerts.node, 'span-6'),
    card('Anomalies', anomalies, 'span-6'),
    card('Checks', checks, 'span-12'),
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
    tiles: Object.values(tiles),
    rows: [Object.values(tiles), [cards[0].node], [cards[1].node, cards[2].node], [cards[3].node], charts, [log]],
    draw(message, latest) {
      const { scraping_health: health, data_quality: quality, anomalies: odd, alerts: raised } = message.data;
      const span = message.isRange ? '' : ' in 24 h';
      tiles.runs.show(health.runs, message, h('span', badge(health.status), span));
      tiles.success.show(health.success_rate, message, `of runs${span}`);
      tiles.located.show(quality.geocoding_success_rate, message, `of ${shown(quality.geocoding_attempts)}${span}`);
      tiles.valid.show(quality.validation_pass_rate, message, `of ${shown(quality.validation_attempts)}${span}`);
      sources.show(sourcesOf(message, latest));
      anomalies.show(odd);
      checks.show(checksOf(quality));
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

/** The sources with their state now, and the runs and the quality of the range. */
function sourcesOf({ data: { scraping_health: health, data_quality: quality } }, { data: { scraping_health: now } }) {
  const names = new Set([now, health, quality].flatMap(({ sources }) => Object.keys(sources)));
  const part = (sources, name) => (Object.hasOwn(sources, name) ? sources[name] : undefined);
  return [...names].map((source) => {
    const [state, counted] = [part(now.sources, source), part(health.sources, source)];
    const run = state || counted ? { ...state, success_rate: null, ...counted } : undefined;
    return { source, run, quality: part(quality.sources, source) };
  });
}

/** The checks of all sources, each with the source where it passes least. */
function checksOf({ checks = {}, sources }) {
  return Object.entries(checks).map(([name, check]) => {
    const of = Object.entries(sources).filter(([, quality]) => quality.checks?.[name]);
    const rate = ([, quality]) => quality.checks[name].pass_rate;
    const [worst] = of.length > 1 ? of.reduce((one, two) => (rate(two) < rate(one) ? two : one)) : [];
    return { name, ...check, worst };
  });
}

/** How many records a run is expected to have, and whether the last one is outside of it. */
const expected = (records) =>
  records?.expected_fewest === undefined || records.expected_fewest === null
    ? '–'
    : h('span', `${shown(records.expected_fewest)} – ${shown(records.expected_most)} `, ['below', 'above'].includes(records.state) && badge('warning', records.state));

/** A message with the page's names of metrics, and numbers in the viewer's locale. */
const plain = (words) =>
  words.replace(/(\d{4}-\d\d-\d\dT[\d:.]+Z)|([a-z]+(?:_[a-z]+)+)|(\d+(?:\.\d+)?)( ?%)?/g, (_, time, name, digits, part) =>
    time ? dateTime(time) : name ? (METRICS[name] ?? name) : shown(Number(digits), part ? 'percent' : 'count'));

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
