/** A whole site for the session's tests: relay, handshake and data channel without a network. */

import { type Opener, type Sealer, sessionCiphers } from "@page/core/envelope.ts";
import type { FrameKeys } from "@page/core/frame_keys.ts";
import { GpHandshake } from "@page/core/handshake.ts";
import { Identity } from "@page/core/identity.ts";
import { Invitation } from "@page/core/invitation.ts";
import { Letter } from "@page/core/letters.ts";
import { decode, encode, isDurable, type Message, type Parcel } from "@page/core/wire.ts";
import type { RelayEvents } from "@page/net/relay.ts";
import { NO_COUNT } from "@page/net/statistics.ts";
import type { MediaPeer } from "@page/session/consultation_ports.ts";
import type { PeerEvents } from "@page/session/line.ts";
import type { Mailbox, Ports } from "@page/session/ports.ts";
import { Profession } from "@page/session/profession.ts";
import { WaveFeed } from "@page/session/wave.ts";
import { EncryptedAttestation } from "@page/store/attestation.ts";
import { Book } from "@page/store/book.ts";
import { passingDatabase } from "@page/store/database.ts";
import { Journal } from "@page/store/journal.ts";
import { FakeSite } from "../core/fake_site.ts";
import { FakeTimer, until } from "../fake_timer.ts";
import { ScriptedBroker } from "./scripted_broker.ts";

const EXPIRES_S = 2_000_000_000;
const SITE_NONCE = new Uint8Array(32).fill(3);
const GP_CERTIFICATE = new Uint8Array(32).fill(7);
const SITE_CERTIFICATE = new Uint8Array(32).fill(8);

/** The page's end of a connection, and what the page did with it. */
export class ScriptedPeer implements MediaPeer {
  readonly localFingerprint = GP_CERTIFICATE;
  readonly remoteFingerprint = SITE_CERTIFICATE;
  readonly picture = {} as MediaStream;
  readonly voice = {} as MediaStream;
  readonly sent: Uint8Array[] = [];
  camera: MediaStreamTrack | null = null;
  isClosed = false;
  canSeal = false;
  canShow = true;
  /** What both ends agreed on. */
  sealed: (FrameKeys | null)[] = [];

  constructor(readonly events: PeerEvents<MediaPeer>) {}

  answer = async (offer: string) => `answer to ${offer}`;
  allow = async () => {};
  count = async () => ({ ...NO_COUNT, framesDecoded: 12, rtt_ms: 40 });
  setMicrophone = () => undefined;
  seal = (keys: FrameKeys | null) => void this.sealed.push(keys);

  setCamera(track: MediaStreamTrack | null): void {
    this.camera = track;
  }

  send(data: Uint8Array): boolean {
    this.sent.push(data);
    return !this.isClosed;
  }

  close(): void {
    this.isClosed = true;
  }
}

export class ScriptedSite {
  readonly clock = new FakeTimer();
  readonly database = passingDatabase();
  readonly peers: ScriptedPeer[] = [];
  readonly drafts: string[] = [];
  readonly feed = new WaveFeed();
  cameraWasAsked = false;
  mailboxIsStopped = false;
  mailboxRenewals = 0;
  /** Letters of the page's. */
  puts = 0;
  #relay: RelayEvents | null = null;
  readonly #letters: Letter[] = [];
  readonly #parcels: Parcel[] = [];
  #sealer: Sealer | null = null;
  #opener: Opener | null = null;
  #tag = new Uint8Array();
  #lastNumber = 0;

  private constructor(
    readonly identity: Identity,
    readonly invitation: Invitation,
    readonly book: Book,
    readonly broker: ScriptedBroker,
  ) {}

  static async open(expires_s = EXPIRES_S): Promise<ScriptedSite> {
    const identity = await Identity.of(await Identity.made());
    const secret = crypto.getRandomValues(new Uint8Array(16));
    const invitation = new Invitation(identity.address, secret, expires_s, null);
    const book = await Book.open(passingDatabase());
    return new ScriptedSite(identity, invitation, book, await ScriptedBroker.open());
  }

  /** The link's fragment, written here so that the page's reader meets another's writing. */
  get fragment(): string {
    const { siteAddress, secret, expires_s } = this.invitation;
    const expiry = [24, 16, 8, 0].map((shift) => (expires_s >>> shift) & 255);
    const bytes = [0x85, 1, 0x58, 32, ...siteAddress, 0x50, ...secret, 0x1a, ...expiry, 0xf6];
    const base64 = btoa(String.fromCharCode(...bytes));
    return base64.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  }

  /** What the session under test is given. */
  ports(): Ports {
    const own = Identity.made().then((pair) => Identity.of(pair));
    const profession = new Profession({
      broker: this.broker,
      store: new EncryptedAttestation(this.database),
      timer: this.clock.timer,
      clock_ms: () => this.clock.now_ms,
      identity: () => own,
      openTab: () => undefined,
    });
    return {
      profession,
      timer: this.clock.timer,
      feed: this.feed,
      devices: {
        microphone: async () => ({ state: "absent", track: null }),
        camera: async () => {
          this.cameraWasAsked = true;
          return { state: "absent", track: null };
        },
      },
      drafts: {
        load: async () => "",
        keep: (_invitation, text) => void this.drafts.push(text),
        erase: () => void this.drafts.push("(erased)"),
        tidy: () => undefined,
      },
      contacts: this.book,
      clock_ms: () => this.clock.now_ms,
      identity: () => own,
      handshake: (identity, invitation) => GpHandshake.create(identity, invitation),
      openMailbox: async (_identity, _relay, events) => this.#mailbox(events),
      makePeer: (events) => {
        const peer = new ScriptedPeer(events);
        this.peers.push(peer);
        return peer;
      },
      remember: () => undefined,
      recall: () => ({ name: "", place: "", rpps: "" }),
      diary: (id) => Journal.begun(this.database, id),
    };
  }

