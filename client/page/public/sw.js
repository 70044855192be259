/**
 * Keeps the page's own files, exactly those of one build, and nothing else; a press on one of the
 * page's notifications brings the page back.
 *
 * It is registered as `sw.js?<version>`. The version is the hash of `shell.json`'s list, which has
 * the hash of every file: a file that differs is not kept, and the installation fails.
 */

const PREFIX = "chevet-shell-";
const version = location.search.slice(1);
const root = new URL("./", location.href);

addEventListener("install", (event) => event.waitUntil(fill()));
addEventListener("activate", (event) => event.waitUntil(forgetOthers()));
addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  // A GET of ours for a kept file, whatever the language asked for; anything else goes its way.
  if (event.request.method !== "GET" || url.origin !== root.origin) return;
  url.search = "";
  if (url.pathname === new URL("relay.json", root).pathname) return;
  if (url.pathname === new URL("shell.json", root).pathname) return;
  event.respondWith(kept(url.href).then((found) => found ?? fetch(event.request)));
});

addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(focusPage());
});

/** Whoever pressed the notification wants the page that waits behind others. */
async function focusPage() {
  const [page] = await clients.matchAll({ type: "window", includeUncontrolled: true });
  await page?.focus();
}

async function kept(address) {
  const cache = await caches.open(PREFIX + version);
  return cache.match(address, { ignoreVary: true });
}

async function fill() {
  const answer = await fetch("shell.json", { cache: "no-store" });
  const { files } = await answer.json();
  const lines = Object.keys(files).sort().map((path) => `${files[path]}  ${path}\n`);
  const told = await sha256(new TextEncoder().encode(lines.join("")));
  if (told.slice(0, version.length) !== version || version === "") throw new Error("another build");
  const found = await Promise.all(Object.entries(files).map(checked));
  const cache = await caches.open(PREFIX + version);
  for (const [address, response] of found) await cache.put(address, response);
}

async function checked([path, hash]) {
  const address = new URL(path === "index.html" ? "./" : path, root).href;
  const response = await fetch(address);
  if (!response.ok) throw new Error(`no ${path}`);
  const digest = await sha256(await response.clone().arrayBuffer());
  if (digest !== hash) throw new Error(`another ${path}`);
  return [address, response];
}

async function forgetOthers() {
  for (const name of await caches.keys()) {
    if (name.startsWith(PREFIX) && name !== PREFIX + version) await caches.delete(name);
  }
}

async function sha256(data) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", data));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
