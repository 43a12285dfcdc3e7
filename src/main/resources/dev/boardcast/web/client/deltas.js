// Boards as what has changed in them: makes whole snapshots of the merge patches (RFC 7396) that the server sends.

const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value that a patch makes of another one, which stays as it is. */
export function merge(value, patch) {
  if (!isObject(patch)) return patch;
  const merged = new Map(isObject(value) ? Object.entries(value) : []);
  for (const [name, part] of Object.entries(patch)) {
    if (part === null) merged.delete(name);
    else merged.set(name, merge(merged.get(name), part));
  }
  return Object.fromEntries(merged);
}

/** For the option `read` of a client that asks for `deltas`. One for each client. */
export function deltas() {
  const known = new Map(); // the last snapshot of each topic
  return (message) => {
    const { type, topic, patch, base, ...rest } = message;
    if (type === 'metrics:update') known.set(topic, message);
    if (type !== 'metrics:delta') return message;
    const before = known.get(topic);
    if (before?.offset !== base) return null; // never over one connection: another one begins with a whole snapshot
    const whole = { ...rest, type: 'metrics:update', topic, data: merge(before.data, patch) };
    known.set(topic, whole);
    return whole;
  };
}
