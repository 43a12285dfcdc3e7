// Publishes to streams: over the client's open WebSocket, else by HTTP. An event without an answer is sent again with
// its id, which the server stores once. See README.md and publish.d.ts.

import { uuid } from './id.js';

const ANSWER_TIMEOUT = 5000;
const REQUEST_TIMEOUT = 10_000;
const GIVE_UP_AFTER = 60_000;
const MOST_BY_SOCKET = 4000; // characters: a larger message might close the session
const CODES = { 401: 'not_authenticated', 403: 'forbidden', 408: 'unavailable', 413: 'too_large', 429: 'too_fast' };

/** wait: milliseconds after which the same event may be accepted. */
const refusal = (code, message, field, wait = 0) => Object.assign(new Error(message ?? code), { code, field, wait });

/**
 * One attempt for each call: `(event, { failures, user, isOwn })`, which returns a promise. Attempts alternate between WebSocket and HTTP.
 * With a user, only a socket of that user is used; else a token for which isOwn is true.
 */
export function attempts(client) {
  const { url, options, env } = client.context;
  const { clock } = env;
  const waiting = new Map(); // the promises of events without an answer, by topic and id

  client.on('answer', ({ type, topic, id, offset, duplicate, code, message, field, retry_after_ms: wait }) => {
    const promise = waiting.get(`${topic} ${id}`);
    if (type === 'published') promise?.resolve({ id, offset, duplicate });
    else promise?.reject(refusal(code, message, field, wait));
  });
  client.on('state', ({ state }) => {
    if (state === 'closed') for (const { reject } of waiting.values()) reject(refusal('closed'));
  });

  /** False where no WebSocket is open. */
  function bySocket(event) {
    const key = `${event.topic} ${event.id}`;
    const message = { type: 'publish', ...event };
    if (waiting.has(key) || JSON.stringify(message).length > MOST_BY_SOCKET || !client.send(message)) return false;
    let timer;
    return new Promise((resolve, reject) => {
      waiting.set(key, { resolve, reject });
      timer = clock.setTimeout(() => reject(refusal('unavailable')), ANSWER_TIMEOUT);
    }).finally(() => {
      clock.clearTimeout(timer);
      waiting.delete(key);
    });
  }

  async function byHttp({ topic, event_type: type, ...rest }, isOwn = () => true) {
    const token = await options.token?.({ refused: false });
    if (!isOwn(token ?? null)) throw refusal('user_changed', 'another user has signed in');
    const response = await env
      .fetch(`${url}/api/v1/streams/${encodeURIComponent(topic)}/events`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
        body: JSON.stringify({ type, ...rest }),
        signal: AbortSignal.timeout(REQUEST_TIMEOUT),
      })
      .catch(() => ({ status: 503 }));
    const { status } = response;
    if (response.ok) return { id: rest.id, duplicate: status === 200 || undefined };
    const { detail, errors } = (await response.json?.().catch(() => null)) ?? {};
    const code = CODES[status] ?? (status < 500 ? 'invalid' : 'unavailable');
    throw refusal(code, detail, errors?.[0].field, 1000 * (Number(response.headers?.get('retry-after')) || 0));
  }

  return async (event, { failures = 0, user, isOwn } = {}) => {
    if (event.durable === false) return client.send({ type: 'publish', ...event }) ? {} : byHttp(event);
    // The socket may still be that of the user before.
    const isTheirs = user === undefined || (client.status.user ?? '') === user;
    return (isTheirs && failures % 2 === 0 && bySocket(event)) || byHttp(event, isOwn);
  };
}

/** The function that publishes for a client: `(topic, type, data, { id, durable, key })`, which returns a promise. */
export function publisher(client) {
  const { clock, random } = client.context.env;
  const attempt = attempts(client);
  return async (topic, type, data, { id = uuid(), durable = true, key } = {}) => {
    if (!durable) return attempt({ topic, event_type: type, data, durable, key });
    const event = { topic, event_type: type, data, id };
    const end = clock.now() + GIVE_UP_AFTER;
    for (let failures = 0; ; failures++) {
      try {
        return await attempt(event, { failures });
      } catch (error) {
        const wait = error.wait + 500 * Math.min(10, 2 ** failures) * random();
        const isFinal = error.code !== 'unavailable' && error.code !== 'too_fast';
        if (isFinal || clock.now() + wait > end) throw error;
        await new Promise((resolve) => clock.setTimeout(resolve, wait));
      }
    }
  };
}
