// Signs in at an OpenID Connect provider: authorization code with PKCE, as a public client. Tokens stay in memory.

const TIMEOUT = 8000;
const LONGEST_LEAD = 90_000; // a token is renewed that long before it expires, or in the last quarter of its life
const ROUNDING = 2000; // the times of tokens are whole seconds

const base64 = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/[+/=]/g, (c) => ({ '+': '-', '/': '_' })[c] ?? '');
const random = () => base64(crypto.getRandomValues(new Uint8Array(32)));
const sha256 = (text) => crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)).then(base64);
const join = (url, query) => url + (url.includes('?') ? '&' : '?') + query;
const names = (claim) => (typeof claim === 'string' ? claim.split(' ').filter(Boolean) : claim);

/** The claim at a name or a path, as the node finds it: the longest name counts. */
function find(object, path) {
  if (Object(object) === object && Object.hasOwn(object, path)) return object[path];
  for (let dot = path.lastIndexOf('.'); dot > 0; dot = path.lastIndexOf('.', dot - 1)) {
    const found = Object(object) === object ? find(object[path.slice(0, dot)], path.slice(dot + 1)) : undefined;
    if (found !== undefined) return found;
  }
}

/** Asks the provider; fails with its error, which is `refused` where it is a decision. */
async function call(url, body) {
  const options = { method: body ? 'POST' : 'GET', body, credentials: 'omit', signal: AbortSignal.timeout(TIMEOUT) };
  const answer = await fetch(url, options).catch(() => null);
  const said = await answer?.json().catch(() => null);
  if (answer?.ok && said) return said;
  const reason = said?.error_description ?? said?.error ?? 'it cannot be reached';
  throw Object.assign(new Error(`The sign-in provider: ${reason}.`), { refused: Boolean(said?.error) && answer.status < 500 });
}

/** `home` is where the provider sends the browser back to; `read` returns the claims of a token, or null. */
export function providerOf({ issuer, client, scope, claims }, home, read) {
  const slot = `${home} sign-in`; // what was asked for, while the browser is at the provider
  let metadata = null;
  let nonce, refresh, idToken;

  async function discover() {
    metadata ??= await call(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
    if (metadata.issuer !== issuer) throw new Error(`The sign-in provider calls itself ${metadata.issuer}.`);
    return metadata;
  }

  /** Leaves for the provider. Silent: only for who is signed in there already. */
  async function ask(isSilent) {
    if (!crypto.subtle) throw new Error('Signing in needs HTTPS: over plain HTTP others could read the tokens.');
    const asked = { state: random(), nonce: random(), verifier: random(), isSilent, back: location.href };
    const query = new URLSearchParams({ client_id: client, redirect_uri: home, response_type: 'code', scope, state: asked.state, nonce: asked.nonce });
    query.set('code_challenge', await sha256(asked.verifier));
    query.set('code_challenge_method', 'S256');
    if (isSilent) query.set('prompt', 'none');
    const { authorization_endpoint: url } = await discover();
    try {
      sessionStorage.setItem(slot, JSON.stringify(asked));
    } catch {
      throw new Error('Signing in needs the storage of this browser, which is blocked for this page.');
    }
    location[isSilent ? 'replace' : 'assign'](join(url, query));
    return new Promise(() => {});
  }

  /** Takes tokens that are meant for this page; those of a renewal may be without a nonce. */
  function accept(answer, isRenewal) {
    const found = read(answer.id_token);
    const isOurs = found?.iss === issuer && [found.aud].flat().includes(client);
    if (!isOurs || found.nonce !== (isRenewal && !found.nonce ? undefined : nonce)) throw new Error('The sign-in provider has sent a token that this page did not ask for.');
    idToken = answer.id_token;
    refresh = answer.refresh_token ?? refresh;
    const who = { ...found, sub: find(found, claims.sub), teams: names(find(found, claims.teams)), roles: names(find(found, claims.roles)) };
    const life = 1000 * (found.exp - (found.iat ?? Date.now() / 1000)); // however wrong this clock is
    return { token: idToken, user: who.sub, subject: found.sub, who, expires: Date.now() + life, lead: Math.min(LONGEST_LEAD, life / 4 + ROUNDING) };
  }

  const grant = async (asked) => call((await discover()).token_endpoint, new URLSearchParams({ client_id: client, ...asked }));

  return {
    ask: () => ask(false),

    /** At the start of the page: what the provider has sent it back with, or null. With a user, asks silently once. */
    async arrive(user) {
      const answer = new URLSearchParams(location.search);
      let asked = null;
      try {
        asked = JSON.parse(sessionStorage.getItem(slot));
        sessionStorage.removeItem(slot);
      } catch {
        // Nobody can have asked.
      }
      if (!answer.has('state') || !(answer.has('code') || answer.has('error'))) return user && !asked?.isSilent && self === top ? ask(true) : null;
      const isAsked = asked?.state === answer.get('state') && (answer.get('iss') ?? issuer) === issuer;
      history.replaceState(null, '', isAsked ? asked.back : home);
      if (!isAsked) throw new Error('This sign-in was not begun in this tab. Sign in again.');
      if (answer.has('error') && asked.isSilent) return null;
      if (answer.has('error')) throw new Error(`The sign-in provider: ${answer.get('error_description') ?? answer.get('error')}.`);
      nonce = asked.nonce;
      const code = { grant_type: 'authorization_code', code: answer.get('code'), code_verifier: asked.verifier, redirect_uri: home };
      return { ...accept(await grant(code)), isSilent: asked.isSilent };
    },

    async renew() {
      if (!refresh) throw Object.assign(new Error('The sign-in provider does not renew tokens.'), { refused: true });
      return accept(await grant({ grant_type: 'refresh_token', refresh_token: refresh }), true);
    },

    /** Ends the user's session at the provider, which sends the browser back. */
    async end() {
      const { end_session_endpoint: url } = await discover().catch(() => ({}));
      if (!url) return location.reload();
      location.assign(join(url, new URLSearchParams({ id_token_hint: idToken, client_id: client, post_logout_redirect_uri: home })));
    },
  };
}
