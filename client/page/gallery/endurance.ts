/** A long consultation of the real modules, faster than time where wanted; `scripts/page_endurance`. */

import { Chart } from "../src/session/chart.ts";
import { ClockOffset } from "../src/session/clock_offset.ts";
import type { PageRequests } from "../src/session/requests.ts";
import { EMPTY, type PageSnapshot } from "../src/session/snapshot.ts";
import { WaveFeed } from "../src/session/wave.ts";
import { Texts } from "../src/texts.ts";
import { ConsultationScreen } from "../src/ui/consultation/screen.ts";

const RATE_HZ = 60;
const BLOCK_MS = 250;
const READING_MS = 1_000;
const TICK_MS = 250;
const BEGUN_MS = new Date(2026, 10, 12, 14, 30).getTime();
const CMS50E = { model: "CMS50E", serial: null, firmware: null };
const TOLD = { origin: "live", record: null, measured_at: null, marks: [], sent_as: null };

/** Play on, `speed` times as fast as time; without waves for comparison. */
export function endure(root: HTMLElement, requests: PageRequests, speed: number, waves: boolean): void {
  const started_ms = performance.now();
  const clock_ms = () => BEGUN_MS + (performance.now() - started_ms) * speed;
  const feed = new WaveFeed();
  const chart = new Chart(new ClockOffset());
  chart.instruments({ kind: "instruments", items: [{ kind: "oximeter", ...CMS50E, state: "measuring" }] });
  const screen = new ConsultationScreen({ texts: new Texts("fr"), requests }, feed, clock_ms);
  root.replaceChildren(screen.element);
  let [block_ms, reading_ms] = [BEGUN_MS, BEGUN_MS];
  setInterval(() => {
    const now_ms = clock_ms();
    for (; block_ms <= now_ms; block_ms += BLOCK_MS) if (waves) pulse(feed, block_ms, now_ms);
    for (; reading_ms <= now_ms; reading_ms += READING_MS) measure(chart, reading_ms);
    document.documentElement.dataset["simulated"] = String(Math.floor((now_ms - BEGUN_MS) / 1_000));
  }, Math.max(4, BLOCK_MS / speed));
  setInterval(() => screen.show(shown(chart), clock_ms()), TICK_MS / Math.min(4, speed));
}

function pulse(feed: WaveFeed, block_ms: number, now_ms: number): void {
  const samples = Uint8Array.from({ length: (RATE_HZ * BLOCK_MS) / 1_000 }, (_, n) => {
    const part = ((block_ms + (n * 1_000) / RATE_HZ) / 780) % 1;
    return 14 + 88 * Math.exp(-(((part - 0.2) / 0.11) ** 2));
  });
  feed.add("pleth", samples, RATE_HZ, now_ms);
}

function measure(chart: Chart, taken_ms: number): void {
  const wander = Math.round(2 * Math.sin(taken_ms / 60_000));
  const told = { kind: "measured", quality: "good", taken_ms, ...CMS50E, ...TOLD } as const;
  chart.measured({ ...told, vital: "spo2", value: 96 + wander, unit: "%" }, taken_ms);
  chart.measured({ ...told, vital: "pulse", value: 76 + 3 * wander, unit: "/min" }, taken_ms);
}

function shown(chart: Chart): PageSnapshot {
  const { vitals, trends, instruments } = chart.view();
  const link = { ...EMPTY.link, state: "up" } as const;
  return { ...EMPTY, phase: "consulting", siteName: "Pharmacie", link, vitals, trends, instruments };
}
