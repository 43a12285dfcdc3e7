// What viewers see below the alerts, and admins change: rules, silences, channels, and what could not be delivered.

import { alertChannels } from './alert-channels.js';
import { alertRules } from './alert-rules.js';
import { alertSilences } from './alert-silences.js';
import { deadLetters } from './dead-letters.js';
import { follow } from './bell.js';
import { h } from './html.js';

const INTERVAL = 15_000;

/** The cards; they are read again now and then, and rules show what fires now. */
export function administer(boards) {
  const known = { rules: [], channels: [] };
  const rules = alertRules(boards, known);
  const silences = alertSilences(boards, known);
  const channels = alertChannels(known);
  const letters = deadLetters();
  const parts = [rules, silences, channels, letters];
  const load = () => document.hidden || parts.forEach((each) => each.load());
  const timer = setInterval(load, INTERVAL);
  const stopFollowing = follow(() => rules.draw());
  load();
  return {
    nodes: [h('div.grid', rules.node), h('div.grid', silences.node), h('div.grid', channels.node), h('div.grid', letters.node)],
    stop: () => {
      clearInterval(timer);
      stopFollowing();
    },
  };
}
