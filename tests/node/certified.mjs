// A certified server beside ours: oidc-provider, configured alike. Whoever comes is Alice, and agrees. Prints its address.
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const { CLIENTS, SCOPES, INITIAL_TOKEN } = process.env;
const clients = JSON.parse(CLIENTS);
const server = createServer();
await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
const issuer = `http://127.0.0.1:${server.address().port}`;

const provider = new Provider(issuer, {
  clients,
  scopes: SCOPES.split(' '),
  claims: { openid: ['sub'], profile: ['name', 'nickname', 'locale'], email: ['email', 'email_verified'] },
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({ sub: id, name: 'Alice', nickname: 'Alice', locale: 'en', email: 'alice@example.com', email_verified: true }),
  }),
  responseTypes: ['code'],
  clientAuthMethods: ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'],
  pkce: { required: () => true },
  issueRefreshToken: (_, client, code) => client.grantTypeAllowed('refresh_token') && code.scopes.has('offline_access'),
  rotateRefreshToken: true,
  cookies: { keys: ['only for this test'] },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    deviceFlow: { enabled: true },
    dPoP: { enabled: true },
    introspection: { enabled: true, allowedPolicy: (_, client) => client.clientName === 'resource' },
    registration: { enabled: true, initialAccessToken: INITIAL_TOKEN },
    revocation: { enabled: true },
    pushedAuthorizationRequests: { enabled: false },
    resourceIndicators: { enabled: false },
  },
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  renderError: (ctx, out) => { ctx.type = 'html'; ctx.body = out.error; },
});
provider.on('server_error', (_, error) => console.error(error));

async function agree(request, response) {
  const { prompt, params, session, grantId } = await provider.interactionDetails(request, response);
  if (prompt.name === 'login') return provider.interactionFinished(request, response, { login: { accountId: 'alice' } });
  const grant = (grantId && (await provider.Grant.find(grantId))) ||
    new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
  grant.addOIDCScope(SCOPES);
  return provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } }, { mergeWithLastSubmission: true });
}

const answer = provider.callback();
server.on('request', (request, response) => {
  if (!request.url.startsWith('/interaction/')) return answer(request, response);
  return agree(request, response).catch((error) => response.writeHead(500).end(String(error)));
});
console.log(issuer);
process.stdin.resume().on('end', () => process.exit());
