// The page: signed out, a door; signed in, GraphiQL with a token in every request.
import { createGraphiQLFetcher } from "@graphiql/toolkit";
import { setNonce } from "get-nonce";
import { GraphiQL } from "graphiql";
import "graphiql/graphiql.css";
import { createClient } from "graphql-ws";
import { createRoot } from "react-dom/client";
import "./page.css";
import { credentials, finishSignIn, forget, isSignedIn, signIn, signOut } from "./session.js";

const place = document.getElementById("graphiql");
const examples = JSON.parse(document.getElementById("examples").textContent);
setNonce(place.nonce);

function Door({ trouble }) {
  return (
    <main className="door">
      <h1>三社 Sanshe</h1>
      <p lang="zh">登录后即可在此查询和试用 API。</p>
      <p>Sign in to read and try the API here.</p>
      {trouble && <p role="alert">{trouble}</p>}
      <button type="button" onClick={signIn}>
        登录 Sign in
      </button>
    </main>
  );
}

function House() {
  return (
    <GraphiQL
      fetcher={fetcher()}
      defaultTabs={examples.length ? examples : undefined}
      isHeadersEditorEnabled={false}
      showPersistHeadersSettings={false}
    >
      <GraphiQL.Logo>
        <span className="name">三社 Sanshe</span>
        <button type="button" className="leave" onClick={signOut}>
          退出 Sign out
        </button>
      </GraphiQL.Logo>
    </GraphiQL>
  );
}

function fetcher() {
  const url = `${location.origin}/graphql`;
  return createGraphiQLFetcher({
    url,
    fetch: async (address, request) => {
      const answer = await fetch(address, { ...request, headers: { ...request.headers, ...(await credentials()) } });
      if (answer.status === 401) {
        forget();
        location.reload();
      }
      return answer;
    },
    wsClient: createClient({ url: url.replace("http", "ws"), connectionParams: credentials, lazy: true }),
  });
}

let trouble = "";
if (location.pathname === "/graphiql/callback") {
  await finishSignIn().catch((error) => (trouble = error.message));
}
createRoot(place).render(isSignedIn() ? <House /> : <Door trouble={trouble} />);
