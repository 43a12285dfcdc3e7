// When to reconnect: the server's table of close codes, and the backoff. What else the modules share.

const AT_ONCE = 'at once';
const BACKOFF = 'backoff';
const NEVER = 'never';

const ADVICE = {
  1001: AT_ONCE, // going away
  1002: NEVER, // WebSocket protocol error
  1007: NEVER, // invalid payload data
  1009: NEVER, // message too big
  1013: BACKOFF, // try again later
  4400: NEVER, // malformed message
  4401: NEVER, // not authenticated: never with the same token
  4403: NEVER, // forbidden
  4408: AT_ONCE, // too slow, resume
  4429: BACKOFF, // too many messages
};

/** Whether to reconnect: 'at once', 'backoff' or 'never'. Any other code means a lost connection. */
export const advice = (code) => ADVICE[code] ?? BACKOFF;

/** Exponential backoff with full jitter: 0 to 1 s, doubled with each failure up to 30 s. */
export const backoff = (failures, random) =>
  Math.floor(random() * Math.min(30_000, 1000 * 2 ** Math.min(failures, 5)));

/** The close code that corresponds to an HTTP status. */
export const codeOf = (status) => ({ 401: 4401, 429: 4429, 503: 1013 })[status] ?? 1006;

/** Whether an event is at or before a known offset of the same epoch: `<epoch>:<sequence>`. */
export function isRepeat({ type, offset }, known) {
  if (!known || !offset || type === 'metrics:update' || type === 'subscribed') return false;
  const [epoch, sequence] = known.split(':');
  return offset.startsWith(`${epoch}:`) && Number(offset.split(':')[1]) <= Number(sequence);
}

/** Whether a message reports that the server can, or cannot, vouch for a topic. An event of that type has an offset. */
export const isSign = ({ type, offset }) => (type === 'stale' || type === 'fresh') && !offset;

/** The claims of a token, or null. Verifies nothing. */
function claimsOf(token) {
  try {
    return JSON.parse(atob(token.split('.')[1].replaceAll('-', '+').replaceAll('_', '/')));
  } catch {
    return null;
  }
}

/** The claims of a token without its times: user and rights. */
export function identity(token) {
  const claims = claimsOf(token);
  if (!claims) return token ?? '';
  const { exp, iat, nbf, jti, ...rest } = claims;
  return JSON.stringify(rest);
}

/** The user of a token; undefined where that is not known. */
export const userOf = (token) => claimsOf(token)?.sub;

/** Why a connection is closed whose token has become another user's. */
export const USER_CHANGED = 'user_changed';
