/** Shows one scene, chosen by `?scene=`, for screenshots; nothing is connected. */

import type { PageRequests } from "../src/session/requests.ts";
import { WaveFeed } from "../src/session/wave.ts";
import { passingDatabase } from "../src/store/database.ts";
import { History } from "../src/store/history.ts";
import { chosenLanguage, Texts } from "../src/texts.ts";
import { App } from "../src/ui/app.ts";
import { endure } from "./endurance.ts";
import { scenes } from "./scenes.ts";

const query = new URLSearchParams(location.search);
const name = query.get("scene") ?? "consultation";
const language = chosenLanguage(location.search, ["fr"]);
/** Half past two: the same clock in every picture. */
const NOW_MS = new Date(2026, 10, 12, 14, 30).getTime();
/** Scenes in which the picture does not move on. */
const STANDING = new Set(["consultation_cut", "consultation_paused", "consultation_heartbeat", "consultation_voice_only"]);
/** Scenes in which the oximeter draws. */
const BEATING = new Set([
  ...["consultation", "consultation_still", "consultation_end"],
  ...["consultation_instruments", "consultation_two_oximeters", "consultation_deferred"],
  ...["consultation_light", "consultation_measure", "consultation_annotate", "consultation_beside"],
]);
/** Scenes in which a still is looked at, and what is pressed then. */
const LOOKING: Readonly<Record<string, string | null>> = {
  consultation_still: null,
  consultation_light: null,
  consultation_measure: "still-measure",
  consultation_annotate: "still-annotate",
  consultation_beside: null,
};
const started_ms = performance.now();
const clock_ms = () => NOW_MS + performance.now() - started_ms;

/** What the screens asked of the session, for tests that look. */
const told: unknown[][] = [];
Object.assign(window, { toldOfTest: told });

const requests: PageRequests = {
  join: () => false,
  compareWords: () => undefined,
  ask: () => undefined,
  askRegion: () => undefined,
  point: (...said) => void told.push(["point", ...said, performance.now()]),
  pointNowhere: (...said) => void told.push(["pointNowhere", ...said]),
  offerFile: async (bytes, ...said) => {
    told.push(["offerFile", bytes.length, ...said, [...bytes.subarray(0, 2)]]);
    return 1;
  },
  write: () => undefined,
  draftSummary: () => undefined,
  sendSummary: () => undefined,
  wishPicture: () => undefined,
  mute: () => undefined,
  turnCameraOff: () => undefined,
  end: () => undefined,
  startAgain: () => undefined,
};

/** A moving head and shoulders, or an ear, in plain shapes. */
function drawing(isEar: boolean, moves_ms = Number.POSITIVE_INFINITY): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = 640;
  canvas.height = 480;
  const pen = canvas.getContext("2d");
  if (pen === null) return canvas;
  const draw = () => {
    if (performance.now() > moves_ms) return;
    const sway = Math.sin(performance.now() / 700) * 6;
    pen.fillStyle = isEar ? "#0a0505" : "#b9c6c4";
    pen.fillRect(0, 0, 640, 480);
    const shapes = isEar ? EAR : PERSON;
    for (const [colour, x, y, rx, ry] of shapes) {
      pen.fillStyle = colour;
      pen.beginPath();
      pen.ellipse(x + (isEar ? 0 : sway), y, rx, ry, 0, 0, 2 * Math.PI);
      pen.fill();
    }
  };
  draw();
  if (!isEar) setInterval(draw, 80);
  return canvas;
}

type Shape = readonly [string, number, number, number, number];
const PERSON: readonly Shape[] = [
  ["#5d7288", 320, 520, 230, 190],
  ["#e3bfa4", 320, 330, 50, 80],
  ["#8c7a6b", 320, 195, 105, 125],
  ["#e3bfa4", 320, 220, 88, 112],
  ["#3a3330", 285, 205, 9, 7],
  ["#3a3330", 355, 205, 9, 7],
  ["#b5726a", 320, 275, 28, 9],
];
const EAR: readonly Shape[] = [
  ["#7c3b30", 320, 240, 225, 225],
  ["#b56a55", 325, 245, 180, 185],
  ["#d8a48d", 335, 255, 125, 130],
  ["#eccdb9", 345, 235, 60, 75],
];

function jpeg(canvas: HTMLCanvasElement): Promise<Blob> {
  return new Promise((resolve, reject) => {
    const take = (blob: Blob | null) => (blob === null ? reject(new Error("no blob")) : resolve(blob));
    canvas.toBlob(take, "image/jpeg");
  });
}

/** One sample of a wave at this part of its cycle. */
type Drawn = (part: number) => number;

