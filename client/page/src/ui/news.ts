/** What is worth telling once, aloud: the difference between two pictures of the session. */

import type { PageSnapshot } from "../session/snapshot.ts";
import type { Texts } from "../texts.ts";

/** Sentences for what changed in a way a person should hear of; mostly none. */
export function news(before: PageSnapshot, after: PageSnapshot, texts: Texts): string[] {
  return [lineNews, stillNews, soundNews, paperNews, askNews].flatMap((tell) => tell(before, after, texts));
}

function lineNews(before: PageSnapshot, after: PageSnapshot, texts: Texts): string[] {
  if (before.link.state === after.link.state) return [];
  if (after.link.state === "cut") return [texts.say("link.cut.toast")];
  return before.link.state === "cut" && after.link.state === "up" ? [texts.say("link.up.toast")] : [];
}

function stillNews(before: PageSnapshot, after: PageSnapshot, texts: Texts): string[] {
  if (before.stills === after.stills) return [];
  const complete = new Set(before.stills.filter((s) => s.state === "complete").map((s) => s.id));
  return after.stills
    .filter((still) => still.state === "complete" && !complete.has(still.id))
    .map((still) => {
      const name = still.label || texts.say("still.name", { n: still.id });
      return texts.say("still.arrived", { name });
    });
}

function soundNews(before: PageSnapshot, after: PageSnapshot, texts: Texts): string[] {
  const complete = new Set(before.sounds.filter((s) => s.state === "complete").map((s) => s.id));
  return after.sounds
    .filter((sound) => sound.state === "complete" && !complete.has(sound.id))
    .map((sound) => texts.say("sound.arrived", { name: sound.label || String(sound.id) }));
}

function paperNews(before: PageSnapshot, after: PageSnapshot, texts: Texts): string[] {
  const complete = new Set(before.papers.filter((p) => p.state === "complete").map((p) => p.id));
  return after.papers
    .filter((paper) => paper.state === "complete" && !complete.has(paper.id))
    .map(({ id, label }) => texts.say("papers.arrived", { name: label || texts.say("papers.name", { n: id }) }));
}

function askNews(before: PageSnapshot, after: PageSnapshot, texts: Texts): string[] {
  if (before.asks === after.asks) return [];
  const states = new Map(before.asks.map((ask) => [ask.id, ask.state]));
  return after.asks
    .filter(({ id, state }) => states.get(id) !== state && (state === "done" || state === "not_possible"))
    .map((ask) => {
      const what = ask.what === "text" ? ask.text : texts.name("ask", ask.what);
      return `${what} – ${texts.say(`ask.state.${ask.state}`)}`;
    });
}
