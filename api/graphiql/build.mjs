// Builds the page's script and style: `node build.mjs [FOLDER]`. The same packages always give the same bytes.
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

await build({
  absWorkingDir: fileURLToPath(new URL(".", import.meta.url)),
  entryPoints: { graphiql: "main.jsx" },
  outdir: process.argv[2] ?? "../static/graphiql",
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  jsx: "automatic",
  charset: "utf8",
  legalComments: "eof",
  define: { "process.env.NODE_ENV": '"production"' },
});
