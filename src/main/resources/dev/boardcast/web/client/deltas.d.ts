/** The value that a merge patch (RFC 7396) makes of another one, which stays as it is. */
export function merge(value: unknown, patch: unknown): unknown;

/**
 * Makes whole snapshots of what has changed in boards: `connect(url, { ask: { routing: { deltas: true } }, read: deltas() })`.
 * One for each client.
 */
export function deltas(): (message: any) => any;