  /** The relay answers. */
  reachable(): void {
    this.#relay?.onReachable(true);
  }

  refusePut(): void {
    this.#relay?.onRefused("not_admitted", 1);
  }

  /** The letter of this kind the page has put, when it has. */
  async letter(kind: Letter["kind"]): Promise<Letter> {
    await until(() => this.#letters.some((letter) => letter.kind === kind));
    return this.#letters.find((letter) => letter.kind === kind) as Letter;
  }

  async push(letter: Letter): Promise<void> {
    await this.#relay?.onLetter(letter.encode());
  }

  /** Agree on keys with the page. */
  async agree(): Promise<void> {
    const draws = {
      ephemeralSeed: new Uint8Array(32).fill(1),
      share: new Uint8Array(32).fill(2),
      nonce: SITE_NONCE,
      time_s: 7,
    };
    const fake = new FakeSite(this.identity, this.invitation, draws);
    await this.push(await fake.answer(await this.letter("knock")));
    const { agreement } = await fake.agree(await this.letter("m2"));
    ({ sealer: this.#sealer, opener: this.#opener } = sessionCiphers(agreement.keys, "site"));
    this.#tag = agreement.keys.tag;
    await this.push(new Letter("m3", await agreement.sealNonce(SITE_NONCE)));
  }

  /** Give what is said from now on numbers beyond this one. */
  skipTo(number: number): void {
    this.#lastNumber = number;
  }

  /** Say this through the mailbox. */
  async write(message: Message): Promise<void> {
    await this.push(Letter.sealed(this.#tag, await this.#sealed(message)));
  }

  /** Say this on a connection. */
  async speak(peer: ScriptedPeer, message: Message): Promise<void> {
    peer.events.onData(peer, await this.#sealed(message));
  }

  /** Offer a connection and bring it up to the hello. */
  async connect(attempt: number, hello: Partial<Hello> = {}): Promise<ScriptedPeer> {
    await this.write({ kind: "signal", signal_kind: "offer", attempt, sdp: "offer" });
    await this.said("signal", (signal) => signal.attempt === attempt);
    const peer = this.peers.at(-1) as ScriptedPeer;
    peer.events.onOpen(peer);
    await this.speak(peer, {
      kind: "hello",
      local_fingerprint: SITE_CERTIFICATE,
      remote_fingerprint: GP_CERTIFICATE,
      sent_ms: this.clock.now_ms,
      frames: 0,
      ...hello,
    });
    return peer;
  }

  /** The page's message of this kind that fits, after so many others, once it has come. */
  async said<K extends Message["kind"]>(
    kind: K,
    fits: (message: Extract<Message, { kind: K }>) => boolean = () => true,
    after = 0,
  ): Promise<Parcel> {
    for (;;) {
      await this.#openAll();
      const [found] = this.#parcels
        .filter(({ message }) => message.kind === kind)
        .filter(({ message }) => fits(message as Extract<Message, { kind: K }>))
        .slice(after);
      if (found !== undefined) return found;
      await until(() => this.#hasNews());
    }
  }

  /** Of all messages the page has said so far, as far as they were looked at. */
  get kinds(): readonly string[] {
    return this.#parcels.map(({ message }) => message.kind);
  }

  /** Tell the page that everything up to this number has come. */
  async receipt(number: number): Promise<void> {
    await this.write({ kind: "received", up_to: number, beyond: [] });
  }

  #hasNews(): boolean {
    const isSealed = ({ kind }: Letter) => kind === "sealed";
    return this.#letters.some(isSealed) || this.peers.some(({ sent }) => sent.length > 0);
  }

  async #openAll(): Promise<void> {
    const sealed = this.#letters.filter(({ kind }) => kind === "sealed");
    for (const letter of sealed) this.#letters.splice(this.#letters.indexOf(letter), 1);
    const byMailbox = sealed.map((letter) => letter.envelopeFor(this.#tag));
    const byLine = this.peers.flatMap(({ sent }) => sent.splice(0));
    for (const envelope of [...byMailbox, ...byLine]) {
      if (envelope === null || this.#opener === null) throw new Error("not of this session");
      this.#parcels.push(...decode(await this.#opener.open(envelope)));
    }
  }

  async #sealed(message: Message): Promise<Uint8Array> {
    if (this.#sealer === null) throw new Error("no keys yet");
    if (isDurable(message)) this.#lastNumber += 1;
    const number = isDurable(message) ? this.#lastNumber : null;
    return this.#sealer.seal(encode({ number, message }));
  }

  #mailbox(events: RelayEvents): Mailbox {
    this.#relay = events;
    return {
      admit: () => undefined,
      put: (_to, _token, data) => {
        this.puts += 1;
        this.#letters.push(Letter.decode(data));
      },
      renew: () => void ++this.mailboxRenewals,
      stop: () => {
        this.mailboxIsStopped = true;
      },
    };
  }
}

type Hello = Extract<Message, { kind: "hello" }>;
