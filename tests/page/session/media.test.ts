import { expect, test } from "vitest";
import { OwnMedia, type TrackTaker } from "@page/session/media.ts";

class FakeTaker implements TrackTaker {
  microphone: MediaStreamTrack | null = null;
  isClosed = false;

  setMicrophone(track: MediaStreamTrack | null): void {
    this.microphone = track;
  }

  setCamera = () => undefined;
}

test("a line in use gets the microphone however many attempts failed beside it", async () => {
  const track = { stop: () => undefined } as unknown as MediaStreamTrack;
  const microphone = async () => ({ state: "on", track }) as const;
  const camera = async () => ({ state: "absent", track: null }) as const;
  const media = new OwnMedia({ microphone, camera }, () => undefined);
  const inUse = new FakeTaker();
  const failed = [new FakeTaker(), new FakeTaker(), new FakeTaker()];
  for (const taker of [inUse, ...failed]) {
    media.attach(taker);
    taker.isClosed = taker !== inUse;
  }
  await media.openMicrophone();
  expect(inUse.microphone).toBe(track);
  expect(failed[0]?.microphone).toBeNull();
});
