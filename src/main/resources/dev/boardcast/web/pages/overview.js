// The start page: the boards, those with a problem first; for each one its main metric with a sparkline, and a few more.

import { change, onReturn, parameter, pathOf } from './address.js';
import { arrange, eachSecond, eachSecondOf, empty, frame, h, text } from './html.js';
import { changeOf, shown } from './format.js';
import { history } from './history.js';
import { serverTime, valueAt, watch } from './live.js';
import { PERIODS } from './period.js';
import { api, who } from './session.js';
import { severityOf } from './state.js';
import { badge } from './table.js';
import { TaskCount } from './task-count.js';
import { aging } from './tile.js';

/** The metrics shown, the main one first; of other boards, the first ones of their descriptions. */
const LEAD = {
  platform: ['revenue.today', 'activeUsers.current', 'transactions.total', 'content.conversionRate'],
  routing: ['total_decisions', 'total_cost', 'avg_confidence'],
  pipeline: ['scraping_health.success_rate', 'scraping_health.runs', 'data_quality.geocoding_success_rate', 'data_quality.validation_pass_rate'],
  analysis: ['classificationAccuracy', 'topicQualityScore', 'noiseRatio', 'activeAnalysisRuns'],
};

function chosen({ name, metrics }) {
  const plain = metrics.filter(({ path }) => !path.includes('*'));
  const named = (LEAD[name] ?? []).map((path) => plain.find((metric) => metric.path === path)).filter(Boolean);
  return (named.length ? named : plain).slice(0, 4);
}

const FEW_POINTS = 6;
const FEW = 12; // boards that are shown at first
const MORE = 48; // and at most: a page stays fast, and further ones are found by their names
const MAX_WATCHED = 150; // topics; a connection has 200

/** The last hour; if it has too few points, the last minutes. */
async function recent(board, metric) {
  const read = async (range) => (await history(board, [metric], range)).get(metric) ?? [];
  const hour = await read({ ...PERIODS.hour, step: '1m' });
  return hour.filter(([, value]) => value !== null).length < FEW_POINTS ? read(PERIODS.live) : hour;
}

function card(board) {
  const [lead, ...others] = chosen(board);
  const age = h('span.age');
  const value = h('p.lead.value', '–');
  const spark = h('spark-line');
  const state = h('span.state');
  const against = h('span.sub');
  const facts = others.map((metric) => ({ metric, value: h('dd', '–') }));
  const node = h('section.card.board.span-6',
    h('header', h('h2', h('a', { href: `#/${pathOf(board)}` }, board.title)), state, age),
    h('p.sub', lead?.label ?? 'No plain numbers', ' ', against),
    value,
    spark,
    h('dl.facts.body', facts.map(({ metric, value: shownAs }) => h('div', h('dt', metric.label), shownAs))));
  const aged = aging(node, age);
  let last = null;
  let drawn = '';
  const judge = () => {
    const { words = '', tone } = last ? severityOf(last) : {};
    if (drawn === `${tone} ${words}`) return;
    drawn = `${tone} ${words}`;
    state.replaceChildren(...(words ? [badge(tone, words)] : []));
  };
  eachSecondOf(state, judge);
  const stop = watch(board.topic, (message) => {
    last = message;
    aged(message);
    judge();
    if (lead) {
      const now = valueAt(message.data, lead.path);
      text(value, shown(now, lead.unit));
      spark.add(now, serverTime(message));
    }
    for (const fact of facts) text(fact.value, shown(valueAt(message.data, fact.metric.path), fact.metric.unit));
  });
  if (lead) {
    recent(board.name, lead.path)
      .then((points) => (spark.points = points))
      .catch(() => {}); // The card is shown without its sparkline.
    api(`/api/v1/boards/${board.name}?compare=previous`)
      .then(({ comparison }) => {
        const words = comparison?.[lead.path] && changeOf(comparison[lead.path]);
        if (words) text(against, `${words} against a day ago`);
      })
      .catch(() => {});
  }
  return { node, stop };
}

