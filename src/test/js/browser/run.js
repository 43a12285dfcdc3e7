// Runs all tests, one after the other; window.report is what came of it.

import { tests } from './node.js';

const FILES = ['protocol', 'connection', 'attempts', 'token', 'status', 'types', 'topics', 'history', 'poll', 'publish', 'queue', 'offline', 'shared-connection', 'fuzz'];
const wrong = [];
for (const file of FILES) await import(`../${file}.test.js`);
await import('./database.js');
for (const { name, body } of tests) {
  try {
    await body();
  } catch (failure) {
    wrong.push(`${name}: ${failure.stack}`);
  }
}
window.report = { ran: tests.length, wrong };
