// The signed-in user. A tab keeps its own user while it is open, even if another user signs in in another tab; a new
// tab begins as the user who signed in last. Where the node names an identity provider, tokens are the provider's and stay
// in memory, and storage has the user's name only; they and those of the demo are renewed before they expire.

import { keep, kept } from './storage.js';

/** The address below which the pages are served, without a slash at the end. */
export const BASE = new URL('..', import.meta.url).href.replace(/\/$/, '');

// One origin may serve several applications, each below its own path.
const KEY = `boardcast${new URL(BASE).pathname.replace(/\/$/, '')}`;
const SIGNED_OUT = `${KEY}.signed-out`; // when each user signed out last
const REASON = `${KEY}.reason`;
const SIGN_IN = `${BASE}/api/v1/sign-in`;
const RENEW_BEFORE = 90_000;
const PAUSE = 5000; // between renewals that fail
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

const userOf = (signedIn) => signedIn?.user ?? claims(signedIn?.token)?.sub ?? null;
const isSignedOut = (signedIn) => read('localStorage', SIGNED_OUT)?.[userOf(signedIn)] >= (signedIn.at ?? 0);

const asked = parse(document.querySelector('meta[name=sign-in]')?.content ?? null);
const provider = asked && (await import('./oidc.js')).providerOf(asked, `${BASE}/`, claims);

/** Leaves for the identity provider, and fails with the reason why it cannot; null without one. */
export const signInAtProvider = provider?.ask ?? null;

/** The tab's own {token, person, at}: the demo's person, when signed in; empty if nobody is. */
let own = read('sessionStorage', KEY) ?? read('localStorage', KEY) ?? {};
if (isSignedOut(own)) own = {};
if (provider) own = await arrived(userOf(own));
write('sessionStorage', KEY, stored());

/** What outlasts the page: of an identity provider's user only the name. */
function stored() {
  const { user, at } = own;
  return !provider ? own : user ? { user, at } : {};
}

/** Who has come back from the provider. `before` is who the tab was signed in as. */
async function arrived(before) {
  try {
    const signedIn = await provider.arrive(before);
    if (!signedIn) return {};
    if (signedIn.isSilent && signedIn.user !== before) throw new Error(`${signedIn.user} is signed in at the sign-in provider, this tab was ${before}'s. Sign in again.`);
    own = { ...signedIn, at: Date.now() };
    write('localStorage', KEY, stored());
    return own;
  } catch ({ message }) {
    write('sessionStorage', REASON, message);
    return {};
  }
}

export const who = () => own.who ?? claims(own.token);
export const isAdmin = () => Boolean(who()?.roles?.includes('admin'));
export const isViewer = () => isAdmin() || Boolean(who()?.roles?.includes('viewer'));

/** Another tab with the same user and rights may have a newer token. */
function adopt() {
  if (provider) return;
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
  const left = (own.expires ?? (who()?.exp ?? Infinity) * 1000) - Date.now();
  if (!(person || own.who) || (!refused && left > (own.lead ?? RENEW_BEFORE))) return known ?? null;
  renewing ??= (person ? renew(person) : renewAtProvider(left > 0)).finally(() => (renewing = null));
  return renewing;
}

let pausedUntil = 0; // no renewal is tried before

/** While the token is valid, a provider that is away is no reason to do without it. */
async function renewAtProvider(isValid) {
  if (isValid && Date.now() < pausedUntil) return own.token;
  const { user, subject } = own;
  try {
    const fresh = await provider.renew();
    if (fresh.user !== user || fresh.subject !== subject) signOut(`The sign-in provider has renewed the sign-in of ${user} as ${fresh.user}. Sign in again.`);
    else if (own.user === user) own = { ...own, ...fresh };
  } catch (failure) {
    pausedUntil = Date.now() + PAUSE;
    if (!isValid && !failure.refused) throw failure;
  }
  return own.token ?? null;
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

/** The server refuses the token. If it has expired, the identity provider may know the user still: then the page comes back with another. */
export function refused() {
  if (provider && Date.now() > own.expires - own.lead) location.reload();
  else signOut('Your token is no longer valid. Sign in again.');
}

/** Ends the user's session in this tab, and reloads the page or goes elsewhere. */
export function signOut(reason = '', go = () => location.reload()) {
  const user = userOf(own);
  if (user && userOf(read('localStorage', KEY)) === user) write('localStorage', KEY, {});
  own = {};
  write('sessionStorage', KEY, own);
  if (reason) write('sessionStorage', REASON, reason);
  go();
}

/** Reloads the page, and says why. */
export function restart(reason) {
  write('sessionStorage', REASON, reason);
  location.reload();
}

/** Signs the user out in all tabs, and at the identity provider. */
export function signOutOfAllTabs() {
  const all = { ...read('localStorage', SIGNED_OUT), [userOf(own)]: Date.now() };
  const newest = Object.entries(all).sort(([, a], [, b]) => b - a).slice(0, MAX_SIGNED_OUT);
  write('localStorage', SIGNED_OUT, Object.fromEntries(newest));
  signOut('', provider?.end);
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
  if (as !== undefined && (own.user ?? claims(bearer)?.sub) !== as) throw Object.assign(new Error('another user has signed in'), { code: 'user_changed' });
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
  if (response.status === 401 && bearer) refused();
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
