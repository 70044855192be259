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

test("a camera that is asked for twice is opened once, and off is off", async () => {
  const stream = globalThis.MediaStream;
  globalThis.MediaStream = class {} as typeof MediaStream; // none outside a browser
  const open = new Set<number>();
  const camera = async () => {
    const id = open.size;
    open.add(id);
    return { state: "on", track: { stop: () => void open.delete(id) } as unknown as MediaStreamTrack } as const;
  };
  const microphone = async () => ({ state: "absent", track: null }) as const;
  const media = new OwnMedia({ microphone, camera }, () => undefined);
  await Promise.all([media.openCamera(), media.openCamera()]);
  expect(open.size).toBe(1);
  expect(media.camera).toBe("on");
  media.turnCameraOff(true);
  expect(open.size).toBe(0);
  globalThis.MediaStream = stream;
});
