/** What the GP sent and what the site answered: requests, messages, the summary. */

import type { Message } from "../core/wire.ts";
import type { AskWhat } from "./requests.ts";
import type { AskState, AskView, SummaryView, TextView } from "./snapshot.ts";
import { isSameSummary, NO_DRAFT, type SummaryDraft } from "./summary.ts";

/** Lines kept on the screen; chosen: a consultation has some dozens. */
export const LINES_LIMIT = 500;

type Of<K extends Message["kind"]> = Extract<Message, { kind: K }>;
type Sent = Of<"asked"> | Of<"text"> | Of<"summary">;

export class Exchanges {
  #asks: readonly AskView[] = [];
  #texts: readonly TextView[] = [];
  #draft: SummaryDraft = NO_DRAFT;
  #sentSummary: { readonly draft: SummaryDraft; readonly written_ms: number } | null = null;
  #received_ms: number | null = null;
  #lastAsk = 0;
  #lastText = 0;
  /** Numbers of durable parcels on their way, and what to mark when they are received. */
  readonly #sent = new Map<number, Sent | { kind: "text_line"; id: number }>();

  get asks(): readonly AskView[] {
    return this.#asks;
  }

  get texts(): readonly TextView[] {
    return this.#texts;
  }

  get summary(): SummaryView {
    const { text: draftText, ...draft } = this.#draft;
    const sent = this.#sentSummary?.draft ?? NO_DRAFT;
    const isChanged = !isSameSummary(this.#draft, sent);
    const isSent = this.#sentSummary !== null;
    const told = { sentText: sent.text, received_ms: this.#received_ms, isSent, isChanged };
    return { draftText, ...told, ...draft };
  }

  /** The consultation is over: only the summary stays, until the page closes. */
  forget(): void {
    this.#asks = [];
    this.#texts = [];
    this.#sent.clear();
  }

  /** The GP asks for a step of the examination. */
  ask(what: AskWhat, text: string, now_ms: number): Of<"asked"> {
    this.#lastAsk += 1;
    const line: AskView = { id: this.#lastAsk, what, text, asked_ms: now_ms, state: "sending" };
    this.#asks = [...this.#asks, line].slice(-LINES_LIMIT);
    return { kind: "asked", id: line.id, what, text };
  }

  answered({ id, outcome }: Of<"ask_answered">): void {
    if (outcome === "done" || outcome === "not_possible") this.#mark(id, outcome);
  }

  write(text: string, now_ms: number): Of<"text"> {
    this.#addText(text, true, now_ms);
    return { kind: "text", text, written_ms: now_ms };
  }

  read(text: string, at_ms: number): void {
    this.#addText(text, false, at_ms);
  }

  draft(part: Partial<SummaryDraft>): void {
    this.#draft = { ...this.#draft, ...part };
  }

  get drafted(): SummaryDraft {
    return this.#draft;
  }

  /** What is written now, to be signed and sent; it replaces what was sent before. */
  summarise(now_ms: number): Of<"summary"> {
    this.#draft = { ...this.#draft, text: this.#draft.text.trim() };
    const written_ms = Math.max(now_ms, (this.#sentSummary?.written_ms ?? 0) + 1);
    this.#sentSummary = { draft: this.#draft, written_ms };
    this.#received_ms = null;
    const { notes: _, ...told } = this.#draft;
    return { kind: "summary", ...told, written_ms, signature: new Uint8Array() };
  }

  /** An earlier process of this page sent it. */
  restore(number: number, message: Message, at_ms: number): void {
    if (message.kind === "asked") {
      this.#lastAsk = message.id - 1;
      this.ask(message.what as AskWhat, message.text, at_ms);
    } else if (message.kind === "text") this.write(message.text, at_ms);
    else if (message.kind === "summary") {
      const { kind: _, signature: _signature, written_ms, ...told } = message;
      this.#draft = { ...this.#draft, ...told };
      this.#sentSummary = { draft: this.#draft, written_ms };
      this.#received_ms = null;
    }
    this.sent(number, message);
  }

  /** It could not be signed: it counts as not sent. */
  unsent({ written_ms }: Of<"summary">): void {
    if (this.#sentSummary?.written_ms === written_ms) this.#sentSummary = null;
  }

  /** The message left under this number. */
  sent(number: number, message: Message): void {
    if (message.kind === "text") this.#sent.set(number, { kind: "text_line", id: this.#lastText });
    else if (message.kind === "asked" || message.kind === "summary") this.#sent.set(number, message);
  }

  /** The site has what left under this number. */
  received(number: number, now_ms: number): void {
    const sent = this.#sent.get(number);
    this.#sent.delete(number);
    if (sent?.kind === "asked") this.#mark(sent.id, "received");
    else if (sent?.kind === "text_line") this.#markText(sent.id);
    else if (sent?.kind === "summary" && sent.written_ms === this.#sentSummary?.written_ms) {
      this.#received_ms = now_ms;
    }
  }

  #mark(id: number, state: AskState): void {
    // An answer may overtake the receipt; a receipt never takes an answer back.
    this.#asks = this.#asks.map((ask) => {
      const isSettled = ask.state === "done" || ask.state === "not_possible";
      return ask.id !== id || (isSettled && state === "received") ? ask : { ...ask, state };
    });
  }

  #addText(text: string, isMine: boolean, at_ms: number): void {
    this.#lastText += 1;
    const line: TextView = { id: this.#lastText, isMine, text, at_ms, isReceived: !isMine };
    this.#texts = [...this.#texts, line].slice(-LINES_LIMIT);
  }

  #markText(id: number): void {
    this.#texts = this.#texts.map((line) => (line.id === id ? { ...line, isReceived: true } : line));
  }
}
