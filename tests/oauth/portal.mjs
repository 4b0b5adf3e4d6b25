// oidc-provider, as others run it: an issuer elsewhere with its own pages for signing in, on PORT.
// /mint stands for an application there that holds an access token of a person: ?sub=…&scope=…&role=…
import { createServer } from 'node:http';
import { generateKeyPair, exportJWK } from 'jose';
import Provider from 'oidc-provider';

const { PORT, AUDIENCE } = process.env;
const issuer = `http://127.0.0.1:${PORT}`;
const { privateKey } = await generateKeyPair('RS256', { extractable: true });
const roles = new Map();
const resource = (scope) => ({ scope, audience: AUDIENCE, accessTokenFormat: 'jwt', jwt: { sign: { alg: 'RS256' } } });

const provider = new Provider(issuer, {
  jwks: { keys: [{ ...(await exportJWK(privateKey)), kid: 'portal', use: 'sig', alg: 'RS256' }] },
  clients: [{ client_id: 'portal-app', client_secret: 'x'.repeat(32), redirect_uris: ['https://portal.example/cb'] }],
  claims: { openid: ['sub'], profile: ['name'] },
  extraTokenClaims: (_, token) => ({ realm_access: { roles: roles.get(token.accountId) } }),
  conformIdTokenClaims: false,
  cookies: { keys: ['of this test'] },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, name: `${id} at the portal` }) }),
  features: {
    registration: { enabled: true },
    resourceIndicators: { enabled: true, defaultResource: () => undefined, getResourceServerInfo: () => resource('hours:read') },
  },
});
provider.use(async (ctx, next) => {
  if (ctx.path !== '/mint') return next();
  const { sub, scope, role } = ctx.query;
  roles.set(sub, [role]);
  const client = await provider.Client.find('portal-app');
  const grant = new provider.Grant({ accountId: sub, clientId: client.clientId });
  grant.addResourceScope(AUDIENCE, scope);
  const token = new provider.AccessToken({ accountId: sub, client, grantId: await grant.save(), gty: 'authorization_code', scope });
  token.resourceServer = new provider.ResourceServer(AUDIENCE, resource(scope));
  ctx.body = await token.save();
});
createServer(provider.callback()).listen(PORT, '127.0.0.1', () => console.log('listening'));
