/**
 * The page's own files: kept by the browser (`public/sw.js`), and told apart by their hash.
 *
 * What is shown can be compared with what `chevet gp` prints. A server that lies can make a page
 * lie too: whoever wants certainty serves the page from their own machine.
 */

import type { Texts } from "./texts.ts";
import { el, setText } from "./ui/dom.ts";

/** Which build this page is, and whether the server has another. */
export interface Shell {
  readonly version: string | null;
  readonly isNewer: boolean;
}

interface Policy {
  createScriptURL(url: string): string;
}
interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): Policy;
}

/** A hash, as `shell.json` has it. */
const VERSION = /^[0-9a-f]{16}$/;
const SCRIPT = /sw\.js\?[0-9a-f]{16}$/;

/** Have the browser keep the shell the server has now, for the next opening. */
export async function keepShell(): Promise<Shell> {
  const running = runningVersion();
  const served = await servedVersion();
  if (served !== null && served !== running && "serviceWorker" in navigator) {
    const script = trusted(new URL(`sw.js?${served}`, document.baseURI).href);
    // No service workers in a private window or without a secure origin: the page works as well.
    await navigator.serviceWorker.register(script).catch(() => undefined);
  }
  const isNewer = running !== null && served !== null && served !== running;
  return { version: running ?? served, isNewer };
}

/** The version at the foot of the page. */
export async function showShell(texts: Texts, root: HTMLElement): Promise<void> {
  const line = el("p", { class: "shell", "data-testid": "shell" });
  root.after(el("footer", {}, line));
  const { version, isNewer } = await keepShell();
  const said = version === null ? "shell.unknown" : "shell.version";
  const newer = isNewer ? ` · ${texts.say("shell.newer")}` : "";
  setText(line, texts.say(said, { hash: version ?? "" }) + newer);
  line.title = texts.say("shell.version.label");
}

function runningVersion(): string | null {
  if (!("serviceWorker" in navigator)) return null;
  const script = navigator.serviceWorker.controller?.scriptURL ?? "";
  const version = script.slice(script.indexOf("?") + 1);
  return VERSION.test(version) ? version : null;
}

async function servedVersion(): Promise<string | null> {
  try {
    const answer = await fetch("shell.json", { cache: "no-store" });
    const { version } = (await answer.json()) as { version: unknown };
    return typeof version === "string" && VERSION.test(version) ? version : null;
  } catch {
    return null; // no way to the server, or a page that was not built
  }
}

function trusted(url: string): string {
  const types = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes;
  const createScriptURL = (asked: string) => {
    if (!SCRIPT.test(asked)) throw new TypeError("not our service worker");
    return asked;
  };
  return types?.createPolicy("chevet-shell", { createScriptURL }).createScriptURL(url) ?? url;
}
