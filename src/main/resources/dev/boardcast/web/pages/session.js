// Who is here. A token stays in this browser; one of the demo is fetched anew before it expires.

/** Where the pages are served, which may be below a base path; without a slash at the end. */
export const BASE = new URL('..', import.meta.url).href.replace(/\/$/, '');

// One origin may serve several applications, each below its own path.
const KEY = `boardcast${new URL(BASE).pathname.replace(/\/$/, '')}`;
const SIGN_IN = `${BASE}/api/v1/sign-in`;
const EARLY = 90_000;

const kept = () => {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? {};
  } catch {
    return {};
  }
};

/** What a token says of itself; null for no token. Not a check: that is the server's. */
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

/** The token for now, or null. */
export async function token({ refused = false } = {}) {
  const { token: known, person } = kept();
  const left = (claims(known)?.exp ?? Infinity) * 1000 - Date.now();
  if (!person || (!refused && left > EARLY)) return known ?? null;
  renewing ??= signInAs(person).finally(() => (renewing = null));
  return renewing;
}

/** People whom one click makes one; none where this is no demo. */
export async function people() {
  const answer = await fetch(SIGN_IN);
  return answer.ok ? (await answer.json()).people : [];
}

export async function signInAs(person) {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(SIGN_IN, { method: 'POST', headers, body: JSON.stringify({ user: person }) });
  if (!answer.ok) throw new Error((await answer.json()).detail);
  const { token: fresh } = await answer.json();
  localStorage.setItem(KEY, JSON.stringify({ token: fresh, person }));
  return fresh;
}

export function signIn(pasted) {
  if (!claims(pasted)) throw new Error('This is not a token: three parts with dots between them.');
  localStorage.setItem(KEY, JSON.stringify({ token: pasted }));
}

export function signOut(why = '') {
  localStorage.removeItem(KEY);
  if (why) sessionStorage.setItem(KEY, why);
  location.reload();
}

/** Why the page was loaded anew, once. */
export function farewell() {
  const why = sessionStorage.getItem(KEY);
  sessionStorage.removeItem(KEY);
  return why;
}

/** Calls the API as who is here; fails with the server's own words. */
export async function api(path, { method = 'GET', body, headers = {} } = {}) {
  const bearer = await token();
  const answer = await fetch(BASE + path, {
    method,
    headers: {
      ...(bearer && { authorization: `Bearer ${bearer}` }),
      ...(body && { 'content-type': 'application/json' }),
      ...headers,
    },
    body: body && JSON.stringify(body),
  });
  if (answer.status === 401 && bearer) signOut('Your token is not valid any more. Sign in again.');
  if (!answer.ok) {
    const problem = await answer.json().catch(() => ({}));
    throw Object.assign(new Error(problem.detail ?? problem.title ?? `Answer ${answer.status}`), { status: answer.status });
  }
  return answer.status === 204 ? null : answer.headers.get('content-type')?.includes('json') ? answer.json() : answer.text();
}
