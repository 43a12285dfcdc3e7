// Elements, made in one expression, and drawing at most once per frame.

/** h('p.quiet', {title: 'x', onclick: f}, 'text', child, [more]) */
export function h(tag, ...rest) {
  const [name, ...classes] = tag.split('.');
  const node = document.createElement(name);
  if (classes.length) node.className = classes.join(' ');
  for (const each of rest.flat()) {
    if (each === null || each === undefined || each === false) continue;
    if (each instanceof Node || typeof each !== 'object') node.append(each);
    else for (const [key, value] of Object.entries(each)) set(node, key, value);
  }
  return node;
}

function set(node, key, value) {
  if (value === null || value === undefined) return;
  if (key.startsWith('on')) node.addEventListener(key.slice(2), value);
  else if (key === 'style') Object.assign(node.style, value);
  else if (key in node && typeof value !== 'string') node[key] = value;
  else node.setAttribute(key, value === true ? '' : value);
}

/** Writes only what changed: readers and selections are left alone. */
export function text(node, value) {
  if (node.textContent !== value) node.textContent = value;
}

/** Puts nodes into a place in this order; those that are there already stay, and focus with them. */
export function arrange(place, nodes) {
  const focused = place.contains(document.activeElement) ? document.activeElement : null;
  const kept = new Set(nodes);
  for (const each of [...place.children]) if (!kept.has(each)) each.remove();
  nodes.forEach((node, i) => node === place.children[i] || place.insertBefore(node, place.children[i] ?? null));
  if (focused !== document.activeElement && focused?.isConnected) focused.focus({ preventScroll: true });
}

const due = new Set();
let asked = false;

/** Runs each task once in the next frame, however often it was asked for; hidden pages wait. */
export function frame(task) {
  due.add(task);
  if (asked) return;
  asked = true;
  requestAnimationFrame(() => {
    asked = false;
    const now = [...due];
    due.clear();
    now.forEach((each) => each());
  });
}

const seconds = new Set();
setInterval(() => document.hidden || seconds.forEach((task) => task()), 1000);

/** Calls each second while the page is seen; returns its own end. */
export function eachSecond(task) {
  seconds.add(task);
  return () => seconds.delete(task);
}

/** A word at the edge of the page that goes by itself. */
export function note(words) {
  const node = h('div', words);
  document.getElementById('notes').append(node);
  setTimeout(() => node.remove(), 6000);
}

export const empty = (title, words = '') => h('p.empty', h('strong', title), words);
export const failed = (title, words, again) =>
  h('div.failed', h('strong', title), words, h('div', h('button', { onclick: again }, 'Try again')));

const colors = () => getComputedStyle(document.documentElement);
export const color = (name) => {
  const probe = h('i', { style: { color: `var(--${name})`, display: 'none' } });
  document.body.append(probe);
  const value = getComputedStyle(probe).color;
  probe.remove();
  return value || colors().color;
};
export const SERIES = ['s1', 's2', 's3', 's4', 's5', 's6'];
