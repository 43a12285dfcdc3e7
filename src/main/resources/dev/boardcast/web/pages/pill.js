// <connection-pill>: how we are connected, and when the next attempt comes.

import { eachSecond, h, text } from './html.js';
import { client } from './live.js';
import { signOut, who } from './session.js';

const GIVEN_UP = 4; // failures after which "reconnecting" would be too hopeful

/** What to say of a state: a tone, words that change seldom, and whether trying again makes sense. */
export function told({ state, reason, failures, transport }) {
  if (state === 'live') return { tone: 'good', words: 'Live', how: `over ${transport}` };
  if (state === 'polling') return { tone: 'wait', words: 'Polling every 5 s', how: 'faster ways do not get through' };
  if (state === 'connecting') return { tone: 'wait', words: 'Connecting' };
  if (state === 'closed') return { tone: 'bad', words: 'Disconnected', how: `closed: ${reason}`, retry: true };
  if (reason === 'offline') return { tone: 'bad', words: 'Offline', retry: true };
  if (failures >= GIVEN_UP) return { tone: 'bad', words: 'Disconnected', retry: true };
  return { tone: 'wait', words: 'Reconnecting', retry: true };
}

class ConnectionPill extends HTMLElement {
  #words = h('span', { role: 'status' });
  #wait = h('span.sub', { 'aria-hidden': true });
  #retry = h('button', { onclick: () => client.retry() }, 'Retry now');

  connectedCallback() {
    this.replaceChildren(h('span.dot'), this.#words, this.#wait, this.#retry);
    this.stops = [client.on('state', (status) => this.#show(status)), eachSecond(() => this.#count())];
    this.#show(client.status);
  }

  disconnectedCallback() {
    this.stops.forEach((stop) => stop());
  }

  #show(status) {
    const { tone, words, how, retry } = told(status);
    this.dataset.tone = tone;
    this.dataset.state = status.state;
    this.title = how ?? '';
    text(this.#words, words);
    this.#retry.hidden = !retry;
    this.#count();
    if (status.state === 'closed' && status.reason === 4401 && who()) {
      signOut('Your token is not valid any more. Sign in again.');
    }
  }

  #count() {
    const { retryAt } = client.status;
    const left = retryAt ? Math.max(0, Math.ceil((retryAt - Date.now()) / 1000)) : 0;
    this.#wait.hidden = !left;
    text(this.#wait, `in ${left} s`);
  }
}

customElements.define('connection-pill', ConnectionPill);
