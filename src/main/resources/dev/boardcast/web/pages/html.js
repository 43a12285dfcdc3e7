// Creates and updates elements; draws at most once per frame.

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
  else if (key === 'style') setStyle(node.style, value);
  else if (key in node && typeof value !== 'string') node[key] = value;
  else node.setAttribute(key, value === true ? '' : value);
}

/** Custom properties, such as `--part`, are no members of a style. */
function setStyle(style, values) {
  for (const [name, value] of Object.entries(values)) name.startsWith('--') ? style.setProperty(name, value) : (style[name] = value);
}

/** Writes only a changed text, so that screen readers and selections are not disturbed. */
export function text(node, value) {
  if (node.textContent !== value) node.textContent = value;
}

/** Makes the nodes the children of a parent, in this order. Nodes that stay keep their focus. */
export function arrange(parent, nodes) {
  const focused = parent.contains(document.activeElement) ? document.activeElement : null;
  const kept = new Set(nodes);
  for (const each of [...parent.children]) if (!kept.has(each)) each.remove();
  nodes.forEach((node, i) => node === parent.children[i] || parent.insertBefore(node, parent.children[i] ?? null));
  if (focused !== document.activeElement && focused?.isConnected) focused.focus({ preventScroll: true });
}

/** A number, or the name of one, that leads to the facts behind it; the page of its board opens them. */
export const toFacts = (metric, key, words, tag = 'button.link') =>
  h(tag, { type: 'button', title: 'The facts behind it', onclick: ({ currentTarget }) => currentTarget.dispatchEvent(new CustomEvent('facts', { bubbles: true, detail: { metric, key } })) }, words);

const due = new Set();
let isRequested = false;

/** Runs each task once in the next frame, however often it was requested; not while the page is hidden. */
export function frame(task) {
  due.add(task);
  if (isRequested) return;
  isRequested = true;
  requestAnimationFrame(() => {
    isRequested = false;
    const now = [...due];
    due.clear();
    now.forEach((each) => each());
  });
}

const seconds = new Set();
setInterval(() => document.hidden || seconds.forEach((task) => task()), 1000);

/** Calls a task each second while the page is visible. Returns how to end it. */
export function eachSecond(task) {
  seconds.add(task);
  return () => seconds.delete(task);
}

const boxes = new Set(); // weak references, so that an element that has left the page is not kept
const tasks = new WeakMap();
eachSecond(() => {
  for (const each of boxes) {
    const box = each.deref();
    if (!box) boxes.delete(each);
    else if (box.isConnected) tasks.get(box)();
  }
});

/** Calls a task of an element each second while the element is on the page; it needs no end. */
export function eachSecondOf(box, task) {
  tasks.set(box, task);
  boxes.add(new WeakRef(box));
}

/** Shows a notice for some seconds. */
export function note(text) {
  const node = h('div', text);
  document.getElementById('notes').append(node);
  setTimeout(() => node.remove(), 6000);
}

export const empty = (title, details = '') => h('p.empty', h('strong', title), details);
export const failed = (title, details, retry) =>
  h('div.failed', h('strong', title), details, h('div', h('button', { onclick: retry }, 'Try again')));

/** Stands for a key that is the empty text. */
export const NO_NAME = '(no name)';

const colors = () => getComputedStyle(document.documentElement);
export const color = (name) => {
  const probe = h('i', { style: { color: `var(--${name})`, display: 'none' } });
  document.body.append(probe);
  const value = getComputedStyle(probe).color;
  probe.remove();
  return value || colors().color;
};
export const SERIES = ['s1', 's2', 's3', 's4', 's5', 's6'];
