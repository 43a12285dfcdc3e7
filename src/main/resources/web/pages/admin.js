// The cluster: who is there, who does what, how much each holds. For admins.

import { failed, h, note } from './html.js';
import { card } from './board.js';
import { ago, shown } from './format.js';
import { api } from './session.js';
import { badge, table } from './table.js';
import { tile } from './tile.js';

const EVERY = 5000;
const NODES = '/api/v1/admin/nodes';
const DRAIN = '/api/v1/admin/drain';
const END = true;

const sum = (values) => values.reduce((total, value) => total + (Number(value) || 0), 0);
const state = ({ status, state: other, draining }) => (draining ? 'leaving' : status ?? other ?? 'up');
/** A count, or counts by topic. */
const total = (value) => (value !== null && typeof value === 'object' ? sum(Object.values(value)) : value);

/** What a node says of itself, in one shape; what it does not say is left open. */
const read = (node) => ({
  ...node,
  name: node.name ?? node.node,
  sessions: total(node.sessions),
  topics: node.topics ?? node.sessions_by_topic ?? {},
  queued: total(node.queued_bytes ?? node.queued ?? node.queues),
  slow: node.slow ?? node.slow_clients ?? [],
  leases: node.leases ?? [],
});

export function page() {
  const tiles = {
    nodes: tile({ label: 'Nodes' }, 'span-3', 'half'),
    sessions: tile({ label: 'Sessions' }, 'span-3', 'half'),
    lag: tile({ label: 'Lag of events', unit: 'ms' }, 'span-3', 'half'),
    slow: tile({ label: 'Slow clients' }, 'span-3', 'half'),
  };
  const nodes = table({
    label: 'Nodes',
    columns: [
      { title: 'Node', cell: ({ name }) => name, head: END },
      { title: 'State', cell: (node) => badge(state(node)) },
      { title: 'Roles', cell: ({ roles = [] }) => [...roles].join(', ') },
      { title: 'Address', cell: ({ host, http_port: port }) => (port ? `${host}:${port}` : '–'), small: true },
      { title: 'Version', cell: ({ version }) => version ?? '–', small: true },
      { title: 'Sessions', cell: ({ sessions }) => shown(sessions), end: END },
      { title: 'Waiting', cell: ({ queued }) => (queued === undefined ? '–' : `${shown(queued / 1024)} KiB`), end: END },
      { title: 'Slow', cell: ({ slow }) => shown(Array.isArray(slow) ? slow.length : slow), end: END },
      { title: '', cell: (node) => drainButton(node), end: END },
    ],
    key: ({ name }) => name,
    none: 'No node answers.',
  });
  const leases = table({
    label: 'Leases',
    columns: [
      { title: 'Work', cell: ({ name }) => name, head: true },
      { title: 'Held by', cell: ({ holder }) => holder ?? '–' },
      { title: 'Until', cell: ({ expires_at: at }) => (at ? (Date.parse(at) > Date.now() ? 'renewed' : `expired ${ago(Date.now() - Date.parse(at))}`) : '–'), end: END },
    ],
    key: ({ name }) => name,
    none: 'Nobody holds a lease.',
  });
  const topics = table({
    label: 'Sessions by topic',
    columns: [
      { title: 'Topic', cell: ({ topic }) => topic, head: true },
      { title: 'Sessions', cell: ({ count }) => shown(count), end: END },
    ],
    key: ({ topic }) => topic,
    none: 'Nobody listens.',
  });
  const cards = [card('Nodes', nodes.node, 'span-12'), card('Who does what', leases.node, 'span-7'), card('Sessions by topic', topics.node, 'span-5')];
  const body = h('div',
    h('div.grid', Object.values(tiles)), h('div.grid', cards[0].node), h('div.grid', cards[1].node, cards[2].node));
  const node = h('div', h('div.head', h('div', h('h1', 'Cluster'), h('p.quiet', 'Who is there, who does what, and how much each holds.'))), body);
  let timer = null;
  let over = false;

  function draw(answer) {
    const message = { at: Date.now() };
    const all = (Array.isArray(answer) ? answer : answer.nodes ?? []).map(read);
    const lags = all.map(({ lag_ms: lag }) => lag).filter((lag) => typeof lag === 'number');
    tiles.nodes.show(all.length, message, all.map(({ version }) => version).filter((each, i, list) => list.indexOf(each) === i).join(', '));
    tiles.sessions.show(sum(all.map(({ sessions }) => sessions)), message, 'over all nodes');
    tiles.lag.show(lags.length ? Math.max(...lags) : null, message, 'from commit to broadcast');
    tiles.slow.show(sum(all.map(({ slow }) => (Array.isArray(slow) ? slow.length : slow))), message, 'with messages waiting');
    nodes.show(all);
    const held = answer.leases ?? all.flatMap((each) => each.leases.map((lease) => (typeof lease === 'string' ? { name: lease, holder: each.name } : { holder: each.name, ...lease })));
    leases.show(held);
    const counts = {};
    for (const { topics: byTopic } of all) for (const [topic, count] of Object.entries(byTopic)) counts[topic] = (counts[topic] ?? 0) + count;
    topics.show(Object.entries(counts).map(([topic, count]) => ({ topic, count })).sort((a, b) => b.count - a.count));
    cards.forEach(({ aged }) => aged(message));
  }

  async function load() {
    clearTimeout(timer);
    try {
      if (!document.hidden) draw(await api(NODES));
      if (node.lastChild !== body) node.replaceChild(body, node.lastChild);
    } catch (failure) {
      if (node.lastChild !== body || !cards[0].node.querySelector('td')) {
        const blank = failed('The cluster cannot be read', failure.message, load);
        node.replaceChild(blank, node.lastChild);
      }
    }
    if (!over) timer = setTimeout(load, EVERY);
  }
  load();
  return {
    node,
    stop: () => {
      over = true;
      clearTimeout(timer);
    },
  };
}

/** Ends the node that answers: its sessions go elsewhere first. */
function drainButton({ name, self }) {
  if (self === false) return h('span');
  return h('button', { onclick: () => confirmDrain(name) }, 'Drain');
}

function confirmDrain(name) {
  const drain = () => api(DRAIN, { method: 'POST' }).then(() => note('The node that answered is leaving.'), (failure) => note(failure.message));
  const box = h('dialog', { 'aria-labelledby': 'drain' },
    h('h2', { id: 'drain' }, `Drain ${name}?`),
    h('p.quiet', 'It takes no new sessions, sends the others elsewhere, finishes what it holds, and ends. Nothing is lost.'),
    h('form', { method: 'dialog', onsubmit: drain },
      h('div.row.close', h('button', { type: 'button', onclick: () => box.close() }, 'Cancel'), h('button.main', 'Drain'))));
  box.addEventListener('close', () => box.remove());
  document.body.append(box);
  box.showModal();
}
