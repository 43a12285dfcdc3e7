// A scripted server: one log, one board, three ways in, each of which can be open, refuse, or hang.

const EPOCH = 'e1';

export class FakeServer {
  ways = { websocket: 'open', sse: 'open', polling: 'open' };
  log = []; // [{topic, sequence, n}]
  version = 1;
  sockets = new Set();
  streams = new Set();
  busy = null; // the topic whose pages cannot be read
  opened = []; // what was asked for, in order
  tokens = []; // those that came
  refusedTokens = new Set();
  user = 'ann'; // whom it takes clients for
  lifetime = null; // of a token, in milliseconds
  serverAhead = 0;
  silent = false;
  teams = new Set(); // streams that `tasks` stands for too
  limits = { messages: 50, requests: 200, topics: 100, bytes: 16_384 }; // per second, per session, per message
  ended = []; // the close codes that clients have brought upon themselves
  patience = 0; // seconds that it asks for, by 503
  received = []; // the messages of sockets

  constructor(clock) {
    this.clock = clock;
    const server = this;
    this.WebSocket = class {
      constructor(url, protocols) {
        server.connectSocket(this, url, protocols);
      }
      send(text) {
        if (this.readyState === 1) server.checked(this, text);
      }
      close() {
        this.readyState = 3;
        server.sockets.delete(this);
      }
    };
    this.fetch = (url, init = {}) => server.request(new URL(url), init);
  }

  get timestamp() {
    return new Date(this.clock.now() + this.serverAhead).toISOString();
  }

  get head() {
    return `${EPOCH}:${this.log.length}`;
  }

  publish(topic) {
    const sequence = this.log.length + 1;
    const n = this.log.filter((each) => each.topic === topic).length;
    this.log.push({ topic, sequence, n, timestamp: this.timestamp });
    const event = this.#event(this.log.at(-1));
    for (const peer of [...this.sockets, ...this.streams]) {
      if (peer.topics.has(topic)) this.#tell(peer, event);
      else if (this.teams.has(topic) && peer.topics.has('tasks')) this.#tell(peer, { ...event, topic: 'tasks' });
    }
  }

  update() {
    this.version++;
    for (const peer of [...this.sockets, ...this.streams]) {
      if (peer.topics.has('routing')) this.#tell(peer, this.#numbers());
    }
  }

  /** Says something to everybody. */
  say(message) {
    for (const peer of [...this.sockets, ...this.streams]) this.#tell(peer, message);
  }

  /** Ends what is open: sockets with a close code, streams with its message. */
  end(code) {
    for (const socket of [...this.sockets]) {
      this.sockets.delete(socket);
      socket.readyState = 3;
      socket.onclose?.({ code });
    }
    for (const stream of [...this.streams]) {
      if (code !== 1006) this.#tell(stream, { type: 'close', code });
      this.streams.delete(stream);
      try {
        stream.controller.close();
      } catch {
        // Its reader has left.
      }
    }
  }

  connectSocket(socket, url, protocols) {
    this.opened.push('websocket');
    socket.readyState = 0;
    socket.topics = new Set();
    const token = protocols.find((each) => each.startsWith('bearer.'))?.slice(7) ?? null;
    if (this.ways.websocket === 'hang') return;
    queueMicrotask(() => {
      if (socket.readyState === 3) return;
      if (this.ways.websocket === 'refuse') return socket.onerror?.({});
      socket.readyState = 1;
      this.tokens.push(token);
      if (this.refusedTokens.has(token)) {
        socket.readyState = 3;
        return socket.onclose?.({ code: 4401 });
      }
      this.sockets.add(socket);
      this.#ack(socket);
    });
  }

  /** As a server does: refuses what is malformed, too large or too much. */
  checked(socket, text) {
    const message = JSON.parse(text);
    const second = Math.floor(this.clock.elapsed() / 1000);
    if (socket.second !== second) Object.assign(socket, { second, messages: 0, requests: 0 });
    socket.messages++;
    const topics = message.topics ?? ['none'];
    const isText = (value, most) => typeof value === 'string' && value.length > 0 && value.length <= most;
    const isRight = (each) => isText(each?.topic ?? each, 512) && (each.since === undefined || isText(each.since, 64));
    if (message.type === 'subscribe') socket.requests += topics.length;
    if (!Array.isArray(topics) || !topics.length || !topics.every(isRight)) return this.#close(socket, 4400);
    if (new TextEncoder().encode(text).length > this.limits.bytes) return this.#close(socket, 1009);
    if (socket.messages > this.limits.messages || socket.requests > this.limits.requests) return this.#close(socket, 4429);
    this.said(socket, message);
  }

