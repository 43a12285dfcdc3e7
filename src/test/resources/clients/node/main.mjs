// Runs one client: ws, or undici, which always offers permessage-deflate.
import { createRequire } from 'node:module';

const [client, ws, http, token, admin, stream, mode] = process.argv.slice(2);
const require = createRequire(import.meta.url);

function expect(actual, expected) {
  if (actual === expected) return;
  console.error(`expected ${expected}, was ${actual}`);
  process.exit(1);
}

async function call(method, path, body) {
  const headers = { authorization: `Bearer ${admin}`, 'content-type': 'application/json' };
  return (await fetch(http + path, { method, headers, body: body && JSON.stringify(body) })).status;
}

async function publish(n) {
  const event = { type: 'note', data: { n, filler: 'x'.repeat(2000) } };
  expect(await call('POST', `/api/v1/streams/${stream}/events`, event), 201);
}

/** Opens a connection: `next()` resolves with a message, or with the code of the close frame. */
function connect(path) {
  const protocols = ['boardcast.v1', `bearer.${token}`];
  const { WebSocket } = require(client);
  const socket =
    client === 'ws'
      ? new WebSocket(ws + path, protocols, { perMessageDeflate: mode === 'deflate' })
      : new WebSocket(ws + path, protocols);
  const queue = [];
  let waiting;
  const add = (item) => {
    queue.push(item);
    waiting?.();
  };
  socket.onmessage = ({ data }) => add(JSON.parse(data));
  socket.onclose = ({ code }) => add(code);
  socket.onerror = ({ message }) => console.error(message);
  const next = async () => {
    if (!queue.length) await new Promise((resolve) => (waiting = resolve));
    return queue.shift();
  };
  return { socket, next };
}

setTimeout(() => {
  console.error('too late');
  process.exit(1);
}, 40_000).unref();

const first = connect(`/ws?topics=${stream}`);
expect((await first.next()).type, 'connection_ack');
expect(first.socket.protocol, 'boardcast.v1');
expect((await first.next()).type, 'subscribed');
await publish(1);
const event = await first.next();
expect(event.data.n, 1);
first.socket.close();
expect(typeof (await first.next()), 'number');
await publish(2);

const second = connect('/ws?topics=');
const { session } = await second.next();
second.socket.send(JSON.stringify({ type: 'subscribe', topics: [{ topic: stream, since: event.offset }] }));
expect((await second.next()).recovered, true);
expect((await second.next()).data.n, 2);
const { extensions } = second.socket;
expect(Math.floor((await call('DELETE', `/api/v1/admin/sessions/${session}`)) / 100), 2);
expect(await second.next(), 4403);
expect(extensions.includes('permessage-deflate'), mode === 'deflate');
console.log('passed', extensions);
process.exit(0);
