/** A voice memo: recorded here, listened to, then sent as a file; bounded. */

import type { PageRequests } from "../../session/requests.ts";
import type { Texts } from "../../texts.ts";
import { button, el, setData, setHidden, setText } from "../dom.ts";

/** chosen: an opinion takes one; all of it lies in a mailbox without filling it. */
export const MEMO_LIMIT_MS = 3 * 60_000;
/** Speech stays clear (RFC 7587, 3.1.1: wideband at 16 to 20 kbit/s). */
const BITRATE_BPS = 24_000;
const TYPES = ["audio/webm;codecs=opus", "audio/ogg;codecs=opus", "audio/mp4"] as const;

export class Memo {
  readonly element: HTMLElement;
  readonly #texts: Texts;
  readonly #requests: PageRequests;
  readonly #record: HTMLButtonElement;
  readonly #player = el("audio", { controls: true, "data-testid": "memo-player" });
  readonly #review: HTMLElement;
  readonly #told = el("p", { class: "note", role: "status", "data-testid": "memo-told" });
  #recorder: MediaRecorder | null = null;
  #began_ms = 0;
  #memo: Blob | null = null;
  #isClosed = false;

  constructor(texts: Texts, requests: PageRequests) {
    this.#texts = texts;
    this.#requests = requests;
    this.#record = button(texts.say("expertise.memo"), () => void this.#press(), {
      "data-testid": "memo-record",
    });
    this.#player.setAttribute("aria-label", texts.say("expertise.memo.listen"));
    const send = button(texts.say("expertise.memo.send"), () => void this.#send(), {
      class: "primary",
      "data-testid": "memo-send",
    });
    const drop = button(texts.say("expertise.memo.drop"), () => this.#drop(), { class: "quiet" });
    this.#review = el("div", { class: "line memo", hidden: true }, this.#player, send, drop);
    const limit = texts.say("expertise.memo.limit", { n: MEMO_LIMIT_MS / 60_000 });
    this.element = el(
      "div",
      {},
      el("div", { class: "line" }, this.#record, el("span", { class: "hint" }, limit)),
      this.#review,
      this.#told,
    );
  }

  show(now_ms: number): void {
    if (this.#recorder === null) return;
    if (this.#began_ms === 0) this.#began_ms = now_ms;
    const age = this.#texts.age(now_ms - this.#began_ms);
    setText(this.#record, this.#texts.say("expertise.memo.stop", { age }));
    if (now_ms - this.#began_ms >= MEMO_LIMIT_MS) this.#recorder.stop();
  }

  /** Let go of the microphone and of what was recorded. */
  close(): void {
    this.#isClosed = true;
    this.#recorder?.stop();
    this.#drop();
  }

  async #press(): Promise<void> {
    if (this.#recorder !== null) return this.#recorder.stop();
    this.#drop();
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      if (!this.#isClosed) return this.#start(stream);
      stopped(stream); // the screen left while the browser asked
    } catch {
      setText(this.#told, this.#texts.say("expertise.memo.absent"));
    }
  }

  #start(stream: MediaStream): void {
    const mimeType = TYPES.find((type) => MediaRecorder.isTypeSupported(type)) ?? "";
    const recorder = new MediaRecorder(stream, { mimeType, audioBitsPerSecond: BITRATE_BPS });
    const parts: Blob[] = [];
    recorder.ondataavailable = ({ data }) => void parts.push(data);
    recorder.onstop = () => {
      stopped(stream);
      this.#recorder = null;
      setText(this.#record, this.#texts.say("expertise.memo"));
      const type = recorder.mimeType.split(";")[0] ?? "";
      this.#listen(new Blob(parts, { type }));
    };
    this.#recorder = recorder;
    this.#began_ms = 0; // the next look at the clock begins it
    recorder.start();
  }

  #listen(memo: Blob): void {
    if (this.#isClosed) return;
    this.#memo = memo;
    this.#player.src = URL.createObjectURL(memo);
    setHidden(this.#review, memo.size === 0);
    setData(this.#review, "unsent", memo.size > 0 ? "yes" : "no");
  }

  async #send(): Promise<void> {
    const memo = this.#memo;
    if (memo === null) return;
    const bytes = new Uint8Array(await memo.arrayBuffer());
    if (this.#memo !== memo) return; // the GP sees another patient by now
    const label = this.#texts.say("expertise.memo.label", { time: this.#texts.time(this.#began_ms) });
    const id = await this.#requests.offerFile(bytes, label, memo.type);
    this.#drop();
    setText(this.#told, this.#texts.say(id === null ? "expertise.memo.refused" : "expertise.memo.joined"));
  }

  #drop(): void {
    if (this.#memo !== null) URL.revokeObjectURL(this.#player.src);
    this.#memo = null;
    this.#player.removeAttribute("src");
    setHidden(this.#review, true);
    setData(this.#review, "unsent", "no");
    setText(this.#told, "");
  }
}

function stopped(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}
