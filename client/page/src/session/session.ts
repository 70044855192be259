/** The session as the screens see it: one visit at a time, and a new picture at every change. */

import { hex } from "../bytes.ts";
import { Invitation, InvitationUnreadableError } from "../core/invitation.ts";
import type { Book } from "../store/book.ts";
import { Lobby, type Ringing } from "./lobby.ts";
import type { Preference } from "./line_state.ts";
import { picture } from "./picture.ts";
import type { Ports, Self } from "./ports.ts";
import type { AskWhat, PageRequests } from "./requests.ts";
import { type Area, EMPTY, type PageSnapshot } from "./snapshot.ts";
import { keptDraft, type SummaryDraft } from "./summary.ts";
import { Visit } from "./visit.ts";
import { byInvitation, byCall, type Way } from "./ways.ts";

export class Session implements PageRequests {
  readonly #ports: Ports;
  readonly #listener: (snapshot: PageSnapshot) => void;
  readonly #book: Book;
  #lobby: Lobby;
  #visit: Visit | null = null;
  #isTold = true;

  constructor(ports: Ports, book: Book, listener: (snapshot: PageSnapshot) => void) {
    this.#ports = ports;
    this.#book = book;
    this.#lobby = new Lobby(ports, book, () => this.#changed());
    this.#listener = listener;
  }

  join(name: string, place: string, link: string): boolean {
    const invitation = readInvitation(link);
    if (invitation === null) return false;
    this.#ports.remember({ name, place });
    this.#lobby.close();
    this.#begin(byInvitation(invitation, this.#ports), { name, place });
    return true;
  }

  answer(id: string, name: string, place: string): void {
    const ringing = this.#ringing(id);
    if (ringing === undefined) return;
    this.#ports.remember({ name, place });
    const { site, bond, call, prekey } = ringing;
    const way = byCall(site, bond, call, prekey);
    void this.#lobby.take(ringing).then(() => this.#begin(way, { name, place }));
  }

  decline(id: string): void {
    const ringing = this.#ringing(id);
    if (ringing !== undefined) void this.#lobby.decline(ringing);
  }

  forgetSite(id: string): void {
    const site = this.#book.sites.find((known) => hex(known.public) === id);
    if (site !== undefined) void this.#book.forget(site).then(() => this.#changed());
  }

  #ringing(id: string): Ringing | undefined {
    return this.#lobby.ringing.find(({ site }) => hex(site.public) === id);
  }

  /** Hear who calls; while nobody is visited. */
  listen(): void {
    this.#lobby.close();
    this.#lobby = new Lobby(this.#ports, this.#book, () => this.#changed());
    void this.#lobby.open();
  }

  #begin(way: Way, self: Self): void {
    const visit = new Visit(this.#ports, way, self, () => this.#changed());
    this.#visit = visit;
    this.#changed();
    void visit.start();
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

  point(still: number, left: number, top: number): void {
    this.#visit?.consultation?.send({ kind: "pointed", id: still, left, top, is_shown: true });
  }

  pointNowhere(still: number): void {
    const nowhere = { left: 0, top: 0, is_shown: false };
    this.#visit?.consultation?.send({ kind: "pointed", id: still, ...nowhere });
  }

  write(text: string): void {
    const consultation = this.#visit?.consultation;
    consultation?.send(consultation.exchanges.write(text, this.#ports.clock_ms()));
  }

  draftSummary(part: Partial<SummaryDraft>): void {
    const [visit, exchanges] = [this.#visit, this.#visit?.consultation?.exchanges];
    exchanges?.draft(part);
    if (visit !== null && exchanges !== undefined) {
      this.#ports.drafts.keep(visit.way, keptDraft(exchanges.drafted));
    }
    this.#changed();
  }

  sendSummary(): void {
    this.#visit?.consultation?.sendSummary();
  }

  async offerFile(bytes: Uint8Array, label: string, mediaType: string): Promise<number | null> {
    return (await this.#visit?.consultation?.offerFile(bytes, label, mediaType)) ?? null;
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
    this.listen();
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

  /** Whom we know, and who calls. */
  #arriving(): PageSnapshot {
    const sites = this.#book.sites.map(({ public: key, name, verified_ms }) => {
      const id = hex(key);
      const number = this.#ringing(id)?.call.number;
      return { id, name, verified_ms, called_ms: number === undefined ? null : number * 1000 };
    });
    return { ...EMPTY, sites };
  }

  /** However much changes at once, the listener hears of it once. */
  #changed(): void {
    if (!this.#isTold) return;
    this.#isTold = false;
    queueMicrotask(() => {
      this.#isTold = true;
      this.#listener(this.#visit === null ? this.#arriving() : picture(this.#visit));
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
