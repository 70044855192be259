/** The session as the screens see it: whom the GP sees, who waits, a new picture at every change. */

import { hex } from "../bytes.ts";
import { Invitation, InvitationUnreadableError } from "../core/invitation.ts";
import type { Book } from "../store/book.ts";
import type { Preference } from "./line_state.ts";
import { Lobby, type Ringing } from "./lobby.ts";
import { picture } from "./picture.ts";
import type { Ports, Self } from "./ports.ts";
import type { AskWhat, PageRequests } from "./requests.ts";
import type { Interrupted } from "./resumption.ts";
import { type Area, EMPTY, type PageSnapshot } from "./snapshot.ts";
import type { SummaryDraft } from "./summary.ts";
import { Visit } from "./visit.ts";
import { WaitingRoom } from "./waiting_room.ts";
import { again, byAnswers, byInvitation, type Way } from "./ways.ts";

export class Session implements PageRequests {
  readonly #ports: Ports;
  readonly #listener: (snapshot: PageSnapshot) => void;
  readonly #book: Book;
  readonly #room = new WaitingRoom();
  #lobby: Lobby;
  #isTold = true;
  /** Another window of this browser holds the sessions. */
  #isElsewhere = false;

  constructor(ports: Ports, book: Book, listener: (snapshot: PageSnapshot) => void) {
    this.#ports = ports;
    this.#book = book;
    this.#lobby = this.#newLobby();
    this.#listener = listener;
    ports.profession.onChange = () => this.#changed();
    ports.profession.onProved = () => this.#room.attest();
  }

  /** Go on with what an earlier process of this page left; done when all of it is listened for. */
  async goOn(left: readonly Interrupted[]): Promise<void> {
    const going = left.map((one) => {
      const isFront = one.isFront && this.#visit === null;
      return this.#enter(again(one.session), one.session.self, isFront, (visit) => visit.goOn(one));
    });
    const identity = this.#book.answers.length > 0 ? await this.#ports.identity() : null;
    const now_ms = this.#ports.clock_ms();
    const ways = identity === null ? [] : await byAnswers(this.#book, identity, now_ms);
    const self = this.#ports.recall();
    const expected = ways.map((way) => this.#enter(way, self, false));
    await Promise.allSettled([...going, ...expected]);
  }

  join(self: Self, link: string): boolean {
    const invitation = readInvitation(link);
    if (invitation === null) return false;
    this.#ports.remember(self);
    void this.#enter(byInvitation(invitation, this.#ports), self, this.#visit === null);
    return true;
  }

  answer(id: string, self: Self): void {
    const ringing = this.#ringing(id);
    if (ringing === undefined) return;
    this.#ports.remember(self);
    this.#take(ringing, self, this.#visit === null);
  }

  accept(id: string): void {
    this.#room.bring(id);
  }

  askToWait(id: string, minutes: number | null, text: string): void {
    this.#room.of(id)?.askToWait(minutes, text);
  }

  redirect(id: string, text: string): void {
    this.#room.of(id)?.redirect(text);
  }

  stepAside(): void {
    this.#visit?.askToWait(null, "");
    this.#visit?.stepAside();
  }

  /** Whom the GP sees now. */
  get #visit(): Visit | null {
    return this.#room.front;
  }

  proveProfession(): void {
    void this.#ports.profession.prove();
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

  /** Hear who calls. */
  listen(): void {
    this.#lobby.close();
    this.#lobby = this.#newLobby();
    void this.#lobby.open();
  }

  #newLobby(): Lobby {
    return new Lobby(this.#ports, this.#book, () => this.#called());
  }

  /** Whose name we have may come in and wait: what there is to know comes before the picture. */
  #called(): void {
    const self = this.#ports.recall();
    for (const ringing of self.name === "" ? [] : this.#lobby.ringing) {
      if (!this.#room.isFull) this.#take(ringing, self, false);
    }
    this.#changed();
  }

  #take(ringing: Ringing, self: Self, isFront: boolean): void {
    void this.#lobby.take(ringing).then((way) => this.#enter(way, self, isFront));
  }

  #enter(
    way: Way,
    self: Self,
    isFront: boolean,
    begin: (visit: Visit) => Promise<void> = (visit) => visit.start(),
  ): Promise<void> {
    const visit = new Visit(this.#ports, way, self, () => this.#changed(), isFront);
    this.#room.enter(visit);
    this.#changed();
    return begin(visit);
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
    this.#visit?.drafting.write(part);
  }

  sendSummary(): void {
    this.#visit?.consultation?.sendSummary();
  }

  async offerFile(bytes: Uint8Array, label: string, mediaType: string): Promise<number | null> {
    const visit = this.#visit;
    const id = (await visit?.consultation?.offerFile(bytes, label, mediaType)) ?? null;
    const exchanges = visit?.consultation?.exchanges;
    if (visit === null || exchanges === undefined || id === null) return null;
    visit.drafting.write({ files: [...exchanges.drafted.files, id] });
    return id;
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
    const visit = this.#visit;
    if (visit?.isExpected === true) visit.stepAside(); // the site may take the answer up all the same
    else if (visit !== null) {
      visit.drafting.erase();
      this.#room.leave(visit);
    }
    this.listen();
    this.#changed();
  }

  /** Another window of this browser holds the sessions, or none does any more. */
  beElsewhere(isElsewhere: boolean): void {
    this.#isElsewhere = isElsewhere;
    this.#changed();
  }

  /** The page goes away, perhaps to come back at once. */
  suspend(): void {
    this.#room.suspend();
  }

  /** Tell the listener how things stand, from the first screen on. */
  show(): void {
    this.#changed();
  }

  /** Time has passed; called a few times a second. */
  tick(): void {
    const before = this.#room.views.length;
    this.#room.tick(this.#ports.clock_ms());
    if (this.#room.views.length !== before) this.#changed();
  }

  /** Whether leaving the page now would lose something. */
  get isUnderWay(): boolean {
    return this.#room.isUnderWay;
  }

  /** Starting again now would lose what the GP wrote and nobody has. */
  get losesByStartingAgain(): boolean {
    return this.#visit?.drafting.isUnsaved === true;
  }

  get losesByLeaving(): boolean {
    return this.#room.losesByLeaving;
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
      const shown = this.#visit === null ? this.#arriving() : picture(this.#visit);
      const proof = this.#ports.profession.view;
      const { frontName: visit, views: waiting } = this.#room;
      const around = { visit, waiting, isElsewhere: this.#isElsewhere, proof };
      this.#listener({ ...shown, ...around });
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
