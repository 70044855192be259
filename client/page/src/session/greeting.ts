/**
 * Hellos on the direct line: sealed, each names both ends' certificates, so that nobody between can
 * be one of them; and both ends' word whether picture and voice are sealed frame by frame.
 */

import type { ConsultationPorts, MediaPeer, Of } from "./consultation_ports.ts";
import type { Line } from "./line.ts";

/** Until it is answered, since it may be lost; chosen: about a round trip on the worst lines. */
const HELLO_EVERY_MS = 500;
/** `hello.frames`: picture and voice are sealed frame by frame. */
const SEALED = 1;

export interface GreetingEvents {
  say(hello: Of<"hello">, peer: MediaPeer): void;
  /** The site's hello names other certificates than those in use. */
  onWrong(): void;
}

export class Greeting {
  /** Frames are sealed on the line in use; `null` until both ends have said. */
  isSealed: boolean | null = null;
  readonly #ports: Pick<ConsultationPorts, "clock_ms" | "frameKeys">;
  readonly #line: Line<MediaPeer>;
  readonly #events: GreetingEvents;
  #said_ms = 0;

  constructor(
    ports: Pick<ConsultationPorts, "clock_ms" | "frameKeys">,
    line: Line<MediaPeer>,
    events: GreetingEvents,
  ) {
    this.#ports = ports;
    this.#line = line;
    this.#events = events;
  }

  greet(peer: MediaPeer): void {
    this.#said_ms = this.#ports.clock_ms();
    const hello = {
      kind: "hello",
      local_fingerprint: peer.localFingerprint,
      remote_fingerprint: peer.remoteFingerprint,
      sent_ms: this.#said_ms,
      frames: peer.canSeal ? SEALED : 0,
    } as const;
    this.#events.say(hello, peer);
  }

  /** Time has passed: say it again where it is not answered. */
  tick(now_ms: number): void {
    if (now_ms - this.#said_ms < HELLO_EVERY_MS) return;
    for (const peer of this.#line.ungreeted) this.greet(peer);
  }

  /** The site's came on this connection. */
  heard(peer: MediaPeer, hello: Of<"hello">, now_ms: number): void {
    const before = this.#line.current;
    if (!this.#line.greeted(peer, hello, now_ms)) return this.#events.onWrong();
    if (peer !== before && peer === this.#line.current) void this.#seal(peer, hello.frames);
  }

  /** Both hellos are sealed, so that nobody between can talk the ends out of it. */
  async #seal(peer: MediaPeer, siteFrames: number): Promise<void> {
    this.isSealed = peer.canSeal && siteFrames >= SEALED;
    if (!this.isSealed) return peer.seal(null);
    const certificates = { site: peer.remoteFingerprint, gp: peer.localFingerprint };
    peer.seal(await this.#ports.frameKeys.keys(this.#line.attempt, certificates));
  }
}
