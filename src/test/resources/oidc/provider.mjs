// An OpenID Connect provider for tests, by oidc-provider. Arguments: where its package is installed. It prints its issuer,
// and is away until the test has said by /control/start who its client is.

import { createServer } from 'node:http';
import { generateKeyPair, exportJWK, SignJWT } from 'jose';
import { Provider } from 'oidc-provider';

const TEAMS = { ann: ['plants'], bob: ['garden'] };
const ROLES = { ann: ['ingest', 'publish'], bob: ['viewer'] };
const CLIENT = 'boardcast';
let current = null; // {provider, key, kid}

/** A provider with a new key, which knows no sessions of an earlier one. */
async function start({ home, seconds, kid }) {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const provider = new Provider(issuer, {
    clients: [{ client_id: CLIENT, token_endpoint_auth_method: 'none', grant_types: ['authorization_code', 'refresh_token'], redirect_uris: [home], post_logout_redirect_uris: [home] }],
    claims: { openid: ['sub', 'preferred_username', 'groups', 'realm_access'] },
    conformIdTokenClaims: false,
    cookies: { keys: ['a key of a test'] },
    findAccount: (context, id) => ({ accountId: id, claims: () => ({ sub: id, preferred_username: `${id}@example.org`, groups: TEAMS[id], realm_access: { roles: ROLES[id] } }) }),
    issueRefreshToken: (context, client, { accountId }) => accountId === 'ann',
    jwks: { keys: [{ ...(await exportJWK(privateKey)), kid, use: 'sig', alg: 'RS256' }] },
    ttl: { IdToken: Number(seconds), AccessToken: 60, AuthorizationCode: 60, Grant: 600, Interaction: 600, RefreshToken: 600, Session: 600 },
    // Nobody is asked for consent.
    loadExistingGrant: async ({ oidc }) => {
      const grant = new oidc.provider.Grant({ clientId: CLIENT, accountId: oidc.session.accountId });
      grant.addOIDCScope('openid');
      await grant.save();
      return grant;
    },
  });
  // Its pages load a font from elsewhere.
  provider.use(async (context, next) => {
    await next();
    if (typeof context.body === 'string') context.body = context.body.replace(/@import[^;]*;/g, '');
  });
  current = { handle: provider.callback(), key: privateKey, kid };
}

const forge = ({ claims }) => new SignJWT(JSON.parse(claims)).setProtectedHeader({ alg: 'RS256', kid: current.kid }).sign(current.key);

const server = createServer(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url, issuer);
  const asked = Object.fromEntries(searchParams);
  if (pathname === '/control/start') response.end(String(await start(asked)));
  else if (pathname === '/control/forge') response.end(await forge(asked));
  else if (current) current.handle(request, response);
  else response.writeHead(503).end();
});
let issuer;
server.listen(0, '127.0.0.1', () => {
  issuer = `http://127.0.0.1:${server.address().port}`;
  console.log(issuer);
});
process.stdin.resume().on('end', () => process.exit()); // with the test
