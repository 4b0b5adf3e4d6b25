// oidc-provider 9: machines get access tokens that are JWTs, signed with RS256 as its documentation has it, or as asked.
import { generateKeyPairSync } from "node:crypto";
import Provider from "oidc-provider";

const { PORT, CLIENT_ID, CLIENT_SECRET, SCOPE } = process.env;
const issuer = `http://127.0.0.1:${PORT}`;
const resource = `${issuer}/graphql`;
const alg = process.argv[2] ?? "RS256";
const pair = alg === "ES256" ? ["ec", { namedCurve: "P-256" }] : ["rsa", { modulusLength: 2048 }];
const key = generateKeyPairSync(...pair).privateKey.export({ format: "jwk" });

const provider = new Provider(issuer, {
  jwks: { keys: [{ ...key, use: "sig", alg, kid: "first" }] },
  clients: [
    {
      client_id: CLIENT_ID,
      client_secret: CLIENT_SECRET,
      grant_types: ["client_credentials"],
      response_types: [],
      redirect_uris: [],
      scope: SCOPE,
      id_token_signed_response_alg: alg,
    },
  ],
  scopes: SCOPE.split(" "),
  ttl: { ClientCredentials: 600 },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => resource,
      getResourceServerInfo: () => ({
        scope: SCOPE,
        audience: resource,
        accessTokenFormat: "jwt",
        jwt: { sign: { alg } },
      }),
    },
  },
});
provider.listen(Number(PORT), "127.0.0.1");
