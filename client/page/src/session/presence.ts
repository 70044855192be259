/** Whether the GP is with this site: then our microphone and camera are, else neither. */

import { type Devices, OwnMedia } from "./media.ts";
import type { Ports } from "./ports.ts";

export class Presence {
  media: OwnMedia;
  isHere: boolean;
  readonly #devices: Devices;
  readonly #onChange: () => void;

  constructor(devices: Devices, isHere: boolean, onChange: () => void) {
    this.#devices = devices;
    this.#onChange = onChange;
    this.isHere = isHere;
    this.media = new OwnMedia(devices, onChange);
  }

  come(isSure: boolean): void {
    this.isHere = true;
    this.media = new OwnMedia(this.#devices, this.#onChange);
    this.open(isSure);
  }

  /** At what is over: nobody would hear or see us. */
  look(): void {
    this.isHere = true;
  }

  leave(): void {
    this.isHere = false;
    this.media.close();
  }

  /** The microphone, and the camera once we are sure of who would see it. */
  open(isSure: boolean): void {
    if (!this.isHere) return;
    void this.media.openMicrophone();
    if (isSure) this.beSeen();
  }

  beSeen(): void {
    if (this.isHere) void this.media.openCamera();
  }

  /** Connections that carry them, whenever they are open. */
  carriedBy(makePeer: Ports["makePeer"]): Ports["makePeer"] {
    return (events) => {
      const peer = makePeer(events);
      this.media.attach(peer);
      return peer;
    };
  }
}
