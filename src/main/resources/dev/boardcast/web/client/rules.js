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

/** Throws, naming the argument and what it should be. */
export function expect(isRight, name, expected) {
  if (!isRight) throw new TypeError(`${name}: expected ${expected}`);
}

const isText = (value, most) =>
  typeof value === 'string' && value.length > 0 && value.length <= most && !/[\p{Cc}\p{Cs}]/u.test(value);

/** Whether a server judges a topic by itself; it closes the session of a client that sends another value. */
export const isTopic = (topic) => isText(topic, /[^!#-[\]-~]/.test(topic) ? 256 : 512); // long ones are encoded
export const isOffset = (offset) => isText(offset, 64);

/** The base URL of a server, from what an application names. */
export function baseOf(url) {
  try {
    const { protocol, origin, pathname } = new URL(url);
    if (/^(http|ws)s?:$/.test(protocol)) return (origin + pathname).replace(/^ws/, 'http').replace(/\/+$/, '');
  } catch {
    // Reported below.
  }
  throw new TypeError(`url: expected http(s)://host[/path], was ${url}`);
}

/** The object from before, if the new one has the same members. */
export function unlessChanged(before, now) {
  const keys = Object.keys(now);
  const isSame = before && keys.length === Object.keys(before).length && keys.every((key) => Object.is(now[key], before[key]));
  return isSame ? before : Object.freeze(now);
}

/** The status of a connection, in a form that can be sent to other tabs. */
export const statusOf = ({ state, reason = null, retryAt = null, transport = null, failures = 0, node, version, user }) =>
  ({ state, reason, retryAt, transport, failures, node, version, user });

/** Whether it is the stream of a user or team, which `tasks` may include. */
export const isUserOrTeam = (topic) => /^(user|team)\./.test(topic);

/**
 * The topic to deliver a message under: its own, or `tasks` for an event of a stream that `tasks` includes. The
 * server sends an event once, under the name of its stream if any tab follows that.
 */
export function topicFor({ topic, offset }, follows) {
  if (follows(topic)) return topic;
  return offset && isUserOrTeam(topic ?? '') && follows('tasks') ? 'tasks' : undefined;
}

/** The topic that was asked for, where the server has completed it by the values of the token: the longest that has no others. */
export function askedAs(named, topics) {
  const words = named.split(/[?&]/);
  const isPart = (topic) => topic.split(/[?&]/).every((word) => words.includes(word));
  return topics.filter(isPart).sort((a, b) => b.length - a.length)[0] ?? named;
}

/** Whether an event is at or before a known offset of the same epoch: `<epoch>:<sequence>`. */
export function isRepeat({ type, offset }, known) {
  if (!known || !offset || type === 'metrics:update' || type === 'subscribed') return false;
  const [epoch, sequence] = known.split(':');
  return offset.startsWith(`${epoch}:`) && Number(offset.split(':')[1]) <= Number(sequence);
}

/** Whether a message reports that the server can, or cannot, vouch for a topic. An event of that type has an offset. */
export const isSign = ({ type, offset }) => (type === 'stale' || type === 'fresh') && !offset;

/** Whether a message answers one of a module, or is for it. An event has an offset and data. */
export const isAnswer = ({ type, id, data }) => !data && (/^(published|presence)/.test(type) || (type === 'error' && id !== undefined));

/** The claims of a token, or null. Verifies nothing. */
function claimsOf(token) {
  try {
    return JSON.parse(atob(token.split('.')[1].replace(/-/g, '+').replace(/_/g, '/')));
  } catch {
    return null;
  }
}

/** The claims of a token without those of its making: user and rights. */
export function identity(token) {
  const { exp, iat, nbf, jti, nonce, at_hash, ...rest } = claimsOf(token) ?? { token };
  return JSON.stringify(rest);
}

/** The user of a token; undefined where that is not known. */
export const userOf = (token) => claimsOf(token)?.sub;

/** Why a connection is closed whose token has become another user's. */
export const USER_CHANGED = 'user_changed';
