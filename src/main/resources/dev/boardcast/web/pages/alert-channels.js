// The channels that tell of alerts: admins make, change, test and delete them.

import { card } from './board.js';
import { confirm } from './confirm.js';
import { field, formDialog, numberField, select, textInput } from './form-dialog.js';
import { h, note, text } from './html.js';
import { api, isAdmin } from './session.js';
import { table } from './table.js';

const CHANNELS = '/api/v1/alerts/channels';
const MESSAGES = '/api/v1/alerts/messages?limit=50';
const END = true;
const PAUSE = 1000; // milliseconds between two looks at a test message
const LOOKS = 15;

const pathOf = (id) => `${CHANNELS}/${encodeURIComponent(id)}`;
const receiver = ({ url, url_secret: secret, to }) => url ?? (secret ? `the secret ${secret}` : (to ?? []).join(', '));
const quiet = ({ quiet_from: from, quiet_to: to, quiet_zone: zone }) => (from ? `${from} to ${to}, ${zone}` : '–');

/** The card, and load(), which reads the channels again. known.channels is shared with the other cards. */
export function alertChannels(known) {
  const state = h('p.sub', { role: 'status' });
  const nameOf = ({ id }) => (isAdmin() ? h('button.link', { type: 'button', onclick: () => change(known.channels.find((each) => each.id === id)), title: `Change the channel ${id}` }, id) : id);
  const list = table({
    label: 'Channels',
    columns: [
      { title: 'Channel', cell: nameOf, value: ({ id }) => id, head: true },
      { title: 'Type', cell: ({ type }) => type },
      { title: 'To', cell: (each) => h('span.long', receiver(each)), small: true },
      { title: 'One message for each', cell: ({ group_by: by }) => by, small: true },
      { title: 'Quiet hours', cell: quiet, small: true },
      ...(isAdmin() ? [{ title: 'Action', cell: buttons, end: END }] : []),
    ],
    key: ({ id }) => id,
    none: 'Nobody is told: there is no channel yet.',
  });
  const add = isAdmin() && h('button', { type: 'button', onclick: () => change(null) }, 'New channel');
  const made = card('Channels', [list.node, add && h('div.row', add), state].filter(Boolean), 'span-12');

  function change(channel) {
    const before = channel ?? {};
    const type = select(['webhook', 'slack', 'email'], before.type ?? 'webhook');
    const plain = (name, label, help, options) => field({ name, label, help, input: textInput(before[name], options) });
    const id = field({ name: 'id', label: 'Name', input: textInput(before.id, { readonly: channel ? true : null }), help: 'Letters, digits, full stop, _ and -' });
    const to = textInput(before.to?.join(', '), { maxlength: null });
    const byType = {
      url: plain('url', 'Address', 'https://…'),
      url_secret: plain('url_secret', 'Secret with the address', 'The name of a secret in the setting alerts-secrets'),
      secret: plain('secret', 'Secret that signs', 'The name of a secret in the setting alerts-secrets'),
      to: field({ name: 'to', label: 'To', input: to, help: 'E-mail addresses, with commas between them', value: () => to.value.split(',').map((each) => each.trim()).filter(Boolean) }),
    };
    const shownFor = { webhook: ['url', 'url_secret', 'secret'], slack: ['url_secret'], email: ['to'] };
    const fit = () => Object.entries(byType).forEach(([name, { node }]) => (node.hidden = !shownFor[type.value].includes(name)));
    type.addEventListener('change', fit);
    fit();
    const more = [
      field({ name: 'group_by', label: 'One message for each', input: select(['rule', 'board', 'channel'], before.group_by ?? 'board') }),
      numberField({ name: 'group_wait_seconds', label: 'Waits for others (s)', value: before.group_wait_seconds }),
      plain('quiet_from', 'Quiet from', 'A time such as 22:00'),
      plain('quiet_to', 'Quiet to'),
      field({ name: 'quiet_zone', label: 'Time zone', input: textInput(before.quiet_zone ?? (channel ? '' : Intl.DateTimeFormat().resolvedOptions().timeZone)) }),
      field({ name: 'quiet_except', label: 'Not quiet from this severity on', input: select([['', 'critical'], 'info', 'warning'], before.quiet_except === 'critical' ? '' : before.quiet_except) }),
    ];
    const fields = [id, field({ name: 'type', label: 'Type', input: type }), ...Object.values(byType), ...more];
    const first = fields.slice(0, fields.length - more.length);
    formDialog({
      title: channel ? `Change ${channel.id}` : 'New channel',
      fields,
      content: [h('div.fields', first.map(({ node }) => node)), h('details', h('summary', 'Grouping and quiet hours'), h('div.fields', more.map(({ node }) => node)))],
      label: 'Save',
      isWide: true,
      send({ id: name = '', ...body }) {
        // A zone alone says nothing.
        if (!body.quiet_from && !body.quiet_to) delete body.quiet_zone;
        const isFree = channel || !known.channels.some((each) => each.id === name);
        const wrong = !name ? 'a name' : isFree ? null : 'a name that no other channel has';
        if (wrong) return Promise.reject(Object.assign(new Error(wrong), { errors: [{ field: 'id', expected: wrong }] }));
        return api(pathOf(name), { method: 'PUT', body }).then(() => note(`${name} is saved.`)).then(load);
      },
    });
  }

  function buttons({ id }) {
    const remove = () => confirm({
      title: `Delete ${id}?`,
      details: 'What waits to be sent by it becomes a dead letter.',
      label: 'Delete',
      act: () => api(pathOf(id), { method: 'DELETE' }).then(load),
      done: `${id} is deleted.`,
    });
    return h('div.row.end',
      h('button', { type: 'button', onclick: () => test(id), 'aria-label': `Send a test to ${id}` }, 'Test'),
      h('button', { type: 'button', onclick: remove, 'aria-label': `Delete ${id}` }, 'Delete'));
  }

  /** Sends a test, and says what became of it. */
  async function test(id) {
    try {
      const { message } = await api(`${pathOf(id)}/test`, { method: 'POST' });
      note(`A test message to ${id} is on its way.`);
      for (let look = 0; look < LOOKS; look++) {
        await new Promise((resume) => setTimeout(resume, PAUSE));
        const found = (await api(MESSAGES)).items.find((each) => each.id === message);
        if (found?.state === 'sent') return note(`${id} has accepted the test message.`);
        if (found?.state === 'dead') return note(`The test message to ${id} could not be delivered: ${found.error}`);
      }
      note(`${id} has not accepted the test message yet. It is sent again.`);
    } catch ({ message }) {
      note(message);
    }
  }

  async function load() {
    try {
      known.channels = (await api(CHANNELS)).items;
      list.show(known.channels);
      text(state, '');
      made.aged({ at: Date.now() });
    } catch ({ message }) {
      text(state, message);
    }
  }

  return { node: made.node, load };
}
