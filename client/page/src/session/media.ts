/** The GP's microphone and camera over the life of a consultation. */

import type { Capture } from "../net/devices.ts";
import type { DeviceState } from "./snapshot.ts";

/** Where tracks come from; the browser, or a test. */
export interface Devices {
  microphone(): Promise<Capture>;
  camera(): Promise<Capture>;
}

/** What a peer connection takes. */
export interface TrackTaker {
  setMicrophone(track: MediaStreamTrack | null): void;
  setCamera(track: MediaStreamTrack | null): void;
  /** Closed for good: it needs no tracks any more. */
  readonly isClosed: boolean;
}

export class OwnMedia {
  readonly #devices: Devices;
  readonly #onChange: () => void;
  #takers: readonly TrackTaker[] = [];
  #voice: MediaStreamTrack | null = null;
  #face: MediaStreamTrack | null = null;
  #isClosed = false;
  microphone: DeviceState = "idle";
  camera: DeviceState = "idle";
  own: MediaStream | null = null;

  constructor(devices: Devices, onChange: () => void) {
    this.#devices = devices;
    this.#onChange = onChange;
  }

  /** Ask for the microphone, while the person's press on "join" is fresh. */
  async openMicrophone(): Promise<void> {
    const { state, track } = await this.#devices.microphone();
    if (this.#isClosed) return track?.stop();
    this.#voice = track;
    this.microphone = state;
    for (const taker of this.#takers) taker.setMicrophone(track);
    this.#onChange();
  }

  /** Ask for the camera: only once the words were confirmed. */
  async openCamera(): Promise<void> {
    const { state, track } = await this.#devices.camera();
    // One that was asked for twice, before the first came, would stay on behind our back.
    if (this.#isClosed || this.#face !== null) return track?.stop();
    this.#face = track;
    this.camera = state;
    this.own = track === null ? null : new MediaStream([track]);
    for (const taker of this.#takers) taker.setCamera(track);
    this.#onChange();
  }

  /** Send on this connection too, from now on. */
  attach(taker: TrackTaker): void {
    this.#takers = [...this.#takers.filter(({ isClosed }) => !isClosed), taker];
    taker.setMicrophone(this.#voice);
    if (this.camera === "on") taker.setCamera(this.#face);
  }

  mute(on: boolean): void {
    if (this.#voice === null) return;
    this.#voice.enabled = !on;
    this.microphone = on ? "off" : "on";
    this.#onChange();
  }

  /** Off really is off: the camera's light goes out. */
  turnCameraOff(on: boolean): void {
    if (!on) return void this.openCamera();
    if (this.#face === null) return;
    this.#face.stop();
    this.#face = null;
    this.own = null;
    this.camera = "off";
    for (const taker of this.#takers) taker.setCamera(null);
    this.#onChange();
  }

  close(): void {
    this.#isClosed = true;
    this.#voice?.stop();
    this.#face?.stop();
    this.#takers = [];
    this.own = null;
  }
}
