// openid-client asks for tokens that are bound to a key, shows them with proofs, and renews them.
import * as c from 'openid-client';

const ISS = process.env.ISSUER;
const IDS = JSON.parse(process.env.CLIENTS);
const CB = 'http://127.0.0.1/cb';

const ok = (name, value, seen = '') => console.log(value ? 'PASS' : 'FAIL', name, '|', seen);
const refused = async (name, promise, right) => {
  await promise.then(() => ok(name, false, 'accepted'), (e) => ok(name, right(e), e.error ?? e.message));
};
const cookie = (jar) => Object.entries(jar).map(([k, v]) => `${k}=${v}`).join('; ');

async function code(config, extra = {}) {
  const v = c.randomPKCECodeVerifier(), state = c.randomState();
  const url = c.buildAuthorizationUrl(config, {
    redirect_uri: CB, scope: 'openid accounts:read offline_access', state,
    code_challenge: await c.calculatePKCECodeChallenge(v), code_challenge_method: 'S256', ...extra,
  });
  const jar = { session: process.env.SESSION };
  let r = await fetch(url, { headers: { cookie: cookie(jar) }, redirect: 'manual' });
  if (r.status === 200) {
    const page = await r.text(), form_token = page.match(/name="form_token" value="([^"]+)"/)[1];
    jar.visitor = r.headers.getSetCookie().map((s) => s.match(/^visitor=([^;]+)/)?.[1]).find(Boolean);
    const body = new URLSearchParams(url.searchParams); body.set('form_token', form_token); body.set('decision', 'allow');
    r = await fetch(`${ISS}/oauth/consent`, { method: 'POST', body, redirect: 'manual', headers: { cookie: cookie(jar) } });
  }
  return [new URL(r.headers.get('location'), ISS), { pkceCodeVerifier: v, expectedState: state }];
}
const status = (config, token, options) =>
  c.fetchProtectedResource(config, token, new URL(`${ISS}/graphql`), 'GET', undefined, undefined, options).then((r) => r.status);

const spa = await c.discovery(new URL(ISS), IDS.spa, undefined, c.None(), { execute: [c.allowInsecureRequests] });
const thief = c.getDPoPHandle(spa, await c.randomDPoPKeyPair());
for (const alg of ['ES256', 'Ed25519', 'PS256', 'RS256']) {
  const DPoP = c.getDPoPHandle(spa, await c.randomDPoPKeyPair(alg));
  const t = await c.authorizationCodeGrant(spa, ...(await code(spa, { dpop_jkt: await DPoP.calculateThumbprint() })), undefined, { DPoP });
  ok(`${alg}: a code for a key`, t.token_type === 'dpop', t.token_type);
  ok(`${alg}: userinfo`, (await c.fetchUserInfo(spa, t.access_token, process.env.SUBJECT, { DPoP })).sub === process.env.SUBJECT);
  ok(`${alg}: a protected resource`, (await status(spa, t.access_token, { DPoP })) === 200);
  await refused(`${alg}: not for another key`, status(spa, t.access_token, { DPoP: thief }), (e) => e.status === 401);
  const r = await c.refreshTokenGrant(spa, t.refresh_token, undefined, { DPoP });
  ok(`${alg}: a refresh with the key`, r.token_type === 'dpop');
}
const DPoP = c.getDPoPHandle(spa, await c.randomDPoPKeyPair());
const t = await c.authorizationCodeGrant(spa, ...(await code(spa)), undefined, { DPoP });
await refused('a refresh without the key', c.refreshTokenGrant(spa, t.refresh_token), (e) => e.error === 'invalid_grant');
await refused('a code for another key', (async () => c.authorizationCodeGrant(spa,
  ...(await code(spa, { dpop_jkt: await thief.calculateThumbprint() })), undefined, { DPoP }))(), (e) => e.error === 'invalid_grant');