const hump = (part: number, at: number, width: number) => Math.exp(-(((part - at) / width) ** 2));
const PULSE: Drawn = (part) => 14 + 88 * hump(part, 0.2, 0.11) + 34 * hump(part, 0.48, 0.16);
const BEAT: Drawn = (part) =>
  120 + 12 * hump(part, 0.2, 0.04) + 95 * hump(part, 0.4, 0.012) - 22 * hump(part, 0.43, 0.012) +
  24 * hump(part, 0.68, 0.06);
const BREATH: Drawn = (part) => 128 + 40 * Math.sin(2 * Math.PI * part);

function stream(feed: WaveFeed, wave: string, rate_hz: number, cycle_s: number, drawn: Drawn): void {
  let phase = 0;
  setInterval(() => {
    const samples = Uint8Array.from({ length: Math.round(rate_hz / 4) }, () => {
      phase += 1 / (rate_hz * cycle_s);
      return drawn(phase % 1);
    });
    feed.add(wave, samples, rate_hz, clock_ms());
  }, 250);
}

function press(testId: string): void {
  document.querySelector<HTMLElement>(`[data-testid="${testId}"]:enabled`)?.click();
}

function look(): void {
  press("still");
  press(LOOKING[name] ?? "");
  if (name === "consultation_light") press("light");
  if (name === "consultation_beside") setTimeout(() => choose("still-beside", 1), 300); // once it is offered
  if (name === "consultation_measure" || name === "consultation_annotate") {
    setTimeout(() => draw(), 200); // once the picture has its size
  }
}

function choose(testId: string, place: number): void {
  const select = document.querySelector<HTMLSelectElement>(`[data-testid="${testId}"]`);
  if (select === null) return;
  select.selectedIndex = place;
  select.dispatchEvent(new Event("change"));
}

/** A stroke across the picture, as a hand makes it. */
function draw(): void {
  const frame = document.querySelector<HTMLElement>(".loupe-frame");
  if (frame === null) return;
  const { left, top, width, height } = frame.getBoundingClientRect();
  const at = (x: number, y: number) => ({ clientX: left + x * width, clientY: top + y * height, pointerId: 1 });
  frame.setPointerCapture = () => undefined; // this hand is nobody's pointer
  for (const [kind, x, y] of [["down", 0.35, 0.3], ["move", 0.5, 0.45], ["up", 0.52, 0.5]] as const) {
    frame.dispatchEvent(new PointerEvent(`pointer${kind}`, { ...at(x, y), bubbles: true }));
  }
}

async function show(): Promise<void> {
  const root = document.getElementById("page");
  const feed = new WaveFeed();
  const own = drawing(false).captureStream(10);
  const stops_ms = STANDING.has(name) ? 1_200 : undefined;
  const picture = drawing(false, stops_ms).captureStream(12);
  const still = await jpeg(drawing(true));
  const all = scenes({ language, now_ms: NOW_MS, picture, own, still });
  const snapshot = all[name];
  document.documentElement.dataset["scenes"] = Object.keys(all).join(" ");
  if (root === null || snapshot === undefined) throw new Error(`no scene ${name}`);
  const arrival = () => ({
    ...{ name: "Dr Martin", place: "", rpps: "", link: "x", expires_ms: NOW_MS + 9e5 },
    ...{ hasLostKeys: false, acceptLoss: () => undefined },
  });
  const history = new History(passingDatabase());
  const app = new App(root, { texts: new Texts(language), requests, feed, clock_ms, arrival, history });
  if (BEATING.has(name)) stream(feed, "pleth", 60, 0.78, PULSE);
  if (name === "consultation_instruments") {
    stream(feed, "ecg_ii", 125, 0.78, BEAT);
    stream(feed, "respiration", 25, 3.6, BREATH);
  }
  app.show(snapshot);
  setInterval(() => app.tick(), 250);
  if (name in LOOKING) look();
  if (name === "consultation_end") press("end");
  if (name === "consultation_file") document.querySelector<HTMLElement>("[data-testid=patient-file] summary")?.click();
  if (name === "consultation_sound") press("sound-open");
  if (name === "consultation_point") press("point-live");
  if (name === "consultation_instruments") {
    document.querySelector<HTMLElement>("[data-vital=spo2] summary")?.click();
  }
}

/** Shown, with all that is pressed or drawn a little later. */
const speed = query.get("endurance");
const page = document.getElementById("page");
if (speed !== null && page !== null) endure(page, requests, Number(speed), !query.has("still"));
else void show().then(() => {
  const shown = () => (document.documentElement.dataset["shown"] = "yes");
  setTimeout(shown, name in LOOKING || name === "consultation_sound" ? 600 : 0);
});
