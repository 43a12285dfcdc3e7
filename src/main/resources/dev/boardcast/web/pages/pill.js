// <connection-pill>: the state of the connection, and the time to the next attempt.

import { eachSecond, h, text } from './html.js';
import { client } from './live.js';
import { refused, restart, who } from './session.js';

const MAX_FAILURES = 4; // after these it shows "Disconnected"

/** Describes a state: a tone, a text, a tooltip, and whether retrying makes sense. */
export function describe({ state, reason, failures, transport }, isBehind = false) {
  if (state === 'live' && isBehind) {
    return { tone: 'wait', words: 'Live, may be behind', how: 'the server cannot reach the other servers' };
  }
  if (state === 'live') return { tone: 'good', words: 'Live', how: `over ${transport}` };
  if (state === 'polling') return { tone: 'wait', words: 'Polling every 5 s', how: 'WebSocket and event streams do not work' };
  if (state === 'connecting') return { tone: 'wait', words: 'Connecting' };
  if (state === 'closed') return { tone: 'bad', words: 'Disconnected', how: `closed: ${reason}`, retry: true };
  if (reason === 'offline') return { tone: 'bad', words: 'Offline', retry: true };
  if (failures >= MAX_FAILURES) return { tone: 'bad', words: 'Disconnected', retry: true };
  return { tone: 'wait', words: 'Reconnecting', retry: true };
}

class ConnectionPill extends HTMLElement {
  #words = h('span', { role: 'status' });
  #wait = h('span.sub', { 'aria-hidden': true });
  #retry = h('button', { onclick: () => client.retry() }, 'Retry now');

  #stale = new Set();

  connectedCallback() {
    this.replaceChildren(h('span.dot'), this.#words, this.#wait, this.#retry);
    const sign = (change) => ({ topic }) => {
      this.#stale[change](topic);
      this.#show(client.status);
    };
    this.stops = [
      client.on('state', (status) => this.#show(status)),
      client.on('stale', sign('add')),
      client.on('fresh', sign('delete')),
      eachSecond(() => this.#count()),
    ];
    this.#show(client.status);
  }

  disconnectedCallback() {
    this.stops.forEach((stop) => stop());
  }

  #show(status) {
    const isBehind = [...this.#stale].some((topic) => client.isStale(topic));
    const { tone, words, how, retry } = describe(status, isBehind);
    this.dataset.tone = tone;
    this.dataset.state = status.state;
    this.title = how ?? '';
    text(this.#words, words);
    this.#retry.hidden = !retry;
    this.#count();
    if (status.reason === 'user_changed') restart(`The server takes this tab for another user than before: it is now signed in as ${who()?.sub ?? 'nobody'}, and the page was reloaded.`);
    if (status.state === 'closed' && status.reason === 4401 && who()) refused();
  }

  #count() {
    const { retryAt } = client.status;
    const left = retryAt ? Math.max(0, Math.ceil((retryAt - Date.now()) / 1000)) : 0;
    this.#wait.hidden = !left;
    text(this.#wait, `in ${left} s`);
  }
}

customElements.define('connection-pill', ConnectionPill);
