// The signed-in user. A tab keeps its own user while it is open, even if another user signs in in another tab; a new
// tab begins as the user who signed in last. A token of the demo is renewed before it expires.

import { keep, kept } from './storage.js';

/** The address below which the pages are served, without a slash at the end. */
export const BASE = new URL('..', import.meta.url).href.replace(/\/$/, '');

// One origin may serve several applications, each below its own path.
const KEY = `boardcast${new URL(BASE).pathname.replace(/\/$/, '')}`;
const SIGNED_OUT = `${KEY}.signed-out`; // when each user signed out last
const REASON = `${KEY}.reason`;
const SIGN_IN = `${BASE}/api/v1/sign-in`;
const RENEW_BEFORE = 90_000;
const MAX_SIGNED_OUT = 20;

const parse = (text) => {
  try {
    return JSON.parse(text) ?? null;
  } catch {
    return null;
  }
};
const read = (kind, key) => parse(kept(key, kind));
const write = (kind, key, value) => keep(key, JSON.stringify(value), kind);

/** The claims of a token, or null. Verifies nothing: the server does. */
function claims(token) {
  try {
    const bytes = atob(token.split('.')[1].replaceAll('-', '+').replaceAll('_', '/'));
    return JSON.parse(new TextDecoder().decode(Uint8Array.from(bytes, (c) => c.charCodeAt(0))));
  } catch {
    return null;
  }
}

const userOf = (signedIn) => claims(signedIn?.token)?.sub ?? null;
const isSignedOut = (signedIn) => read('localStorage', SIGNED_OUT)?.[userOf(signedIn)] >= (signedIn.at ?? 0);

/** The tab's own {token, person, at}: the demo's person, when signed in; empty if nobody is. */
let own = read('sessionStorage', KEY) ?? read('localStorage', KEY) ?? {};
if (isSignedOut(own)) own = {};
write('sessionStorage', KEY, own);

export const who = () => claims(own.token);
export const isAdmin = () => Boolean(who()?.roles?.includes('admin'));
export const isViewer = () => isAdmin() || Boolean(who()?.roles?.includes('viewer'));

/** Another tab with the same user and rights may have a newer token. */
function adopt() {
  const other = read('localStorage', KEY);
  const [mine, theirs] = [who(), claims(other?.token)];
  const rights = ({ exp, iat, nbf, jti, ...rest }) => JSON.stringify(rest);
  if (!mine || !theirs || rights(mine) !== rights(theirs) || !((theirs.exp ?? Infinity) > mine.exp)) return;
  own = { ...own, token: other.token };
  write('sessionStorage', KEY, own);
}

let renewing = null;

/** The current token of this tab's user, or null. */
export async function token({ refused = false } = {}) {
  adopt();
  const { token: known, person } = own;
  const left = (who()?.exp ?? Infinity) * 1000 - Date.now();
  if (!person || (!refused && left > RENEW_BEFORE)) return known ?? null;
  renewing ??= renew(person).finally(() => (renewing = null));
  return renewing;
}

/** The users of the demo; none if the node runs without it. */
export async function people() {
  const response = await fetch(SIGN_IN);
  return response.ok ? (await response.json()).people : [];
}

async function tokenOf(person) {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(SIGN_IN, { method: 'POST', headers, body: JSON.stringify({ user: person }) });
  if (!response.ok) throw new Error((await response.json()).detail);
  return (await response.json()).token;
}

async function renew(person) {
  const fresh = await tokenOf(person);
  if (own.person !== person) return own.token ?? null; // the page is about to reload
  own = { ...own, token: fresh };
  write('sessionStorage', KEY, own);
  if (userOf(read('localStorage', KEY)) === userOf(own)) write('localStorage', KEY, own);
  return fresh;
}

function begin(signedIn) {
  own = { ...signedIn, at: Date.now() };
  write('sessionStorage', KEY, own);
  write('localStorage', KEY, own);
}

export async function signInAs(person) {
  begin({ token: await tokenOf(person), person });
}

export function signIn(pasted) {
  if (!claims(pasted)) throw new Error('This is not a token: three parts with dots between them.');
  begin({ token: pasted });
}

/** Ends the user's session in this tab, and reloads the page. */
export function signOut(reason = '') {
  const user = userOf(own);
  if (user && userOf(read('localStorage', KEY)) === user) write('localStorage', KEY, {});
  own = {};
  write('sessionStorage', KEY, own);
  if (reason) write('sessionStorage', REASON, reason);
  location.reload();
}

/** Reloads the page, and says why. */
export function restart(reason) {
  write('sessionStorage', REASON, reason);
  location.reload();
}

/** Signs the user out in all tabs. */
export function signOutOfAllTabs() {
  const all = { ...read('localStorage', SIGNED_OUT), [userOf(own)]: Date.now() };
  const newest = Object.entries(all).sort(([, a], [, b]) => b - a).slice(0, MAX_SIGNED_OUT);
  write('localStorage', SIGNED_OUT, Object.fromEntries(newest));
  signOut();
}

/** Why the user was signed out, or null; once. */
export function signOutReason() {
  const reason = read('sessionStorage', REASON);
  write('sessionStorage', REASON, null);
  return reason;
}

/** Calls back with the name of another user who signs in in another tab. */
export function onOtherUser(told) {
  addEventListener('storage', ({ key, newValue }) => {
    const other = key === KEY ? userOf(parse(newValue)) : null;
    if (other && other !== userOf(own)) told(other);
  });
}

const leave = () => userOf(own) && isSignedOut(own) && signOut('You signed out in another tab.');
addEventListener('storage', ({ key }) => key === SIGNED_OUT && leave());
addEventListener('pageshow', leave); // a page that was kept in memory has missed the event

const DATE_PRECISION = 1000; // of the header, in milliseconds
let dated = 0; // the server's clock minus this one's

/** The server's clock minus this one's, in milliseconds, as far as the dates of responses tell. */
export const responseSkew = () => dated;

function date(response, asked) {
  const at = Date.parse(response.headers.get('date')) + DATE_PRECISION / 2;
  const skew = at - (asked + Date.now()) / 2;
  // Less than that may be the precision and the way.
  if (Math.abs(skew) > 2 * DATE_PRECISION) dated = skew;
}

/** Calls the API as the user; fails with the server's message. With `as`, only if that user is still signed in. */
export async function api(path, { method = 'GET', body, headers = {}, as, signal } = {}) {
  const bearer = await token();
  if (as !== undefined && claims(bearer)?.sub !== as) throw Object.assign(new Error('another user has signed in'), { code: 'user_changed' });
  const asked = Date.now();
  const response = await fetch(BASE + path, {
    method,
    headers: {
      ...(bearer && { authorization: `Bearer ${bearer}` }),
      ...(body && { 'content-type': 'application/json' }),
      ...headers,
    },
    body: body && JSON.stringify(body),
    signal,
  });
  date(response, asked);
  if (response.status === 401 && bearer) signOut('Your token is no longer valid. Sign in again.');
  if (!response.ok) {
    const problem = await response.json().catch(() => ({}));
    throw Object.assign(new Error(problem.detail ?? problem.title ?? `Status ${response.status}`), {
      status: response.status,
      errors: problem.errors, // [{field, expected}]
      wait: 1000 * (Number(response.headers.get('retry-after')) || 0),
    });
  }
  return response.status === 204 ? null : response.headers.get('content-type')?.includes('json') ? response.json() : response.text();
}
