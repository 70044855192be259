/** Everything after the keys are agreed: what comes from the site, what goes to it. */

import type { Message } from "../core/wire.ts";
import { Chart } from "./chart.ts";
import { ClockOffset } from "./clock_offset.ts";
import type { ConsultationEvents, ConsultationPorts, Of } from "./consultation_ports.ts";
import { Correspondence, type Path } from "./correspondence.ts";
import { DirectLine } from "./direct_line.ts";
import { Exchanges } from "./exchanges.ts";
import { IncomingFiles } from "./incoming_files.ts";
import { type Preference, wished } from "./line_state.ts";
import { FileRefusedError, OutgoingFiles } from "./outgoing_files.ts";
import { type Restored, replay } from "./replay.ts";
import { type Entry, packed, shaping } from "./resumption.ts";
import type { QuestionView } from "./snapshot.ts";

type Handlers = { readonly [K in Message["kind"]]?: (message: Of<K>, path: Path) => void };

export class Consultation {
  readonly offset = new ClockOffset();
  readonly chart = new Chart(this.offset);
  readonly exchanges = new Exchanges();
  readonly files: OutgoingFiles;
  readonly #incoming: IncomingFiles;
  wish: Preference = "balanced";
  /** What the GP is asked without meeting. */
  question: QuestionView | null = null;
  /** What we told the site that waits, last. */
  told: Of<"waiting"> | null = null;
  readonly #ports: ConsultationPorts;
  readonly #events: ConsultationEvents;
  readonly #letters: Correspondence;
  readonly #line: DirectLine;
  #arriving: Promise<void> = Promise.resolve();
  #signing: Promise<void> = Promise.resolve();
  /** While the diary of an earlier process is read: when what it tells happened. */
  #replayed_ms: number | null = null;
  constructor(ports: ConsultationPorts, events: ConsultationEvents) {
    this.#ports = ports;
    this.#events = events;
    const byLine = (envelope: Uint8Array) => this.#line.send(envelope);
    const paths = {
      byLine,
      byMailbox: (envelope: Uint8Array) => ports.byMailbox(envelope),
      clock_ms: () => ports.clock_ms(),
      onReleased: (messages: readonly Message[]) => this.#act(messages, "line"),
      onTooMuch: () => events.onTooMuch(),
      diary: ports.diary,
    };
    this.#letters = new Correspondence(ports.sealer, ports.opener, paths, ports.timer);
    this.files = new OutgoingFiles({
      timer: ports.timer,
      clock_ms: () => ports.clock_ms(),
      offer: (offer) => this.send(offer),
      byLine: (piece) => void this.#letters.send(piece),
      byMailbox: (piece) => this.#letters.mail(piece),
      canPost: () => ports.canPost(),
      keep: (piece) => ports.diary.add({ what: "own", parcel: packed(piece) }),
      onChange: () => events.onChange(),
    });
    this.#incoming = new IncomingFiles({
      timer: ports.timer,
      clock_ms: () => ports.clock_ms(),
      tell: (message) => void (this.#replayed_ms === null && this.#letters.send(message)),
      keep: (piece) => ports.diary.add({ what: "piece", parcel: packed(piece) }),
      confirm: (receipt) => this.send(receipt),
      onChange: () => events.onChange(),
    });
    this.#line = new DirectLine(ports, (act) => this.#arrive(act), {
      say: (message) => this.send(message),
      sayOn: (peer, message) => this.#letters.sendBy(message, (envelope) => peer.send(envelope)),
      open: (envelope) => this.#letters.open(envelope),
      onParcel: ({ number, message }) => this.#take(number, message, "line"),
      onClock: (sent_ms, now_ms) => this.#setClock(sent_ms, now_ms),
      onTurned: (isUp) => this.#lineTurned(isUp),
      onWrongHello: () => events.onWrongHello(),
      onChange: () => events.onChange(),
    });
  }

  /** An envelope came through the mailbox; done when it was acted upon. */
  receive(envelope: Uint8Array): Promise<void> {
    return this.#arrive(async () => {
      const parcels = await this.#letters.open(envelope);
      for (const { number, message } of parcels) this.#take(number, message, "mailbox");
      await this.#ports.diary.settled;
    });
  }

  /** Go on where an earlier process of this page stopped. */
  restore(entries: readonly Entry[]): void {
    this.#replayed_ms = 0;
    const { exchanges, offset, files } = this;
    const to: Restored = {
      ...{ letters: this.#letters, exchanges, offset, files, incoming: this.#incoming },
      act: (messages) => this.#act(messages, "mailbox"),
      said: (message) => this.#restoreSaid(message),
    };
    for (const entry of entries) {
      if ("at_ms" in entry) this.#replayed_ms = entry.at_ms;
      replay(entry, to);
    }
    this.#act(shaping(this.#letters.restored()), "mailbox");
    const heard_ms = this.#replayed_ms;
    this.#replayed_ms = null;
    this.#line.resume(heard_ms);
    this.#incoming.restored();
  }

  #restoreSaid(message: Message): void {
    if (message.kind === "picture_asked") this.wish = wished(message.preference);
    if (message.kind === "waiting") this.told = message;
  }

  /** Ask the site for patience, or send the patient elsewhere. */
  askToWait(minutes: number | null, text: string, isRedirected: boolean): void {
    const at_ms = this.#ports.clock_ms();
    this.told = { kind: "waiting", minutes, text, is_redirected: isRedirected, at_ms };
    this.send(this.told);
  }

  /** Tell the site by mailbox that a new process of this page is here, and what it has. */
  announce(): void {
    this.#letters.announce();
  }

  /** Close the direct line; whatever comes back comes by a new one. */
  hangUp(): void {
    this.#line.close();
  }

  /** Let the direct line come up, or keep the site waiting without one. */
  hold(isHeld: boolean): void {
    this.#line.hold(isHeld);
  }

  /** Send a message of ours. */
  send(message: Message): void {
    const number = this.#letters.send(message);
    if (number !== null) this.exchanges.sent(number, message);
    this.#events.onChange();
  }

  /** Send the site a file; its number, `null` for one that cannot be sent. */
  async offerFile(bytes: Uint8Array, label: string, mediaType: string): Promise<number | null> {
    try {
      return await this.files.offerFile(bytes, label, mediaType);
    } catch (error) {
      if (error instanceof FileRefusedError) return null;
      throw error;
    }
  }

  /** Sign what is written now and send it; what was sent first arrives first. */
  sendSummary(): void {
    const isHere = {
      stills: this.exchanges.drafted.stills.filter((id) => this.album.hashOf(id) !== null),
      files: this.exchanges.drafted.files.filter((id) => this.files.hashOf(id) !== null),
    };
    this.exchanges.draft(isHere); // what did not come whole cannot be signed
    const unsigned = this.exchanges.summarise(this.#ports.clock_ms());
    const stills = unsigned.stills.flatMap((id) => this.album.hashOf(id) ?? []);
    const files = unsigned.files.flatMap((id) => this.files.hashOf(id) ?? []);
    this.#signing = this.#signing
      .then(async () => this.send(await this.#ports.sign(unsigned, { stills, files })))
      .catch(() => this.exchanges.unsent(unsigned)); // the GP sees it as changed, and sends again
    this.#events.onChange();
  }

  /** What the picture is to follow; the newest wish counts. */
  wishPicture(preference: Preference): void {
    if (preference === this.wish) return;
    this.wish = preference;
    this.send({ kind: "picture_asked", preference });
  }

  /** Time has passed: notice silence, break ours, report what is received. */
  tick(now_ms: number): void {
    this.#line.tick(now_ms);
    if (this.#line.view.state !== "up") return;
    this.#letters.showLife(now_ms);
    this.#incoming.tick(now_ms);
  }

  /** What came from the site. */
  get album() {
    return this.#incoming.album;
  }

  get link() {
    return this.#line.view;
  }

  /** Everything we sent has been received. */
  get isSettled(): boolean {
    return this.#letters.isSettled;
  }

  /** Hang up and forget the patient, but for the summary. */
  close(): void {
    this.#line.close();
    this.#incoming.forget();
    this.files.forget();
    this.chart.forget();
    this.exchanges.forget();
    if (!this.#line.isHeld) this.#ports.feed.forget();
  }

  /** One after the other, in the order of arrival, though opening takes its time. */
  #arrive(act: () => Promise<void>): Promise<void> {
    const acted = this.#arriving.then(act);
    this.#arriving = acted.catch(() => undefined); // one bad turn must not stop all that follow
    return acted;
  }

  #setClock(sent_ms: number, now_ms: number): void {
    const offset_ms = this.offset.heard(sent_ms, now_ms);
    if (offset_ms !== null) this.#ports.diary.add({ what: "clock", offset_ms });
  }

  #now_ms(): number {
    return this.#replayed_ms ?? this.#ports.clock_ms();
  }

  #lineTurned(isUp: boolean): void {
    if (isUp) {
      this.#letters.repeat();
      this.#incoming.lineUp();
    } else this.#letters.pause();
    this.files.lineTurned(isUp);
    this.#events.onChange();
  }

  #take(number: number | null, message: Message, path: Path): void {
    this.#act(number === null ? [message] : this.#letters.accept(number, message, path), path);
  }

  #act(messages: readonly Message[], path: Path): void {
    for (const message of messages) {
      const handle = this.#handlers[message.kind] as ((m: Message, p: Path) => void) | undefined;
      handle?.(message, path);
      if (message.kind !== "wave_samples") this.#events.onChange();
    }
  }

  readonly #handlers: Handlers = {
    received: (receipt) => this.#acknowledged(receipt),
    signal: (signal) => void this.#line.signalled(signal),
    card: (card) => this.chart.card(card),
    words_compared: ({ equal }) => this.#events.onWords(equal),
    acquaintance: (said) => this.#events.onAcquaintance(said),
    attested: ({ attestation }) => this.#events.onAttested(attestation),
    goodbye: ({ reason }) => this.#events.onGoodbye(reason),
    intake: (intake) => this.chart.intake(intake),
    question: ({ text, at_ms }) => {
      this.question = { text, at_ms: Math.min(this.#now_ms(), this.offset.here(at_ms)) };
      if (this.#replayed_ms === null) this.#events.onQuestion();
    },
    patient: (patient) => this.chart.patient(patient),
    background: (background) => this.chart.background(background),
    went_on: (told) => this.chart.wentOn(told, this.#now_ms()),
    measured: (reading) => this.chart.measured(reading, this.#now_ms()),
    instruments: (instruments) => this.chart.instruments(instruments),
    lab_result: (result) => this.chart.result(result, this.#now_ms()),
    wave_samples: ({ wave, samples, rate_hz }) => {
      if (this.#line.isHeld) return; // the curves are those of whom the GP sees
      this.#ports.feed.add(wave, samples, rate_hz, this.#ports.clock_ms());
    },
    link_report: (report) => {
      this.#setClock(report.sent_ms, this.#ports.clock_ms());
      this.chart.report(report);
      this.#line.allow(report.down_bps);
      this.files.allow(report.down_bps);
    },
    still_offered: (offer) => this.#incoming.offered(offer),
    still_piece: (piece) => this.#incoming.came(piece),
    still_held: (held) => this.files.held(held),
    still_received: (receipt) => this.files.received(receipt),
    text: ({ text, written_ms }) => this.exchanges.read(text, this.offset.here(written_ms)),
    ask_answered: (answer) => this.exchanges.answered(answer),
  };

  #acknowledged(receipt: Of<"received">): void {
    const wasReceived = this.exchanges.summary.received_ms !== null;
    for (const number of this.#letters.acknowledge(receipt)) {
      this.exchanges.received(number, this.#ports.clock_ms());
    }
    const isReceived = this.exchanges.summary.received_ms !== null;
    if (isReceived && !wasReceived) this.#events.onSummaryReceived();
  }
}
