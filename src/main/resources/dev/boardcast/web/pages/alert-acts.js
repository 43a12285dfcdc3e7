// The dialogs that acknowledge and mute an alert.

import { field, formDialog, select, textInput } from './form-dialog.js';
import { serverNow } from './live.js';
import { api } from './session.js';

const ALERTS = '/api/v1/alerts';
const HOUR = 3600;

/** How long something is silenced, in seconds. */
export const SPANS = [[HOUR, '1 hour'], [4 * HOUR, '4 hours'], [24 * HOUR, '1 day'], [168 * HOUR, '1 week'], [720 * HOUR, '30 days']];
/** A field with the end of a silence. */
export function untilField(name) {
  const input = select(SPANS.map(([seconds, label]) => [String(seconds), label]), String(HOUR));
  return field({ name, label: 'For', input, value: () => new Date(serverNow() + 1000 * Number(input.value)).toISOString() });
}

const noteField = (value) => field({ name: 'note', label: 'Note', input: textInput(value, { placeholder: 'Who does what about it' }) });

/** Lets the user acknowledge an alert, or write another note. words: what it says; done() is called afterwards. */
export function acknowledge(alert, words, done) {
  formDialog({
    title: `Acknowledge ${alert.rule_name}?`,
    details: `${words}. It is not repeated any more; its end is told.`,
    fields: [noteField(alert.note)],
    label: 'Acknowledge',
    send: (body) => api(`${ALERTS}/${alert.id}/acknowledge`, { method: 'POST', body }).then(done),
  });
}

export function mute(alert, words, done) {
  formDialog({
    title: `Mute ${alert.rule_name}?`,
    details: `${words}. Nobody is told of it in that time; if it still fires then, that is told.`,
    fields: [untilField('until'), noteField('')],
    label: 'Mute',
    send: (body) => api(`${ALERTS}/${alert.id}/mute`, { method: 'POST', body }).then(done),
  });
}
