// The signed-in user. The token is kept in the browser; one of the demo is renewed before it expires.

/** The address below which the pages are served, without a slash at the end. */
export const BASE = new URL('..', import.meta.url).href.replace(/\/$/, '');

// One origin may serve several applications, each below its own path.
const KEY = `boardcast${new URL(BASE).pathname.replace(/\/$/, '')}`;
const SIGN_IN = `${BASE}/api/v1/sign-in`;
const RENEW_BEFORE = 90_000;

const kept = () => {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? {};
  } catch {
    return {};
  }
};

/** The claims of a token, or null. Verifies nothing: the server does. */
export function claims(token = kept().token) {
  try {
    const bytes = atob(token.split('.')[1].replaceAll('-', '+').replaceAll('_', '/'));
    return JSON.parse(new TextDecoder().decode(Uint8Array.from(bytes, (c) => c.charCodeAt(0))));
  } catch {
    return null;
  }
}

export const who = () => claims();
export const isAdmin = () => Boolean(who()?.roles?.includes('admin'));

let renewing = null;

/** The current token, or null. */
export async function token({ refused = false } = {}) {
  const { token: known, person } = kept();
  const left = (claims(known)?.exp ?? Infinity) * 1000 - Date.now();
  if (!person || (!refused && left > RENEW_BEFORE)) return known ?? null;
  renewing ??= signInAs(person).finally(() => (renewing = null));
  return renewing;
}

/** The users of the demo; none if the node runs without it. */
export async function people() {
  const response = await fetch(SIGN_IN);
  return response.ok ? (await response.json()).people : [];
}

export async function signInAs(person) {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(SIGN_IN, { method: 'POST', headers, body: JSON.stringify({ user: person }) });
  if (!response.ok) throw new Error((await response.json()).detail);
  const { token: fresh } = await response.json();
  localStorage.setItem(KEY, JSON.stringify({ token: fresh, person }));
  return fresh;
}

export function signIn(pasted) {
  if (!claims(pasted)) throw new Error('This is not a token: three parts with dots between them.');
  localStorage.setItem(KEY, JSON.stringify({ token: pasted }));
}

export function signOut(reason = '') {
  localStorage.removeItem(KEY);
  if (reason) sessionStorage.setItem(KEY, reason);
  location.reload();
}

/** Why the user was signed out, or null; once. */
export function signOutReason() {
  const reason = sessionStorage.getItem(KEY);
  sessionStorage.removeItem(KEY);
  return reason;
}

/** Calls the API as the user; fails with the server's message. */
export async function api(path, { method = 'GET', body, headers = {} } = {}) {
  const bearer = await token();
  const response = await fetch(BASE + path, {
    method,
    headers: {
      ...(bearer && { authorization: `Bearer ${bearer}` }),
      ...(body && { 'content-type': 'application/json' }),
      ...headers,
    },
    body: body && JSON.stringify(body),
  });
  if (response.status === 401 && bearer) signOut('Your token is no longer valid. Sign in again.');
  if (!response.ok) {
    const problem = await response.json().catch(() => ({}));
    throw Object.assign(new Error(problem.detail ?? problem.title ?? `Status ${response.status}`), { status: response.status });
  }
  return response.status === 204 ? null : response.headers.get('content-type')?.includes('json') ? response.json() : response.text();
}
