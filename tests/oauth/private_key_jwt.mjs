// openid-client proves itself by what it signs, with each kind of key, wherever an application must.
import * as c from 'openid-client';

const ISS = process.env.ISSUER;
const KEYS = JSON.parse(process.env.KEYS);
const KINDS = {
  RS256: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
  PS256: { name: 'RSA-PSS', hash: 'SHA-256' },
  ES256: { name: 'ECDSA', namedCurve: 'P-256' },
  Ed25519: { name: 'Ed25519' },
};

const ok = (name, value, seen = '') => console.log(value ? 'PASS' : 'FAIL', name, '|', seen);
const insecure = { execute: [c.allowInsecureRequests] };

async function signer(alg, options) {
  const { kid, alg: _, ...jwk } = KEYS[alg];
  const key = await crypto.subtle.importKey('jwk', jwk, KINDS[alg], false, ['sign']);
  return c.discovery(new URL(ISS), process.env.CLIENT, undefined, c.PrivateKeyJwt({ key, kid }, options), insecure);
}

for (const alg of Object.keys(KINDS)) {
  const t = await c.clientCredentialsGrant(await signer(alg), { scope: 'hours:read' });
  ok(`client credentials by ${alg}`, !!t.access_token && t.token_type === 'bearer', t.token_type);
}

const one = await signer('ES256');
const t = await c.clientCredentialsGrant(one);
ok('introspection', (await c.tokenIntrospection(one, t.access_token)).active === true);
await c.tokenRevocation(one, t.access_token);
ok('revocation', (await c.tokenIntrospection(one, t.access_token)).active === false);

const refused = async (name, change) => {
  const config = await signer('ES256', { [c.modifyAssertion]: change });
  await c.clientCredentialsGrant(config).then(
    () => ok(name, false, 'accepted'), (e) => ok(name, e.status === 401, e.message));
};
await refused('for another audience', (_, claims) => { claims.aud = `${ISS}/oauth/token`; });
await refused('expired', (_, claims) => { claims.exp = claims.iat - 60; });
await refused('with a key that is not ours', (header) => { header.kid = 'rsa'; });