/** The tasks of the user; only for users who are signed in. */
function tasks() {
  const figures = { pending: h('p.lead.value', '–'), completed: h('dd', '–'), created_last_24h: h('dd', '–'), completed_last_24h: h('dd', '–') };
  const draw = () => {
    if (!list.statistics) return;
    for (const [key, value] of Object.entries(figures)) text(value, shown(list.statistics[key]));
    aged(list.message);
  };
  const list = new TaskCount(() => frame(draw));
  const facts = [h('div', h('dt', 'Done'), figures.completed), h('div', h('dt', 'Created in 24 h'), figures.created_last_24h), h('div', h('dt', 'Completed in 24 h'), figures.completed_last_24h)];
  const age = h('span.age');
  const node = h('section.card.board.span-6',
    h('header', h('h2', h('a', { href: '#/tasks' }, 'Tasks')), age), h('p.sub', 'Open'), figures.pending, h('dl.facts.body', facts));
  const aged = aging(node, age);
  return { node, stop: () => list.stop() };
}

export function page({ boards }) {
  const cards = new Map(); // of the boards that are shown, by name
  const states = new Map(); // how bad each board's state is, by name
  const own = who() ? tasks() : null;
  const grid = h('div.grid');
  const search = h('input', { type: 'search', 'aria-label': 'Search boards', placeholder: 'Search', oninput: () => find(search.value.trim()) });
  search.hidden = boards.length <= FEW;
  const more = h('button', { onclick: () => open() });
  const beyond = h('p.sub');
  const nothing = empty('Nothing is found', '');
  const last = new Map(); // messages by board
  const judge = (name) => {
    const { level } = severityOf(last.get(name));
    if (states.get(name) === level) return;
    states.set(name, level);
    frame(draw);
  };
  const stops = boards.slice(0, MAX_WATCHED).map(({ name, topic }) => watch(topic, (message) => {
    last.set(name, message);
    judge(name);
  }));
  // A board of which nothing comes any more becomes stale.
  stops.push(eachSecond(() => last.forEach((_, name) => judge(name))));

  function find(words) {
    change({ q: words || null });
    draw();
  }

  function open() {
    change({ rows: 'all' }, { isStep: true });
    draw();
  }

  function draw() {
    const words = (parameter('q') ?? '').toLowerCase();
    if (document.activeElement !== search) search.value = parameter('q') ?? '';
    const level = ({ name }) => states.get(name) ?? 0;
    // Of the same state, boards stay in their order.
    const found = boards.filter(({ title, name }) => `${title} ${name}`.toLowerCase().includes(words)).sort((a, b) => level(b) - level(a));
    const most = parameter('rows') === 'all' ? MORE : FEW;
    const visible = found.slice(0, most);
    for (const board of visible) if (!cards.has(board.name)) cards.set(board.name, card(board));
    const names = new Set(visible.map(({ name }) => name));
    for (const [name, each] of cards) {
      if (names.has(name)) continue;
      each.stop();
      cards.delete(name);
    }
    const rest = found.length - visible.length;
    more.hidden = !rest || most === MORE;
    text(more, `${rest} more`);
    text(beyond, rest && most === MORE ? `${rest} more are found by their names.` : '');
    const isOwn = own && (!words || 'tasks'.includes(words));
    const nodes = [...visible.map(({ name }) => cards.get(name).node), ...(isOwn ? [own.node] : [])];
    arrange(grid, nodes.length ? nodes : [nothing]);
  }

  onReturn(draw);
  draw();
  const stop = () => {
    stops.forEach((each) => each());
    cards.forEach((each) => each.stop());
    own?.stop();
  };
  const node = h('div',
    h('div.head', h('div', h('h1', 'All boards')), search),
    boards.length || own ? [grid, h('div.pages', more, beyond)] : empty('No boards yet', 'Those that you may see appear here.'));
  return { node, stop };
}
