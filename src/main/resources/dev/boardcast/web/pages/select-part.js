// Boards by parameters: the part of a board that the address names, such as #/sales?site=7, and how to choose another.

import { topicOf } from '../client/board.js';
import { h } from './html.js';

/** The part of the board for the values in the address; the board itself without any. */
function partOf(board) {
  const given = new URLSearchParams(location.hash.split('?')[1]);
  const names = board.parameters.map(({ name }) => name).filter((name) => given.get(name));
  if (!names.length) return board;
  const values = Object.fromEntries(names.map((name) => [name, given.get(name)]));
  return { ...board, values, topic: topicOf(board.topic, values), name: topicOf(board.name, values) };
}

/** Fields for the values. */
function chooser({ name, parameters, values = {} }) {
  const fields = parameters.map((each) =>
    h('input', { name: each.name, 'aria-label': each.name, placeholder: each.name, value: values[each.name] ?? '', maxlength: '200', size: '12', required: each.required && !each.pinned }));
  const choose = (event) => {
    event.preventDefault();
    const query = new URLSearchParams(fields.filter(({ value }) => value).map((field) => [field.name, field.value]));
    location.hash = `#/${name.split('?')[0]}${query.size ? `?${query}` : ''}`;
  };
  return h('form.ranges', { onsubmit: choose, 'aria-label': 'Part of the board' }, fields, h('button', 'Show'));
}

/** A page of a board, draw(board) -> {node, stop()}, which has fields for parameters if the board has some. */
export function ofParameters(board, draw) {
  if (!board.parameters) return draw(board);
  const part = partOf(board);
  const page = draw(part);
  page.node.prepend(chooser(part));
  return page;
}
