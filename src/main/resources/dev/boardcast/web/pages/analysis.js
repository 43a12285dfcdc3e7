// The page of the analysis board: topic quality, noise, classification accuracy.

import { empty, h, toFacts } from './html.js';
import { card, FEW_ROWS, layout } from './board.js';
import { chart } from './chart.js';
import { shown } from './format.js';
import { heat, scroll } from './heat.js';
import { split } from './shares.js';
import { opener, table } from './table.js';
import { tile } from './tile.js';

const SCORES = [
  { path: 'topicQualityScore', label: 'Topic quality', unit: 'percent', better: 'up' },
  { path: 'classificationAccuracy', label: 'Classification accuracy', unit: 'percent', better: 'up' },
  { path: 'noiseRatio', label: 'Noise', unit: 'percent', better: 'down' },
  { path: 'activeAnalysisRuns', label: 'Open analysis runs', unit: 'count' },
];
const ARROWS = { up: '↑', down: '↓', stable: '→' };
const SPANS = { hour: 'an hour', day: 'a day', week: 'a week' };
const VERDICTS = [{ name: 'Approved', key: 'approved', color: 's3' }, { name: 'Rejected', key: 'rejected', color: 's4' }];

/** An arrow for the direction, a colour for better or worse, and text with both for screen readers. */
function trend(of, better) {
  return h('div.facts', { style: { marginTop: '4px', gridTemplateColumns: 'repeat(3, auto)', gap: '4px 16px', justifyContent: 'start' } },
    Object.entries(SPANS).map(([key, words]) => {
      const { direction, change } = of?.[key] ?? {};
      const tone = !better || !direction || direction === 'stable' ? 'quiet' : direction === better ? 'good' : 'bad';
      const color = { color: `var(--${tone})` };
      const title = direction ? `${direction} against ${words} ago` : `not known of ${words} ago`;
      const amount = change === null || change === undefined ? '–' : shown(Math.abs(change), 'percent');
      return h('span', { title }, h('span.trend', { style: color }, `${ARROWS[direction] ?? ''} ${amount}`), h('span.sr', ` ${title}`), h('span.sub', ` ${key}`));
    }));
}

/** Messages by the predicted label, a row each, and the true one. */
function confusion(found) {
  const rows = Object.entries(found ?? {});
  if (!rows.length) return empty('No message has both labels yet');
  const labels = [...new Set([...rows.map(([predicted]) => predicted), ...rows.flatMap(([, row]) => Object.keys(row))])];
  const most = Math.max(...rows.flatMap(([, row]) => Object.values(row)));
  return scroll('Predicted and true labels', ['Predicted \\ true', ...labels], rows.map(([predicted, row]) => [
    h('th', { scope: 'row' }, predicted),
    ...labels.map((actual) => heat(row[actual] ?? 0, most, row[actual] ? shown(row[actual]) : '', `${predicted}, in truth ${actual}: ${shown(row[actual] ?? 0)}`)),
  ]));
}

export function page({ board }) {
  const { name } = board;
  const tiles = SCORES.map(({ label, unit, path, better }) => tile({ label, unit, path, better, trend: true }, 'span-3'));
  const topics = table({
    label: 'Topics',
    columns: [
      { title: 'Topic', cell: ({ topic }) => opener(topic, topic), value: ({ topic }) => topic, head: true },
      ...['messages', 'share', 'shareChange', 'qualityScore', 'noiseRatio', 'classificationAccuracy'].map((name, i) => ({
        title: ['Messages', 'Share', 'Change of share', 'Quality', 'Noise', 'Accuracy'][i],
        cell: (row) => toFacts(`topics.*.${name}`, row.topic, shown(row[name], i ? 'percent' : 'count')),
        value: (row) => row[name],
        end: true,
      })),
    ],
    key: ({ topic }) => topic,
    none: 'No message was sorted yet.',
    few: FEW_ROWS,
  });
  const window = tile({ label: 'Messages', path: 'messages', smooth: true }, 'span-6');
  const sure = tile({ label: 'Accuracy by labels of people', path: 'correctedAccuracy', unit: 'percent', better: 'up' }, 'span-6');
  const drift = tile({ label: 'Drift of topics', path: 'topicDrift', unit: 'ratio', better: 'down' }, 'span-6');
  const cells = h('div');
  let shownCells = null;
  const work = h('div.grid', { hidden: true });
  const verdicts = split(VERDICTS);
  const cards = [card('Topics', topics, 'span-12'), card('Verdicts on proposals', verdicts.node, 'span-6'), card('Predicted and true labels', cells, 'span-12')];
  const charts = [
    ...SCORES.slice(0, 3).map((score) => chart({ board: name, title: score.label, unit: score.unit, metrics: [score] }, 'span-6')),
    chart({ board: name, title: 'Quality by topic', unit: 'percent', metrics: [{ path: 'topics.*.qualityScore', label: 'Quality' }] }, 'span-6'),
    chart({ board: name, title: 'Drift of topics', unit: 'ratio', from0: true, metrics: [{ path: 'topicDrift', label: 'Drift' }] }, 'span-6'),
    chart({ board: name, title: 'Share of all messages by topic', unit: 'percent', from0: true, metrics: [{ path: 'topics.*.share', label: 'Share' }] }, 'span-6'),
  ];
  import('./analysis-work.js').then(({ work: made }) => made(work), () => {}); // The numbers are shown without it.
  return layout({
    board,
    about: 'Over the window of the board, by default seven days.',
    charts,
    tiles: [...tiles, window, sure, drift],
    rows: [tiles, charts, [cards[0].node], [sure, drift], [cards[2].node], [window, cards[1].node], [h('div.span-12', work)]],
    draw(message) {
      const { data } = message;
      SCORES.forEach(({ path, better }, i) => tiles[i].show(data[path], message, message.isRange ? '' : trend(data.trends?.[path], better)));
      const rows = Object.entries(data.topics).map(([topic, each]) => ({ topic, ...each }));
      topics.show(rows.sort((a, b) => b.messages - a.messages));
      window.show(data.messages, message, `${message.isRange ? '' : 'in the window, '}${shown(data.noise)} of them noise, ${shown(data.labelled)} with both labels`);
      sure.show(data.correctedAccuracy, message, `of ${shown(data.corrected)} messages that people labelled`);
      drift.show(data.topicDrift, message, 'against the time before: 0 the same, 1 all others');
      // A table that is scrolled stays as it is while nothing changes.
      const key = JSON.stringify(data.confusion);
      if (key !== shownCells) cells.replaceChildren(confusion(data.confusion));
      shownCells = key;
      verdicts.show(data.feedback);
      cards.forEach(({ aged }) => aged(message));
    },
  });
}
