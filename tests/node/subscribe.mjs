// Subscribes with the client of graphql-ws: `node subscribe.mjs URL TOKEN DOCUMENT VARIABLES COUNT`.
// Says "ready" once the connection stands, then prints COUNT results, one a line, and leaves.
import { createClient } from "graphql-ws";

const [url, token, query, variables, count] = process.argv.slice(2);
const client = createClient({
  url,
  lazy: false,
  retryAttempts: 0,
  connectionParams: { Authorization: `Bearer ${token}` },
  on: { connected: () => console.log(JSON.stringify({ ready: true })) },
  onNonLazyError: () => {},
});

let left = Number(count);
try {
  for await (const result of client.iterate({ query, variables: JSON.parse(variables) })) {
    console.log(JSON.stringify(result));
    if (--left === 0) break;
  }
} catch (error) {
  console.log(JSON.stringify({ closed: error.code ?? null, reason: error.reason ?? String(error) }));
}
await client.dispose();
