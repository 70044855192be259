import { defineConfig } from "vitest/config";
import { fileURLToPath } from "node:url";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig(({ mode }) => ({
  root: here("."),
  base: "./",
  resolve: {
    alias: { "@page": here("src"), "@catalogue": here("../catalogue") },
    // The tests live in tests/page, outside this folder: they too find their packages here.
    dedupe: ["cborg", "@hpke/core", "@hpke/hybridkem-x-wing", "vitest"],
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
