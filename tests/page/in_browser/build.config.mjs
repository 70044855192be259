/** Makes one script of the vectors' tests: `vite build --config` in client/page, with `--outDir`. */

import { fileURLToPath } from "node:url";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const PAGE = "../../../client/page";

export default {
  root: here(PAGE),
  resolve: {
    alias: { vitest: here("runner.ts"), "@page": here(`${PAGE}/src`) },
    dedupe: ["cborg", "@hpke/core", "@hpke/hybridkem-x-wing", "@vitest/expect"],
  },
  build: {
    target: ["chrome120", "firefox128"],
    minify: false,
    rollupOptions: { input: here("all.ts"), output: { entryFileNames: "all.js" } },
  },
};
