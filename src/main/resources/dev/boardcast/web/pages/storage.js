// What the browser keeps between visits. Where storage is disabled, it lasts as long as the page.

const fallback = new Map();

/** A kept text; null without one. kind: localStorage or sessionStorage. */
export function kept(key, kind = 'localStorage') {
  try {
    return globalThis[kind].getItem(key);
  } catch {
    return fallback.get(kind + key) ?? null;
  }
}

export function keep(key, text, kind = 'localStorage') {
  try {
    globalThis[kind].setItem(key, text);
  } catch {
    fallback.set(kind + key, text);
  }
}
