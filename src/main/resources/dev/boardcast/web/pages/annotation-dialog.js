// The dialog that says what happened.

import { field, formDialog, select, textInput } from './form-dialog.js';
import { h, note } from './html.js';
import { serverNow } from './live.js';
import { api } from './session.js';

/** A time as a field of the kind datetime-local has it: of the viewer's zone, without one. */
function local(millis) {
  const date = new Date(millis);
  return new Date(millis - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

const timeField = (name, label, millis, help) => {
  const input = h('input', { type: 'datetime-local', value: millis === null ? '' : local(millis) });
  return field({ name, label, input, help, value: () => (input.value ? new Date(input.value).toISOString() : undefined) });
};

/** board: its name; done() is called once the annotation is stored. */
export function annotate(board, done) {
  const about = select([[board, 'This board'], ['', 'All boards']], board);
  const words = h('textarea', { maxlength: '4000', rows: '3' });
  const tags = textInput('', { placeholder: 'deploy, shop' });
  formDialog({
    title: 'Annotate',
    details: 'It is shown on the charts to everybody who sees them.',
    fields: [
      field({ name: 'title', label: 'What', input: textInput('', { placeholder: 'Version 4.2 in production' }) }),
      timeField('at', 'When', serverNow(), ''),
      timeField('until', 'Until', null, 'A moment without a value'),
      field({ name: 'text', label: 'Text', input: words }),
      field({ name: 'tags', label: 'Tags', input: tags, help: 'With commas between them', value: () => tags.value.split(',').map((each) => each.trim()).filter(Boolean) }),
      field({ name: 'boards', label: 'About', input: about, value: () => (about.value ? [about.value] : []) }),
    ],
    label: 'Save',
    send: (body) => api('/api/v1/annotations', { method: 'POST', body }).then(() => note('The charts show it.')).then(done),
  });
}
