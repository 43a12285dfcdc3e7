// What the tests use of Node, in a browser.

globalThis.process = { env: {} };

const turns = new MessageChannel();
const due = [];
turns.port1.onmessage = () => due.shift()();
globalThis.setImmediate = (task) => {
  due.push(task);
  turns.port2.postMessage(0);
};

const base64url = (text) => btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
globalThis.Buffer = { from: (text) => ({ toString: () => base64url(text) }) };

export const tests = [];
export const test = (name, body) => tests.push({ name, body });

export function readFileSync(url) {
  const request = new XMLHttpRequest();
  request.open('GET', url, false);
  request.send();
  return request.responseText;
}
