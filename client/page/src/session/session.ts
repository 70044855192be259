/** The session as the screens see it: one visit at a time, and a new picture at every change. */

import { Invitation, InvitationUnreadableError } from "../core/invitation.ts";
import type { Preference } from "./line_state.ts";
import { picture } from "./picture.ts";
import type { Ports } from "./ports.ts";
import type { AskWhat, PageRequests } from "./requests.ts";
import { type Area, EMPTY, type PageSnapshot } from "./snapshot.ts";
import { Visit } from "./visit.ts";

export class Session implements PageRequests {
  readonly #ports: Ports;
  readonly #listener: (snapshot: PageSnapshot) => void;
  #visit: Visit | null = null;
  #isTold = true;

  constructor(ports: Ports, listener: (snapshot: PageSnapshot) => void) {
    this.#ports = ports;
    this.#listener = listener;
  }

  join(name: string, place: string, link: string): boolean {
    const invitation = readInvitation(link);
    if (invitation === null) return false;
    this.#ports.remember({ name, place });
    const visit = new Visit(this.#ports, invitation, { name, place }, () => this.#changed());
    this.#visit = visit;
    this.#changed();
    void visit.start();
    return true;
  }

  compareWords(equal: boolean): void {
    this.#visit?.compareWords(equal);
  }

  ask(what: AskWhat, text: string): void {
    const consultation = this.#visit?.consultation;
    consultation?.send(consultation.exchanges.ask(what, text, this.#ports.clock_ms()));
  }

  askRegion(still: number, area: Area): void {
    this.#visit?.consultation?.send({ kind: "region_asked", id: still, ...area });
  }

  write(text: string): void {
    const consultation = this.#visit?.consultation;
    consultation?.send(consultation.exchanges.write(text, this.#ports.clock_ms()));
  }

  draftSummary(text: string): void {
    this.#visit?.consultation?.exchanges.draft(text);
    if (this.#visit !== null) this.#ports.drafts.keep(this.#visit.invitation, text);
    this.#changed();
  }

  sendSummary(text: string): void {
    const consultation = this.#visit?.consultation;
    consultation?.send(consultation.exchanges.summarise(text, this.#ports.clock_ms()));
  }

  wishPicture(preference: Preference): void {
    this.#visit?.consultation?.wishPicture(preference);
  }

  mute(on: boolean): void {
    this.#visit?.media.mute(on);
  }

  turnCameraOff(on: boolean): void {
    this.#visit?.media.turnCameraOff(on);
  }

  end(reason: "finished" | "unsuitable"): void {
    this.#visit?.goodbye(reason);
  }

  startAgain(): void {
    this.#visit?.close();
    this.#visit = null;
    this.#changed();
  }

  /** Tell the listener how things stand, from the first screen on. */
  show(): void {
    this.#changed();
  }

  /** Time has passed; called a few times a second. */
  tick(): void {
    this.#visit?.tick(this.#ports.clock_ms());
  }

  /** Whether leaving the page now would lose something. */
  get isUnderWay(): boolean {
    const phase = this.#visit?.phase;
    return phase === "comparing" || phase === "consulting";
  }

  /** However much changes at once, the listener hears of it once. */
  #changed(): void {
    if (!this.#isTold) return;
    this.#isTold = false;
    queueMicrotask(() => {
      this.#isTold = true;
      this.#listener(this.#visit === null ? EMPTY : picture(this.#visit));
    });
  }
}

/** The invitation in a link or a fragment; `null` when there is none. */
export function readInvitation(link: string): Invitation | null {
  try {
    return Invitation.fromFragment(link);
  } catch (error) {
    if (error instanceof InvitationUnreadableError) return null;
    throw error;
  }
}
