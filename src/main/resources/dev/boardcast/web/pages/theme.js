// Switches between the light theme, the dark theme and that of the system.

import { h } from './html.js';
import './session.js'; // it restores the address after signing in
import { keep, kept } from './storage.js';

const KEY = 'boardcast.theme';
const NEXT = { auto: 'light', light: 'dark', dark: 'auto' };
const ICONS = {
  auto: 'M12 3a9 9 0 1 0 0 18 9 9 0 1 0 0-18zM12 3v18M12 8h5M12 12h8M12 16h6',
  light: 'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.4 1.4M17.6 17.6L19 19M5 19l1.4-1.4M17.6 6.4L19 5',
  dark: 'M20 14.5A8.5 8.5 0 0 1 9.5 4 8.5 8.5 0 1 0 20 14.5z',
};

export const icon = (path) => {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  svg.innerHTML = `<path d="${path}" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"/>`;
  return svg;
};

/** The theme of the address (?theme=dark) until another one is chosen, otherwise the kept one. */
let given = new URLSearchParams(location.search).get('theme');
const chosen = () => [given, kept(KEY)].find((theme) => Object.hasOwn(NEXT, theme ?? '')) ?? 'auto';

function apply(theme) {
  if (theme === 'auto') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  document.querySelectorAll('metric-chart').forEach((chart) => chart.repaint());
}

export function themeButton() {
  const button = h('button.plain', {
    onclick: () => {
      const next = NEXT[chosen()];
      given = null;
      keep(KEY, next);
      set(next);
    },
  });
  const set = (theme) => {
    apply(theme);
    button.replaceChildren(icon(ICONS[theme]));
    button.title = { auto: 'Theme of the system', light: 'Light theme', dark: 'Dark theme' }[theme];
    button.setAttribute('aria-label', button.title);
  };
  set(chosen());
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => apply(chosen()));
  return button;
}
