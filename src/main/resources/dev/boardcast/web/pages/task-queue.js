// Changes of tasks, sent in order when there is a connection. They are stored in the browser until the server has answered.

import { uuid } from '../client/id.js';
import { Queue } from '../client/queue.js';
import { note } from './html.js';
import { client } from './live.js';
import { api, BASE, token, who } from './session.js';

const TIMEOUT = 8000; // two of them are shorter than the queue waits
const CODES = { 401: 'not_authenticated', 403: 'forbidden', 404: 'gone', 408: 'unavailable', 412: 'conflict', 413: 'too_large', 429: 'too_fast' };

const codeOf = ({ code, status }) =>
  code === 'user_changed' ? code : (CODES[status] ?? (status < 500 ? 'invalid' : 'unavailable'));

/** The request of a change; a step such as `complete` is a path of its own. */
function requestOf({ key, kind, task, wanted, version }) {
  const headers = { 'idempotency-key': key, ...(version && { 'if-match': `"${version}"` }) };
  const path = `/api/v1/tasks/${task}`;
  // The id of a new task makes a repeated request harmless.
  if (kind === 'create') return ['/api/v1/tasks', { method: 'POST', body: { id: task, ...wanted } }];
  if (kind === 'edit') return [path, { method: 'PATCH', body: wanted, headers }];
  return [`${path}/${kind}`, { method: 'POST', headers }];
}

/** The fields that a change sets. */
export const fieldsOf = ({ kind, wanted }) => (kind === 'edit' ? wanted : { status: kind === 'complete' ? 'completed' : 'pending' });
const has = (task, fields) => Object.entries(fields).every(([name, value]) => task[name] === value);

async function ask(path, request) {
  try {
    return await api(path, { ...request, signal: AbortSignal.timeout(TIMEOUT) });
  } catch (failure) {
    throw Object.assign(new Error(failure.message), { code: codeOf(failure), wait: failure.wait });
  }
}

async function send({ body }) {
  const [path, request] = requestOf(body);
  const as = body.user;
  try {
    return await ask(path, { ...request, as });
  } catch (failure) {
    if (failure.code !== 'conflict') throw failure;
    return resolve(body, await ask(`/api/v1/tasks/${body.task}`, { as }));
  }
}

/** Another change came first. It is a conflict only if it concerns the same fields, and sets other values. */
function resolve(body, task) {
  if (has(task, fieldsOf(body))) return task;
  const isUntouched = has(task, body.seen);
  const message = 'changed by somebody else meanwhile';
  throw Object.assign(new Error(message), isUntouched ? { body: again(body, task) } : { code: 'conflict', details: { task } });
}

/** The change on top of the server's version; another request, so with another key. */
const again = (body, task) => ({ ...body, key: uuid(), version: task.version, seen: seenOf(body, task) });
const seenOf = (body, task) => Object.fromEntries(Object.keys(fieldsOf(body)).map((name) => [name, task[name]]));

const REASONS = { gone: 'the task was deleted, or is no longer yours to see', dropped: 'you kept the version of the others' };

/** As long as the page is open, whatever it shows; null where nobody is signed in. */
const queue =
  who() &&
  new Queue({
    name: `tasks ${BASE}`,
    user: async () => (await token(), who()?.sub ?? ''),
    send,
    holds: ({ code }) => code === 'conflict',
    rebase: (body, task) => (task.version > (body.version ?? 0) ? { ...body, version: task.version, seen: seenOf(body, task) } : body),
  });
client.on('state', ({ state }) => (state === 'live' || state === 'polling') && queue?.retry());
queue?.on('refused', ({ entry, error }) => {
  const what = entry.body.kind === 'create' ? 'created' : 'changed';
  note(`“${entry.body.title}” is not ${what}: ${REASONS[error.code] ?? error.message}`);
});

/** Calls back when `unsent` has changed, and with a task that the server has changed. Returns how to end it. */
export function onChange(changed, done) {
  const stops = [queue.on('done', ({ result }) => done(result)), queue.on('change', changed)];
  return () => stops.forEach((stop) => stop());
}

/** The changes that wait, in order: {id, body, held}. `persistent` is false where they are lost with the page, null while that is not known. */
export const unsent = () => ({ entries: queue.entries, persistent: queue.persistent });

/** Adds a change of a task as the server has it (nothing of a new one); resolves when it is made, and rejects when it is refused. */
export function change(kind, id, wanted, task, title = wanted.title ?? task?.title) {
  const body = { kind, task: id, title, wanted, key: uuid(), user: who().sub, version: task?.version };
  return queue.add(body.key, { ...body, seen: task ? seenOf(body, task) : {} }, { group: id }).done;
}

/** Decides a conflict: for the user's change, or for what the server has. */
export const decide = ({ id, body, held }, isOwn) => (isOwn ? queue.release(id, again(body, held.details.task)) : queue.drop(id));
