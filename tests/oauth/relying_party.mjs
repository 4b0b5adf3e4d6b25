// Others' clients, openid-client and oauth4webapi, hold the authorization server against what they know of the standards.
// Prints one line for each check: PASS or FAIL, its name, and what was seen.
import * as c from 'openid-client';
import * as o from 'oauth4webapi';

const ISS = process.env.ISSUER;
const IDS = JSON.parse(process.env.CLIENTS);
const SESSION = process.env.SESSION;
const SUBJECT = process.env.SUBJECT;
const CB = 'http://127.0.0.1/cb';
const SCOPE = 'openid profile accounts:read offline_access';

const ok = (name, value, seen = '') => console.log(value ? 'PASS' : 'FAIL', name, '|', seen);
const insecure = { execute: [c.allowInsecureRequests] };
const rp = (name, auth, options = {}) => c.discovery(new URL(ISS), IDS[name], undefined, auth, { ...insecure, ...options });
const refused = async (name, promise, error) => {
  try { await promise; ok(name, false, 'accepted'); } catch (e) { ok(name, e.error === error, e.error ?? e.message); }
};

const cookie = (jar) => Object.entries(jar).map(([k, v]) => `${k}=${v}`).join('; ');
async function flow(config, redirect_uri, { jar = { session: SESSION }, scope = SCOPE, extra = {} } = {}) {
  const v = c.randomPKCECodeVerifier(), state = c.randomState(), nonce = c.randomNonce();
  const url = c.buildAuthorizationUrl(config, {
    redirect_uri, scope, code_challenge: await c.calculatePKCECodeChallenge(v), code_challenge_method: 'S256', state, nonce, ...extra,
  });
  let r = await fetch(url, { headers: { cookie: cookie(jar) }, redirect: 'manual' });
  if (r.status === 200) {
    const page = await r.text(), form_token = page.match(/name="form_token" value="([^"]+)"/)[1];
    const visitor = r.headers.getSetCookie().map((s) => s.match(/^visitor=([^;]+)/)?.[1]).find(Boolean);
    const body = new URLSearchParams(url.searchParams); body.set('form_token', form_token); body.set('decision', 'allow');
    r = await fetch(`${ISS}/oauth/consent`, { method: 'POST', body, redirect: 'manual', headers: { cookie: cookie({ ...jar, visitor }) } });
  }
  return { loc: new URL(r.headers.get('location'), ISS), v, state, nonce, status: r.status };
}
const grant = (config, f) => c.authorizationCodeGrant(config, f.loc, { pkceCodeVerifier: f.v, expectedState: f.state, expectedNonce: f.nonce });

const spa = await rp('spa', c.None());
ok('discovery names our issuer', spa.serverMetadata().issuer === ISS);
for (const algorithm of ['oidc', 'oauth2']) {
  const found = await rp('spa', c.None(), { algorithm });
  ok(`discovery by ${algorithm}`, !!found.serverMetadata().token_endpoint);
}

let f = await flow(spa, CB);
ok('303 back to the application, with iss', f.status === 303 && f.loc.searchParams.get('iss') === ISS, `${f.status} ${f.loc}`);
let t = await grant(spa, f);
ok('code grant with id token, nonce, at_hash', t.claims().sub === SUBJECT, JSON.stringify(t.claims()));
ok('userinfo', (await c.fetchUserInfo(spa, t.access_token, t.claims().sub)).sub === SUBJECT);

const as = spa.serverMetadata();
const shown = (token) => new Request(`${ISS}/graphql`, { headers: { authorization: `Bearer ${token}` } });
const allow = { [o.allowInsecureRequests]: true };
ok('access token by RFC 9068', (await o.validateJwtAccessToken(as, shown(t.access_token), `${ISS}/graphql`, allow)).sub === SUBJECT);
await o.validateJwtAccessToken(as, shown(t.id_token), `${ISS}/graphql`, allow).then(
  () => ok('an id token is no access token', false), (e) => ok('an id token is no access token', true, e.message));

const r1 = await c.refreshTokenGrant(spa, t.refresh_token);
ok('refresh rotates and keeps auth_time', r1.refresh_token !== t.refresh_token && r1.claims().auth_time === t.claims().auth_time);
const r2 = await c.refreshTokenGrant(spa, r1.refresh_token, { scope: 'accounts:read' });
ok('a narrowed refresh', r2.scope === 'accounts:read', r2.scope);
const r3 = await c.refreshTokenGrant(spa, r2.refresh_token);
ok('the next refresh has the whole grant again', r3.scope.includes('openid'), r3.scope);
await refused('a refresh beyond the grant', c.refreshTokenGrant(spa, r3.refresh_token, { scope: 'hours:read' }), 'invalid_scope');
const r4 = await c.refreshTokenGrant(spa, r3.refresh_token);
ok('which did not use up the token', !!r4.refresh_token);
await refused('a refresh token used twice', c.refreshTokenGrant(spa, t.refresh_token), 'invalid_grant');
await refused('ends its family', c.refreshTokenGrant(spa, r4.refresh_token), 'invalid_grant');

f = await flow(spa, 'http://127.0.0.1:53123/cb');
ok('any port on loopback (RFC 8252)', f.loc.port === '53123', `${f.loc}`);
t = await grant(spa, f);
await refused('a code used twice', grant(spa, f), 'invalid_grant');
await refused('ends its family too', c.refreshTokenGrant(spa, t.refresh_token), 'invalid_grant');

const web = await rp('web', c.ClientSecretBasic('web-secret'));
ok('a confidential client, basic', !!(await grant(web, await flow(web, 'https://web.example/cb'))).access_token);
const post = await rp('post', c.ClientSecretPost('post-secret'));
ok('a confidential client, post', !!(await grant(post, await flow(post, 'https://post.example/cb'))).access_token);

const service = await rp('service', c.ClientSecretBasic('service-secret'));
t = await c.clientCredentialsGrant(service, { scope: 'hours:read' });
ok('client credentials', !t.refresh_token && t.scope === 'hours:read');
await refused('client credentials beyond what is registered', c.clientCredentialsGrant(service, { scope: 'accounts:write' }), 'invalid_scope');

const resource = await rp('resource', c.ClientSecretBasic('resource-secret'));
let i = await c.tokenIntrospection(resource, t.access_token);
ok('introspection', i.active === true && i.scope === 'hours:read' && i.client_id === IDS.service, JSON.stringify(i));
ok('introspection by others says nothing', (await c.tokenIntrospection(service, t.access_token)).active === false);
await c.tokenRevocation(service, t.access_token);
ok('a revoked access token is inactive', (await c.tokenIntrospection(resource, t.access_token)).active === false);
ok('garbage is inactive', (await c.tokenIntrospection(resource, 'garbage')).active === false);
await c.tokenRevocation(service, 'garbage', { token_type_hint: 'nonsense' }).then(
  () => ok('revoking the unknown with an unknown hint', true), (e) => ok('revoking the unknown with an unknown hint', false, e.message));

f = await flow(spa, CB);
t = await grant(spa, f);
const bye = 'https://app.example/bye', leave = c.buildEndSessionUrl(spa, { id_token_hint: t.id_token, post_logout_redirect_uri: bye, state: 'gone' });
const left = await fetch(leave, { headers: { cookie: cookie({ session: SESSION }) }, redirect: 'manual' });
ok('signing out by the id token', left.status === 303 && left.headers.get('location') === `${bye}?state=gone`, left.headers.get('location'));
f = await flow(spa, CB, { extra: { prompt: 'none' } });
await refused('nobody is signed in afterwards', grant(spa, f), 'login_required');
