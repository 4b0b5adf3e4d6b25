// PostGraphile 5 as its documentation sets it up, with the amber preset, on the benchmark's tables.
import { createServer } from "node:http";
import { postgraphile } from "postgraphile";
import { makePgService } from "postgraphile/adaptors/pg";
import { grafserv } from "postgraphile/grafserv/node";
import { printSchema } from "postgraphile/graphql";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";

const service = postgraphile({
  extends: [PostGraphileAmberPreset],
  pgServices: [
    makePgService({
      connectionString: process.env.DATABASE_URL,
      schemas: ["public"],
      poolConfig: { max: Number(process.env.LANES) },
    }),
  ],
  grafserv: { graphqlPath: "/graphql", graphiql: false, watch: false },
  grafast: { explain: false },
});

if (process.argv.includes("--schema")) {
  console.log(printSchema((await service.getSchemaResult()).schema));
  process.exit();
}
const server = createServer();
await service.createServ(grafserv).addTo(server);
await service.getSchema();
server.listen(Number(process.env.PORT), "127.0.0.1");
