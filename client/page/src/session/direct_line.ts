/** The direct line to the site as a consultation uses it: hellos, what comes by it, reports of it. */

import type { Message, Parcel } from "../core/wire.ts";
import type { ConsultationPorts, MediaPeer, Of } from "./consultation_ports.ts";
import { Greeting } from "./greeting.ts";
import { Line } from "./line.ts";
import { Reception } from "./reception.ts";
import type { LinkState } from "./snapshot.ts";

export interface DirectLineEvents {
  say(message: Message): void;
  /** On this connection, trusted or not. */
  sayOn(peer: MediaPeer, message: Message): void;
  /** The parcels in an envelope; none when it was forged. */
  open(envelope: Uint8Array): Promise<readonly Parcel[]>;
  /** One came on the line in use. */
  onParcel(parcel: Parcel): void;
  /** The site's clock says this. */
  onClock(sent_ms: number, now_ms: number): void;
  onTurned(isUp: boolean): void;
  onWrongHello(): void;
  onChange(): void;
}

export class DirectLine {
  readonly #ports: ConsultationPorts;
  readonly #events: DirectLineEvents;
  readonly #line: Line<MediaPeer>;
  readonly #greeting: Greeting;
  readonly #reception = new Reception();
  #since_ms: number;
  /** None now: the site waits. The newest offer waits with it. */
  #isHeld = false;
  #offer: Of<"signal"> | null = null;

  /** `arrive` keeps what comes in order. */
  constructor(
    ports: ConsultationPorts,
    arrive: (act: () => Promise<void>) => Promise<void>,
    events: DirectLineEvents,
  ) {
    this.#ports = ports;
    this.#events = events;
    this.#since_ms = ports.clock_ms();
    this.#line = new Line<MediaPeer>((peerEvents) => ports.makePeer(peerEvents), {
      onOpen: (peer) => this.#greeting.greet(peer),
      onData: (peer, data) => void arrive(() => this.#take(peer, data)),
      onChosen: () => {
        this.#reception.begin();
        events.onChange();
      },
      onState: (state) => this.#turned(state),
    });
    this.#greeting = new Greeting(ports, this.#line, {
      say: (hello, peer) => events.sayOn(peer, hello),
      onWrong: () => events.onWrongHello(),
    });
  }

  get isHeld(): boolean {
    return this.#isHeld;
  }

  get view() {
    const { state, current } = this.#line;
    const [since_ms, concealed_pct] = [this.#since_ms, this.#reception.concealed_pct];
    const [canShow, isSealed] = [current?.canShow ?? true, this.#greeting.isSealed];
    return { state, since_ms, concealed_pct, canShow, isSealed, current };
  }

  send(envelope: Uint8Array): boolean {
    return this.#line.send(envelope);
  }

  /** An earlier process of this page heard the site last at this moment. */
  resume(heard_ms: number): void {
    if (!this.#isHeld) this.#line.resume(heard_ms);
  }

  /** Let it come up, or keep the site waiting without one. */
  hold(isHeld: boolean): void {
    if (isHeld === this.#isHeld) return;
    this.#isHeld = isHeld;
    if (isHeld) this.#line.close();
    else if (this.#offer !== null) void this.signalled(this.#offer);
  }

  close(): void {
    this.#line.close();
  }

  /** The site offers a connection. */
  async signalled(signal: Of<"signal">): Promise<void> {
    if (signal.signal_kind !== "offer") return;
    this.#offer = this.#isHeld ? signal : null;
    if (this.#isHeld) return;
    const sdp = await this.#line.offered(signal.attempt, signal.sdp);
    if (sdp === null) return;
    this.#events.say({ kind: "signal", signal_kind: "answer", attempt: signal.attempt, sdp });
  }

  /** What the site says may come from us. */
  allow(down_bps: number): void {
    void this.#line.current?.allow(down_bps);
  }

  /** Time has passed: notice silence, greet, report what is received. */
  tick(now_ms: number): void {
    this.#line.tick(now_ms);
    this.#greeting.tick(now_ms);
    const { state, current } = this.#line;
    if (state !== "up" || current === null || !this.#reception.isDue(now_ms)) return;
    void this.#reception.reported(current, now_ms).then((report) => this.#events.say(report));
  }

  async #take(peer: MediaPeer, data: Uint8Array): Promise<void> {
    for (const { number, message } of await this.#events.open(data)) {
      const now_ms = this.#ports.clock_ms();
      if (message.kind === "hello") this.#greeted(peer, message, now_ms);
      else this.#line.answered(peer);
      if (peer !== this.#line.current) continue; // nothing counts before the hello; it comes again
      this.#line.heard(now_ms);
      this.#events.onParcel({ number, message });
    }
  }

  #greeted(peer: MediaPeer, hello: Of<"hello">, now_ms: number): void {
    this.#events.onClock(hello.sent_ms, now_ms);
    this.#greeting.heard(peer, hello, now_ms);
  }

  #turned(state: LinkState): void {
    this.#since_ms = state === "cut" ? this.#line.heard_ms : this.#ports.clock_ms();
    this.#events.onTurned(state === "up");
  }
}
