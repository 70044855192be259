/** The first screen: who waits, who the GP is, which invitation, and an optional try of the devices. */

import type { Self } from "../session/ports.ts";
import type { PageRequests } from "../session/requests.ts";
import { checkedRpps } from "../session/rpps.ts";
import type { PageSnapshot } from "../session/snapshot.ts";
import type { TextKey, Texts } from "../texts.ts";
import type { DeviceCheck } from "./device_check.ts";
import { el, setHidden, setText } from "./dom.ts";
import { KnownSites, lostKeys } from "./known_sites.ts";
import { ProofPanel } from "./proof_panel.ts";
import type { Screen, Surroundings } from "./screen.ts";

/** What the first screen finds filled in. */
export interface Arrival extends Self {
  /** The fragment this page was opened with; empty when there was none. */
  readonly link: string;
  /** When that invitation ends; `null` when there is none or it cannot be read. */
  readonly expires_ms: number | null;
  /** This browser had keys, and they are gone. */
  readonly hasLostKeys: boolean;
  /** The GP has read of it. */
  acceptLoss(): void;
}

interface Field {
  readonly box: HTMLElement;
  readonly input: HTMLInputElement;
}

export class ArrivingScreen implements Screen {
  readonly element: HTMLElement;
  readonly #texts: Texts;
  readonly #requests: PageRequests;
  readonly #check: DeviceCheck;
  readonly #arrival: Arrival;
  readonly #sites: KnownSites;
  readonly #proof: ProofPanel;
  #isLost: boolean;
  readonly #name: Field;
  readonly #place: Field;
  readonly #rpps: Field;
  readonly #invitation: Field;
  readonly #wrong = el("p", { class: "wrong", role: "alert", "data-testid": "join-error" });

  constructor({ texts, requests }: Surroundings, arrival: Arrival, check: DeviceCheck) {
    this.#texts = texts;
    this.#requests = requests;
    this.#check = check;
    this.#arrival = arrival;
    this.#name = field(texts, "name", arrival.name, 80, "name");
    this.#place = field(texts, "place", arrival.place, 120, "organization");
    this.#rpps = field(texts, "rpps", arrival.rpps, 16, "off");
    this.#rpps.input.inputMode = "numeric";
    this.#invitation = field(texts, "invitation", "", 1_000, "off");
    this.#isLost = arrival.hasLostKeys;
    this.#sites = new KnownSites(texts, requests, () => this.#self());
    this.#proof = new ProofPanel(texts, () => this.#prove());
    this.element = el(
      "section",
      { class: "card", "aria-labelledby": "arriving-title" },
      el("h1", { id: "arriving-title", tabindex: -1 }, texts.say("arriving.title")),
      ...this.#loss(),
      this.#sites.element,
      el("p", { class: "lead" }, texts.say("arriving.lead")),
      this.#form(),
      check.element,
      el("p", { class: "hint" }, texts.say("arriving.encrypted")),
    );
  }

  show(snapshot: PageSnapshot): void {
    this.#sites.show(snapshot);
    this.#proof.show(snapshot.proof);
    setHidden(this.#invitation.box, this.#arrival.expires_ms !== null);
  }

  close(): void {
    this.#check.close();
  }

  #form(): HTMLFormElement {
    const join = el(
      "button",
      { type: "submit", class: "primary big", "data-testid": "join" },
      this.#texts.say("arriving.join"),
    );
    const form = el("form", { novalidate: true, "data-testid": "join-form" });
    form.append(this.#invitation.box, this.#ready(), this.#name.box, this.#place.box);
    form.append(this.#rpps.box, this.#proof.element);
    form.append(el("p", { class: "hint" }, this.#texts.say("arriving.remembered")));
    form.append(this.#wrong, join);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#join();
    });
    return form;
  }

  #ready(): HTMLElement {
    const { expires_ms } = this.#arrival;
    const box = el("p", { class: "ready", "data-testid": "invitation-ready" });
    if (expires_ms === null) box.hidden = true;
    else {
      const time = this.#texts.time(expires_ms);
      box.textContent = this.#texts.say("arriving.invitation.ready", { time });
    }
    return box;
  }

  /** Keys are never made anew in silence: the GP reads first what that means. */
  #loss(): HTMLElement[] {
    if (!this.#isLost) return [];
    const accept = () => {
      this.#isLost = false;
      setText(this.#wrong, "");
      this.#arrival.acceptLoss();
    };
    return [lostKeys(this.#texts, accept)];
  }

  /** Who the GP says they are; `null`, and told, when there is no name. */
  #self(): Self | null {
    const name = this.#name.input.value.trim();
    const typed = this.#rpps.input.value.trim();
    const rpps = typed === "" ? "" : checkedRpps(typed);
    for (const { input } of [this.#name, this.#rpps]) input.removeAttribute("aria-invalid");
    if (name !== "" && rpps !== null) return { name, place: this.#place.input.value.trim(), rpps };
    if (name === "") this.#complain("arriving.name.missing", this.#name);
    else this.#complain("arriving.rpps.wrong", this.#rpps);
    return null;
  }

  #prove(): void {
    if (this.#isLost) return setText(this.#wrong, this.#texts.say("lost.read"));
    this.#requests.proveProfession();
  }

  #join(): void {
    if (this.#isLost) return setText(this.#wrong, this.#texts.say("lost.read"));
    const self = this.#self();
    if (self === null) return;
    // What is pasted comes first: the field shows only when the page's own link is no invitation.
    const link = this.#invitation.input.value.trim() || this.#arrival.link;
    this.#invitation.input.removeAttribute("aria-invalid");
    if (!this.#requests.join(self, link)) {
      this.#complain("arriving.invitation.wrong", this.#invitation);
    }
  }

  #complain(key: TextKey, where: Field): void {
    setText(this.#wrong, this.#texts.say(key));
    where.input.setAttribute("aria-invalid", "true");
    where.input.focus();
  }
}

function field(
  texts: Texts,
  what: "name" | "place" | "rpps" | "invitation",
  value: string,
  maxlength: number,
  autocomplete: string,
): Field {
  const id = `join-${what}`;
  const input = el("input", {
    id,
    "data-testid": id,
    maxlength,
    autocomplete,
    spellcheck: "false",
    "aria-describedby": `${id}-hint`,
  });
  input.value = value;
  const label = el("label", { for: id }, texts.say(`arriving.${what}`));
  const hint = el("p", { id: `${id}-hint`, class: "hint" }, texts.say(`arriving.${what}.hint`));
  return { box: el("div", { class: "field" }, label, input, hint), input };
}
