// A dialog with fields. What the server refuses is said at the field that it names.

import { h, text } from './html.js';

let made = 0;

/**
 * A labelled input.
 *
 * input: an input, a select, or a fieldset of check boxes; value(): what is sent, undefined for nothing; help: what is
 * expected.
 */
export function field({ name, label, input, help = '', value = () => input.value.trim() || undefined }) {
  const id = `field-${++made}`;
  const wrong = h('p.wrong', { id: `${id}-wrong`, hidden: true });
  const isGroup = input.localName === 'fieldset';
  input.id = id;
  if (help) input.setAttribute('aria-describedby', `${id}-help`);
  const node = h('div.field',
    isGroup ? null : h('label', { for: id }, label),
    input,
    help && h('p.sub', { id: `${id}-help` }, help), wrong);
  const described = help ? `${id}-help` : null;
  /** Says what was expected instead; null for nothing. */
  const refuse = (expected) => {
    wrong.hidden = !expected;
    text(wrong, expected ? `Expected: ${expected}` : '');
    if (expected) input.setAttribute('aria-invalid', 'true');
    else input.removeAttribute('aria-invalid');
    const about = [described, expected && wrong.id].filter(Boolean).join(' ');
    if (about) input.setAttribute('aria-describedby', about);
    else input.removeAttribute('aria-describedby');
  };
  input.addEventListener('input', () => refuse(null));
  return { name, node, input, value, refuse, focus: () => (isGroup ? input.querySelector('input') : input)?.focus() };
}

export const textInput = (value, options = {}) => h('input', { value: value ?? '', maxlength: '200', autocomplete: 'off', ...options });

/** A number, or what was written in place of one: the server says what it expects. */
export function numberField({ value, ...rest }) {
  const input = h('input', { value: value ?? '', inputmode: 'decimal', maxlength: '40', autocomplete: 'off' });
  const given = () => {
    const words = input.value.trim();
    return words === '' ? undefined : Number.isFinite(Number(words)) ? Number(words) : words;
  };
  return field({ ...rest, input, value: given });
}

/** options: [value, label] or values. */
export const select = (options, value, more = {}) =>
  h('select', more, options.map((each) => (Array.isArray(each) ? each : [each, each])).map(([key, label]) => h('option', { value: key, selected: key === (value ?? '') }, label)));

/** Labels as text: team=llm, stage=live. */
export const labelText = (labels) => Object.entries(labels ?? {}).map(([name, value]) => `${name}=${value}`).join(', ');
export function labelsOf(words) {
  const pairs = words.split(',').map((each) => each.trim()).filter(Boolean).map((each) => each.split(/=(.*)/s));
  return pairs.length ? Object.fromEntries(pairs.map(([name, value = '']) => [name.trim(), value.trim()])) : undefined;
}

/** A field that is named in an error: of channels[1] or labels.team, the field before. */
const rootOf = (name) => String(name).split(/[.[]/)[0];

/**
 * Opens it. fields: as field() makes them; those whose nodes are hidden are not sent. send(body) resolves when it is
 * done, and then the dialog closes; a failure with errors is said at the fields. content: the nodes between heading and
 * buttons; isWide: for many fields. Returns {body(), say(failure)}.
 */
export function formDialog({ title, details = '', fields, content = fields.map(({ node }) => node), label, send, isWide = false }) {
  const wrong = h('p.wrong', { role: 'alert', hidden: true });
  const go = h('button.main', label);
  const id = `dialog-${++made}`;
  const body = () => Object.fromEntries(fields.filter(({ node }) => !node.hidden).map(({ name, value }) => [name, value()]).filter(([, value]) => value !== undefined));

  function say(failure) {
    const left = (failure.errors ?? []).filter(({ field: name, expected }) => {
      const found = fields.find((each) => each.name === rootOf(name) && !each.node.hidden);
      found?.refuse(expected);
      return !found;
    });
    const isSaid = failure.errors?.length && !left.length;
    wrong.hidden = isSaid;
    text(wrong, isSaid ? '' : left.length ? left.map(({ field: name, expected }) => `${name}: expected ${expected}`).join('. ') : failure.message);
    const first = fields.find(({ input }) => input.getAttribute('aria-invalid'));
    const folded = first?.node.closest('details');
    if (folded) folded.open = true;
    first?.focus();
  }

  const submit = (event) => {
    event.preventDefault();
    fields.forEach(({ refuse }) => refuse(null));
    wrong.hidden = true;
    go.disabled = true;
    send(body()).then(() => box.close(), say).finally(() => (go.disabled = false));
  };
  const box = h(`dialog${isWide ? '.wide' : ''}`, { 'aria-labelledby': id },
    h('h2', { id }, title),
    details && h('p.quiet', details),
    h('form', { onsubmit: submit, novalidate: true },
      content, wrong,
      h('div.row.close', h('button', { type: 'button', onclick: () => box.close() }, 'Cancel'), go)));
  box.addEventListener('close', () => box.remove());
  document.body.append(box);
  box.showModal();
  return { body, say };
}
