// node:assert/strict, as far as the tests use it.

function fail(words, actual, expected) {
  throw new Error(`${words}: ${JSON.stringify(actual)} rather than ${JSON.stringify(expected)}`);
}

function same(a, b) {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || !a || !b) return false;
  if (a instanceof Set && b instanceof Set) return same([...a], [...b]);
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => key in b && same(a[key], b[key]));
}

function throws(act, { name, message }) {
  try {
    act();
  } catch (failure) {
    if (failure.name === name && message.test(failure.message)) return;
    fail('throws', `${failure}`, `${name} ${message}`);
  }
  fail('throws', 'nothing', name);
}

async function rejects(promise, expected) {
  const failure = await promise.then(() => null, (each) => each);
  const isRight = failure && Object.entries(expected).every(([name, value]) => same(failure[name], value));
  if (!isRight) fail('rejects', `${failure}`, expected);
}

export default {
  throws,
  rejects,
  ok: (value, words = 'ok') => value || fail(words, value, true),
  equal: (actual, expected, words = 'equal') => Object.is(actual, expected) || fail(words, actual, expected),
  notEqual: (actual, other, words = 'notEqual') => Object.is(actual, other) && fail(words, actual, 'another'),
  deepEqual: (actual, expected, words = 'deepEqual') => same(actual, expected) || fail(words, actual, expected),
};
