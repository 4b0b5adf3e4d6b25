// Who is signed in: authorization code with PKCE (S256) against our own server; tokens stay in this tab.
const page = document.getElementById("graphiql").dataset;
const callback = `${page.issuer}/graphiql/callback`;
const KEPT = "sanshe.session";
const ASKED = "sanshe.asked";
const EARLY = 30_000; // a token is renewed this long before it ends, in milliseconds

let renewal = null;

export const isSignedIn = () => sessionStorage.getItem(KEPT) !== null;

export async function signIn() {
  const asked = { state: random(), verifier: random() };
  sessionStorage.setItem(ASKED, JSON.stringify(asked));
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(asked.verifier));
  const { authorization_endpoint } = await server();
  const query = new URLSearchParams({
    response_type: "code",
    client_id: page.client,
    redirect_uri: callback,
    scope: page.scope,
    state: asked.state,
    code_challenge: base64url(new Uint8Array(digest)),
    code_challenge_method: "S256",
  });
  location.assign(`${authorization_endpoint}?${query}`);
}

/** Coming back from the sign-in page; says why in words if it did not work. */
export async function finishSignIn() {
  const given = new URLSearchParams(location.search);
  const asked = JSON.parse(sessionStorage.getItem(ASKED) ?? "null");
  sessionStorage.removeItem(ASKED);
  history.replaceState(null, "", "/graphiql");
  if (!asked || given.get("state") !== asked.state || given.get("iss") !== page.issuer) {
    throw new Error("This answer was not for us. Sign in again. 登录应答无效，请重新登录。");
  }
  if (given.has("error")) {
    throw new Error(given.get("error_description") ?? given.get("error"));
  }
  await take({
    grant_type: "authorization_code",
    code: given.get("code"),
    redirect_uri: callback,
    code_verifier: asked.verifier,
  });
}

export async function signOut() {
  const { refresh, access } = JSON.parse(sessionStorage.getItem(KEPT));
  sessionStorage.removeItem(KEPT);
  const { revocation_endpoint } = await server();
  await post(revocation_endpoint, { token: refresh ?? access, client_id: page.client });
  location.assign("/graphiql");
}

/** The headers of somebody signed in, with a token that is still good for a while. */
export async function credentials() {
  const kept = JSON.parse(sessionStorage.getItem(KEPT));
  if (kept.refresh && Date.now() > kept.until - EARLY) {
    renewal ??= take({ grant_type: "refresh_token", refresh_token: kept.refresh }).finally(() => (renewal = null));
    await renewal;
  }
  return { Authorization: `Bearer ${JSON.parse(sessionStorage.getItem(KEPT)).access}` };
}

async function take(request) {
  const { token_endpoint } = await server();
  const answer = await post(token_endpoint, { ...request, client_id: page.client });
  const said = await answer.json();
  if (!answer.ok) {
    forget();
    throw new Error(said.error_description ?? said.error);
  }
  const { access_token: access, refresh_token: refresh, expires_in } = said;
  sessionStorage.setItem(KEPT, JSON.stringify({ access, refresh, until: Date.now() + expires_in * 1000 }));
}

export function forget() {
  sessionStorage.removeItem(KEPT);
}

const post = (url, fields) => fetch(url, { method: "POST", body: new URLSearchParams(fields) });

const server = async () => (await fetch("/.well-known/oauth-authorization-server")).json();

const random = () => base64url(crypto.getRandomValues(new Uint8Array(32)));

const base64url = (bytes) =>
  btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