  #close(socket, code) {
    this.ended.push(code);
    this.sockets.delete(socket);
    socket.readyState = 3;
    queueMicrotask(() => socket.onclose?.({ code }));
  }

  said(socket, message) {
    if (this.silent) return;
    this.received.push(message);
    if (message.type === 'ping') this.#tell(socket, { type: 'pong' });
    if (message.type === 'auth') {
      this.tokens.push(message.token);
      this.#ack(socket);
    }
    if (message.type === 'unsubscribe') message.topics.forEach((topic) => socket.topics.delete(topic));
    if (message.type === 'subscribe') this.#subscribe(socket, message.topics);
  }

  #ack(peer) {
    const expires = this.lifetime && { expires_at: new Date(Date.parse(this.timestamp) + this.lifetime).toISOString() };
    this.#tell(peer, { type: 'connection_ack', session: 's', node: 'n', timestamp: this.timestamp, user: this.user, ...expires });
  }

  #subscribe(peer, wanted) {
    const fits = ({ topic }) => peer.topics.has(topic) || peer.topics.size < this.limits.topics;
    for (const each of wanted) {
      if (fits(each)) peer.topics.add(each.topic);
      else this.#tell(peer, { type: 'error', code: 'too_many_topics', message: 'too many topics', topic: each.topic });
    }
    wanted.filter(({ topic }) => peer.topics.has(topic)).forEach((each) => this.#begin(peer, each));
  }

  #begin(peer, { topic, since }) {
    if (topic === 'forbidden') {
      return this.#tell(peer, { type: 'error', code: 'forbidden', message: 'not yours', topic });
    }
    if (topic === 'routing') {
      this.#tell(peer, { type: 'subscribed', topic, offset: `version:${this.version}`, recovered: false });
      return this.#tell(peer, this.#numbers());
    }
    const from = this.#from(since);
    this.#tell(peer, { type: 'subscribed', topic, offset: from === null ? this.head : since, recovered: from !== null });
    if (from === null) return;
    for (const each of this.log.slice(from)) {
      const own = each.topic !== topic && peer.topics.has(each.topic);
      if (this.#isIn(each, topic)) this.#tell(peer, { ...this.#event(each), topic: own ? each.topic : topic });
    }
  }

  #isIn(event, topic) {
    return event.topic === topic || (topic === 'tasks' && this.teams.has(event.topic));
  }

  /** Null for no place of this history. */
  #from(since) {
    const [epoch, sequence] = (since ?? '').split(':');
    return epoch === EPOCH ? Number(sequence) : null;
  }

  #event({ topic, sequence, n, timestamp }) {
    return { type: 'happened', topic, data: { n }, timestamp, offset: `${EPOCH}:${sequence}` };
  }

  #numbers() {
    return { type: 'metrics:update', topic: 'routing', data: { version: this.version }, timestamp: this.timestamp, offset: `version:${this.version}` };
  }

  #tell(peer, message) {
    if (this.silent) return;
    if (peer.controller) {
      peer.controller.enqueue(new TextEncoder().encode(`data: ${JSON.stringify(message)}\n\n`));
    } else if (peer.readyState === 1) {
      peer.onmessage?.({ data: JSON.stringify(message) });
    }
  }

  async request(url, { headers = {}, signal } = {}) {
    const isStream = url.pathname === '/api/v1/stream';
    const way = this.ways[isStream ? 'sse' : 'polling'];
    this.opened.push(isStream ? 'sse' : 'polling');
    await null;
    if (way === 'hang') return new Promise((done, fail) => signal?.addEventListener('abort', () => fail(signal.reason)));
    if (way === 'refuse') throw new TypeError('refused');
    if (this.patience) return Response.json({}, { status: 503, headers: { 'retry-after': `${this.patience}` } });
    const token = headers.authorization?.slice(7) ?? null;
    this.tokens.push(token);
    if (this.refusedTokens.has(token)) return Response.json({}, { status: 401 });
    if (isStream) return this.#stream(url, headers, signal);
    const [, kind, name] = url.pathname.match(/^\/api\/v1\/(boards|streams)(?:\/([^/]+))?/);
    if (kind === 'boards' && !name) return Response.json([{ name: 'routing', topic: 'routing' }]);
    if (kind === 'streams' && name === this.busy) return Response.json({}, { status: 503 });
    if (name === 'malformed') return Response.json({}, { status: 400 });
    if (name === 'forbidden') return Response.json({}, { status: 403 });
    if (kind === 'boards') {
      const { data, timestamp } = this.#numbers();
      const etag = `"${this.version}"`;
      if (headers['if-none-match'] === etag) return new Response(null, { status: 304, headers: { etag } });
      return Response.json({ board: name, version: this.version, timestamp, computed_at: timestamp, stale: false, data }, { headers: { etag } });
    }
    const query = url.searchParams;
    return Response.json(query.has('poll') ? this.#polled(name, query.get('after')) : this.#page(name, query));
  }

  /** Pages of pollers end at every fifth place; the wait for an event is over at once. */
  #polled(topic, after) {
    const from = this.#from(after);
    if (from === null) return { events: [], next: this.head, recovered: false, poll: 'now' };
    const events = this.log.slice(from).filter((each) => each.topic === topic);
    const cut = events.findIndex(({ sequence }) => sequence % 5 === 0);
    const shown = (cut < 0 ? events : events.slice(0, cut + 1)).map((each) => this.#event(each));
    const poll = cut < 0 ? Math.floor(this.clock.now() / 1000).toString(36) : 'now';
    return { events: shown, next: shown.at(-1)?.offset ?? after, recovered: true, poll };
  }

  #page(topic, query) {
    if (query.get('before') === 'end') return { events: [], next: this.head, recovered: true };
    const from = this.#from(query.get('after'));
    if (from === null) return { events: [], next: this.head, recovered: false };
    const limit = Number(query.get('limit'));
    const events = this.log.slice(from).filter((each) => this.#isIn(each, topic)).slice(0, limit);
    const shown = events.map((each) => this.#event(each));
    return { events: shown, next: shown.length < limit ? this.head : shown.at(-1).offset, recovered: true };
  }

  #stream(url, headers, signal) {
    const topics = url.searchParams.get('topics').split(',');
    const places = headers['last-event-id']?.split(',') ?? [];
    // Of several places in one history the lowest counts.
    const since = places.sort((a, b) => this.#from(a) - this.#from(b))[0];
    const peer = { topics: new Set() };
    const body = new ReadableStream({ start: (controller) => (peer.controller = controller) });
    signal.addEventListener('abort', () => {
      if (this.streams.delete(peer)) peer.controller.error(signal.reason);
    });
    this.streams.add(peer);
    this.#ack(peer);
    this.#subscribe(peer, topics.map((topic) => ({ topic, since })));
    return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
  }
}
