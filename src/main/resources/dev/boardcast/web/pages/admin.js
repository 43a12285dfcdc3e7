// The page of the cluster, for viewers and admins: nodes, leases, sessions, revocations, the audit trail, slow clients.

import { audit } from './admin-audit.js';
import { revocations } from './admin-revocations.js';
import { sessions } from './admin-sessions.js';
import { confirm } from './confirm.js';
import { failed, h } from './html.js';
import { card } from './board.js';
import { shown, span } from './format.js';
import { ageOf } from './live.js';
import { api, isAdmin } from './session.js';
import { badge, table } from './table.js';
import { tile } from './tile.js';

const INTERVAL = 5000;
const NODES = '/api/v1/admin/nodes';
const END = true;

const sum = (values) => values.reduce((total, value) => total + value, 0);
const kib = (bytes) => `${shown(bytes / 1024)} KiB`;

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
      { title: 'State', cell: ({ status }) => badge(status) },
      { title: 'Roles', cell: ({ roles }) => roles.join(', '), small: true },
      { title: 'Address', cell: ({ host, http_port: port }) => `${host}:${port}`, small: true },
      { title: 'Version', cell: ({ version }) => version, small: true },
      { title: 'Up for', cell: ({ started_at: at }) => span(ageOf(at) / 1000), end: END, small: true },
      { title: 'Sessions', cell: ({ doing }) => shown(doing?.sessions), end: END },
      { title: 'Waiting', cell: ({ doing }) => (doing ? kib(doing.queue_bytes) : '–'), end: END, small: true },
      ...(isAdmin() ? [{ title: 'Action', cell: drainButton, end: END }] : []),
    ],
    key: ({ name }) => name,
    none: 'No node responds.',
  });
  const leases = table({
    label: 'Leases',
    columns: [
      { title: 'Lease', cell: ({ lease }) => lease, head: END },
      { title: 'Held by', cell: ({ holder }) => holder },
    ],
    key: ({ lease }) => lease,
    none: 'No lease is held.',
  });
  const slow = table({
    label: 'Slow clients',
    columns: [
      { title: 'Session', cell: ({ session }) => session, head: END },
      { title: 'User', cell: ({ user }) => user ?? 'anonymous' },
      { title: 'Node', cell: ({ node: name }) => name, small: true },
      { title: 'Waiting', cell: ({ queue_bytes: bytes }) => kib(bytes), end: END },
    ],
    key: ({ session }) => session,
    none: 'Every client keeps up.',
  });
  const topics = table({
    label: 'Sessions by topic',
    columns: [
      { title: 'Topic', cell: ({ topic }) => topic, head: true },
      { title: 'Sessions', cell: ({ count }) => shown(count), end: END },
    ],
    key: ({ topic }) => topic,
    none: 'No topic is subscribed.',
  });
  const cards = [card('Nodes', nodes.node, 'span-12'), card('Leases', leases.node, 'span-6'), card('Sessions by topic', topics.node, 'span-6'), card('Slow clients', slow.node, 'span-12')];
  const all = sessions();
  const revoked = revocations();
  const trail = audit();
  const body = h('div',
    h('div.grid', Object.values(tiles)), h('div.grid', cards[0].node), h('div.grid', cards[1].node, cards[2].node), h('div.grid', cards[3].node),
    h('div.grid', all.node), h('div.grid', revoked.node), h('div.grid', trail.node));
  const warnings = h('div.warnings', { role: 'alert' });
  const node = h('div', h('div.head', h('div', h('h1', 'Cluster'), h('p.quiet', 'Nodes, leases, sessions, revocations and the audit trail.'))), warnings, body);
  let timer = null;
  let isStopped = false;

  function draw({ nodes: known, leases: read }) {
    const message = { at: Date.now() };
    const doing = known.map((each) => each.doing).filter(Boolean);
    const lags = doing.flatMap((each) => Object.values(each.emitter_lag_seconds)).filter((lag) => Number.isFinite(lag));
    const waiting = known.flatMap(({ name, doing: does }) => (does?.slow ?? []).map((each) => ({ node: name, ...each })));
    const missing = known.filter((each) => !each.doing).length;
    const warned = known.flatMap(({ name, doing: does }) => (does?.warnings ?? []).map((each) => `${name}: ${each}.`));
    if (warned.join('') !== warnings.textContent) warnings.replaceChildren(...warned.map((each) => h('p.badge.bad', each)));
    tiles.nodes.show(known.length, message, missing ? `${missing} do not respond` : 'all respond');
    tiles.sessions.show(sum(doing.map(({ sessions }) => sessions)), message, 'over all nodes');
    tiles.lag.show(lags.length ? Math.max(...lags) * 1000 : null, message, 'ms from commit to broadcast');
    tiles.slow.show(waiting.length, message, 'with messages waiting');
    nodes.show(known);
    const held = known.flatMap(({ name, leases: of }) => of.map((lease) => ({ lease, holder: name })));
    leases.show(held.sort((a, b) => (a.lease < b.lease ? -1 : 1)));
    if (read !== 'read') leases.node.replaceChildren(h('p.empty', 'Unknown while the database is unavailable.'));
    const counts = new Map();
    for (const { topics: byTopic } of doing) {
      for (const [topic, count] of Object.entries(byTopic)) counts.set(topic, (counts.get(topic) ?? 0) + count);
    }
    topics.show([...counts].map(([topic, count]) => ({ topic, count })).sort((a, b) => b.count - a.count));
    slow.show(waiting);
    cards.forEach(({ aged }) => aged(message));
    all.load(known.map(({ name }) => name));
    revoked.load();
    trail.load();
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
    if (!isStopped) timer = setTimeout(load, INTERVAL);
  }
  load();
  return {
    node,
    stop: () => {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}

/** Drains a node: its sessions move to other nodes, then it stops. */
function drainButton({ name, status }) {
  return h('button', { onclick: () => confirmDrain(name), disabled: status !== 'up' }, 'Drain');
}

function confirmDrain(name) {
  confirm({
    title: `Drain ${name}?`,
    details: 'It accepts no new sessions, moves the others to other nodes, completes its work, and stops. Nothing is lost.',
    label: 'Drain',
    act: () => api(`${NODES}/${encodeURIComponent(name)}/drain`, { method: 'POST' }),
    done: `${name} is draining.`,
  });
}
