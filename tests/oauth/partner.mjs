// A partner's kiosk, with openid-client: it registers itself (RFC 7591), shows a code (RFC 8628), and acts for whoever
// allowed it. Prints one line for each check: PASS or FAIL, its name, and what was seen.
import * as c from 'openid-client';

const { ISSUER, INITIAL_TOKEN, SESSION, SUBJECT } = process.env;
const ok = (name, value, seen = '') => console.log(value ? 'PASS' : 'FAIL', name, '|', seen);
const insecure = { execute: [c.allowInsecureRequests] };
const DEVICE = 'urn:ietf:params:oauth:grant-type:device_code';

const kiosk = { client_name: 'Kiosk', grant_types: [DEVICE, 'refresh_token'], response_types: [] };
const invited = { ...insecure, initialAccessToken: INITIAL_TOKEN };
for (const algorithm of ['oidc', 'oauth2']) {
  const config = await c.dynamicClientRegistration(new URL(ISSUER), kiosk, undefined, { ...invited, algorithm });
  const { client_id, client_secret, client_secret_expires_at } = config.clientMetadata();
  ok(`registration by ${algorithm}`, client_id.startsWith('cli_') && client_secret && client_secret_expires_at === 0);
}
const pub = { ...kiosk, token_endpoint_auth_method: 'none' };
const config = await c.dynamicClientRegistration(new URL(ISSUER), pub, c.None(), invited);
ok('a public client gets no secret', config.clientMetadata().client_secret === undefined);
await c.dynamicClientRegistration(new URL(ISSUER), pub, c.None(), invited).then(
  () => ok('a token that is used up', false), (e) => ok('a token that is used up', e.cause?.[0]?.parameters?.error === 'invalid_token', e.message));

async function answer(user_code, decision) {
  const jar = { session: SESSION };
  const visit = async (path, form) => {
    const cookie = Object.entries(jar).map(([k, v]) => `${k}=${v}`).join('; ');
    const r = await fetch(`${ISSUER}${path}`, form ? { method: 'POST', body: new URLSearchParams(form), headers: { cookie } } : { headers: { cookie } });
    for (const set of r.headers.getSetCookie()) jar[set.split('=')[0]] = set.split(/[=;]/)[1];
    return r.text();
  };
  const token = (page) => page.match(/name="form_token" value="([^"]+)"/)[1];
  let page = await visit('/device');
  page = await visit('/device', { user_code, form_token: token(page) });
  await visit('/device/decide', { user_code, decision, form_token: token(page) });
}

let told = await c.initiateDeviceAuthorization(config, { scope: 'openid profile offline_access' });
ok('a code to show', /^[B-Z]{4}-[B-Z]{4}$/.test(told.user_code) && told.interval === 5, told.user_code);
const polling = c.pollDeviceAuthorizationGrant(config, told);
await new Promise((later) => setTimeout(later, 5500)); // it is told once that the person has not decided yet
await answer(told.user_code, 'allow');
const t = await polling;
ok('tokens for whoever allowed it', t.claims().sub === SUBJECT, JSON.stringify(t.claims()));
ok('userinfo', (await c.fetchUserInfo(config, t.access_token, SUBJECT)).sub === SUBJECT);
ok('a refresh', !!(await c.refreshTokenGrant(config, t.refresh_token)).access_token);

told = await c.initiateDeviceAuthorization(config, { scope: 'openid' });
await answer(told.user_code, 'deny');
await c.pollDeviceAuthorizationGrant(config, told).then(
  () => ok('a refusal', false), (e) => ok('a refusal', e.error === 'access_denied', e.error));
