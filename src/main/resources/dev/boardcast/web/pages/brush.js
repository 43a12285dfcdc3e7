// Selects a range by dragging over a chart. With the keyboard, the form of the own range does the same.

import { h } from './html.js';

const SHORTEST = 8; // pixels, less is a click

/** scale(): the time axis of the chart; chosen(from, to): milliseconds. Returns the element that marks what is selected. */
export function brush(canvas, scale, chosen) {
  const mark = h('div.brush', { hidden: true, 'aria-hidden': true });
  let start = null;
  /** The place of the pointer in the chart's own pixels; the page may be zoomed. */
  const at = (event) => {
    const box = canvas.getBoundingClientRect();
    const { left, right } = scale();
    return Math.max(left, Math.min(right, ((event.clientX - box.left) / box.width) * canvas.clientWidth));
  };
  const end = () => {
    start = null;
    mark.hidden = true;
  };
  canvas.addEventListener('pointerdown', (event) => {
    // A finger scrolls the page.
    if (event.button !== 0 || event.pointerType === 'touch' || !scale()) return;
    start = at(event);
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener('pointermove', (event) => {
    if (start === null) return;
    const now = at(event);
    Object.assign(mark.style, { left: `${Math.min(start, now)}px`, width: `${Math.abs(now - start)}px` });
    mark.hidden = Math.abs(now - start) < SHORTEST;
  });
  canvas.addEventListener('pointerup', (event) => {
    if (start === null) return;
    const [from, to] = [start, at(event)].sort((a, b) => a - b);
    end();
    if (to - from >= SHORTEST) chosen(Math.round(scale().getValueForPixel(from)), Math.round(scale().getValueForPixel(to)));
  });
  canvas.addEventListener('pointercancel', end);
  canvas.addEventListener('keydown', (event) => event.key === 'Escape' && end());
  return mark;
}
