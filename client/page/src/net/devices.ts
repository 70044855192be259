/** The GP's own microphone and camera: modest, and never required. */

import type { DeviceState } from "../session/snapshot.ts";

const VOICE: MediaTrackConstraints = {
  echoCancellation: true,
  noiseSuppression: true,
  autoGainControl: true,
  channelCount: 1,
};
/** chosen: the GP's face on the site's small preview; the line belongs to the patient's picture. */
const FACE: MediaTrackConstraints = {
  width: { ideal: 320 },
  height: { ideal: 240 },
  frameRate: { ideal: 10, max: 15 },
};

export interface Capture {
  readonly state: DeviceState;
  readonly track: MediaStreamTrack | null;
}

/** The microphone's track, or why there is none. */
export function microphone(): Promise<Capture> {
  return capture({ audio: VOICE });
}

/** The camera's track, or why there is none. */
export function camera(): Promise<Capture> {
  return capture({ video: FACE });
}

async function capture(wanted: MediaStreamConstraints): Promise<Capture> {
  try {
    const stream = await navigator.mediaDevices.getUserMedia(wanted);
    return { state: "on", track: stream.getTracks()[0] ?? null };
  } catch (error) {
    return { state: isRefusal(error) ? "denied" : "absent", track: null };
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof DOMException && error.name === "NotAllowedError";
}
