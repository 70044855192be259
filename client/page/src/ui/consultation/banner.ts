/** The top row: with whom, about whom, how protected, and the state of the line in one sentence. */

import type { PageSnapshot } from "../../session/snapshot.ts";
import type { Texts } from "../../texts.ts";
import { el, setData, setHidden, setText } from "../dom.ts";

/** chosen: above this share of invented voice a person notices; a matter of the line, not of care. */
const WEAK_ABOVE_PCT = 5;

export class Banner {
  readonly element: HTMLElement;
  readonly #texts: Texts;
  readonly #site = el("strong", { "data-testid": "site" });
  readonly #place = el("span", { class: "place" });
  readonly #patient = el("strong", { "data-testid": "patient" });
  readonly #reason = el("span", { class: "place", "data-testid": "reason" });
  readonly #trust = el("span", { "data-testid": "trust" });
  readonly #link = el("p", { class: "link", "data-testid": "link-state" });

  constructor(texts: Texts, controls: HTMLElement) {
    this.#texts = texts;
    this.element = el(
      "header",
      { class: "banner" },
      pair(texts.say("header.patient"), this.#patient, this.#reason),
      pair(texts.say("header.site"), this.#site, this.#place),
      pair(texts.say("header.encrypted"), this.#trust),
      el("div", { class: "steering" }, this.#link, controls),
    );
  }

  show(snapshot: PageSnapshot, now_ms: number): void {
    const texts = this.#texts;
    setText(this.#site, snapshot.siteName || texts.say("site.unnamed"));
    setText(this.#place, snapshot.sitePlace);
    setText(this.#patient, snapshot.patientName || texts.say("patient.unnamed"));
    setText(this.#reason, snapshot.reason);
    setHidden(this.#trust, snapshot.verified_ms === null);
    if (snapshot.verified_ms !== null) {
      const time = texts.time(snapshot.verified_ms);
      setText(this.#trust, texts.say("header.verified", { time }));
    }
    setText(this.#link, lineSentence(texts, snapshot, now_ms));
    setData(this.#link, "link", snapshot.link.state);
  }
}

function pair(label: string, ...values: HTMLElement[]): HTMLElement {
  return el("div", { class: "pair" }, el("span", { class: "label" }, label), ...values);
}

function lineSentence(texts: Texts, { link }: PageSnapshot, now_ms: number): string {
  if (link.state === "cut") {
    const away = link.relayIsReachable ? "" : ` · ${texts.say("link.relay_away")}`;
    return texts.say("link.cut", { age: texts.age(now_ms - link.since_ms) }) + away;
  }
  if (link.state !== "up") return texts.say(`link.${link.state}`);
  if (link.siteIsPaused) return texts.say("link.paused");
  const remarks = [texts.say(link.concealed_pct > WEAK_ABOVE_PCT ? "link.weak" : "link.up")];
  if (link.siteIsMuted) remarks.push(texts.say("link.site_muted"));
  if (link.siteCameraIsOff) remarks.push(texts.say("link.site_camera_off"));
  return remarks.join(" · ");
}
