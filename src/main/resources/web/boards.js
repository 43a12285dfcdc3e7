// Draws every board from its own description and keeps it up to date over one WebSocket.

const place = document.getElementById('boards');
const pill = document.getElementById('connection');
const plain = new Intl.NumberFormat(undefined, { maximumFractionDigits: 2 });
const formats = {
  usd: new Intl.NumberFormat(undefined, { style: 'currency', currency: 'USD', maximumSignificantDigits: 5 }),
  ratio: new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 1 }),
  percent: new Intl.NumberFormat(undefined, { style: 'unit', unit: 'percent', maximumFractionDigits: 2 }),
};
const spokenFor = new Set(['count', ...Object.keys(formats)]);
const sections = new Map();
let attempt = 0;

const element = (tag, className, text = '') => {
  const node = document.createElement(tag);
  if (className) node.className = className;
  node.textContent = text;
  return node;
};

const shown = (value, unit) => (value === null || value === undefined ? '–' : (formats[unit] ?? plain).format(value));

const state = (name, text) => {
  pill.dataset.state = name;
  pill.textContent = text;
};

/** The values at a path, by key: {'': 3} for a plain one, one entry per key for a path with a star. */
function valuesAt(data, path) {
  let found = { '': data };
  for (const step of path.split('.')) {
    const next = {};
    for (const [key, value] of Object.entries(found)) {
      if (value === null || typeof value !== 'object') continue;
      if (step !== '*') next[key] = value[step];
      else for (const [name, inner] of Object.entries(value)) next[key ? `${key} ${name}` : name] = inner;
    }
    found = next;
  }
  return found;
}

function tile(metric) {
  const node = element('article', 'tile');
  const body = element('div');
  node.append(element('h3', '', metric.label), body);
  return {
    node,
    show(data) {
      const values = Object.entries(valuesAt(data, metric.path));
      if (!metric.path.includes('*')) {
        const value = element('p', 'value', shown(values[0]?.[1], metric.unit));
        body.replaceChildren(value, ...(spokenFor.has(metric.unit) ? [] : [element('p', 'unit', metric.unit)]));
        return;
      }
      const most = Math.max(...values.map(([, value]) => value ?? 0), 0);
      body.replaceChildren(...values.map(([name, value]) => {
        const bar = element('div', 'bar');
        const meter = element('meter');
        meter.max = most || 1;
        meter.value = value ?? 0;
        meter.setAttribute('aria-label', `${metric.label}: ${name}`);
        bar.append(element('span', '', name), element('span', '', shown(value, metric.unit)), meter);
        return bar;
      }), ...(values.length ? [] : [element('p', 'empty', 'Nothing yet')]));
    },
  };
}

function section(board) {
  const node = element('section');
  const head = element('header');
  const age = element('p');
  const grid = element('div', 'tiles');
  const tiles = board.metrics.map(tile);
  head.append(element('h2', '', board.title), age);
  grid.append(...tiles.map((each) => each.node));
  node.append(head, grid);
  return {
    node,
    show({ data, timestamp, stale }) {
      tiles.forEach((each) => each.show(data));
      grid.classList.toggle('stale', Boolean(stale));
      age.textContent = `${stale ? 'stale, ' : ''}${new Date(timestamp).toLocaleTimeString()}`;
    },
  };
}

function connect(topics) {
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
  const socket = new WebSocket(`${scheme}://${location.host}/ws?topics=${topics.join(',')}`);
  socket.onopen = () => { attempt = 0; state('live', 'Live'); };
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(data);
    if (message.type === 'metrics:update') sections.get(message.topic)?.show(message);
  };
  socket.onclose = () => {
    const wait = Math.random() * Math.min(30_000, 1000 * 2 ** attempt++);
    state('reconnecting', 'Reconnecting');
    setTimeout(() => connect(topics), wait);
  };
}

async function start() {
  const answer = await fetch('/api/v1/boards');
  if (!answer.ok) throw new Error(`boards: ${answer.status}`);
  const boards = await answer.json();
  boards.forEach((board) => sections.set(board.topic, section(board)));
  place.replaceChildren(...[...sections.values()].map((each) => each.node));
  connect([...sections.keys()]);
}

start().catch(() => {
  state('closed', 'Disconnected');
  setTimeout(() => location.reload(), 5000);
});
