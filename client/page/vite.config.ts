import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Lists every built file with its hash, and the hash of the list: `client.relay.page` counts alike. */
function listed(folder: string): void {
  const hash = (data: string | Buffer) => createHash("sha256").update(data).digest("hex");
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => path.slice(join(folder, sep).length).replaceAll(sep, "/"))
    .filter((path) => path !== "shell.json")
    .sort();
  const files = Object.fromEntries(paths.map((path) => [path, hash(readFileSync(join(folder, path)))]));
  const version = hash(paths.map((path) => `${files[path]}  ${path}\n`).join("")).slice(0, 16);
  writeFileSync(join(folder, "shell.json"), `${JSON.stringify({ version, files }, null, 1)}\n`);
}

export default defineConfig(({ mode }) => ({
  root: here("."),
  base: "./",
  plugins: [
    {
      name: "chevet-shell",
      apply: "build",
      closeBundle: () => {
        if (mode !== "gallery") listed(here("dist"));
      },
    },
  ],
  resolve: {
    alias: { "@page": here("src"), "@catalogue": here("../catalogue") },
    // The tests live in tests/page, outside this folder: they too find their packages here.
    dedupe: ["cborg", "fflate", "@hpke/core", "@hpke/hybridkem-x-wing", "vitest"],
  },
  build: {
    outDir: "dist",
    emptyOutDir: true,
    target: ["chrome120", "firefox128"],
    assetsInlineLimit: 0, // a data: address would need a wider Content-Security-Policy
    // The gallery shows every screen with made-up content; it never ships.
    rollupOptions: { input: here(mode === "gallery" ? "gallery/index.html" : "index.html") },
    modulePreload: { polyfill: false }, // the polyfill is an inline script in some builds
  },
  server: { fs: { allow: [here("../..")] } },
  test: {
    dir: here("../../tests/page"),
    include: ["**/*.test.ts"],
    environment: "node",
  },
}));
