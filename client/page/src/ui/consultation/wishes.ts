/** What the GP wants most of the picture; pressed is the wish, the words say what is followed. */

import type { Preference } from "../../session/line_state.ts";
import type { PageRequests } from "../../session/requests.ts";
import type { PageSnapshot } from "../../session/snapshot.ts";
import type { Texts } from "../../texts.ts";
import { button, el, setHidden, setText } from "../dom.ts";

const OFFERED = ["smooth", "sharp", "still_first"] as const;

export class Wishes {
  readonly element: HTMLElement;
  readonly #texts: Texts;
  readonly #buttons: ReadonlyMap<Preference, HTMLButtonElement>;
  readonly #followed = el("p", { class: "followed", "data-testid": "picture-followed" });
  #wish: Preference = "balanced";

  constructor(texts: Texts, requests: PageRequests) {
    this.#texts = texts;
    const press = (offered: Preference) =>
      requests.wishPicture(this.#wish === offered ? "balanced" : offered);
    this.#buttons = new Map(
      OFFERED.map((offered) => [
        offered,
        button(texts.say(`wish.${offered}`), () => press(offered), {
          "aria-pressed": "false",
          "data-testid": `wish-${offered}`,
        }),
      ]),
    );
    this.element = el(
      "div",
      { class: "wishes", role: "group", "aria-label": texts.say("wish.title") },
      ...this.#buttons.values(),
      this.#followed,
    );
  }

  show({ wish, link }: PageSnapshot): void {
    this.#wish = wish;
    for (const [offered, control] of this.#buttons) {
      const pressed = String(offered === wish);
      if (control.getAttribute("aria-pressed") !== pressed) {
        control.setAttribute("aria-pressed", pressed);
      }
    }
    const { preference } = link.line;
    setHidden(this.#followed, preference === wish || link.state !== "up");
    const what = this.#texts.say(`wish.now.${preference}`);
    setText(this.#followed, this.#texts.say("wish.followed", { what }));
  }
}
