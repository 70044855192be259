/** Plays one recording: a part of it over and over, slower, through a bell or a diaphragm. */

/** Pass bands in Hz of what a chest piece lets through; `wide` lets everything. */
export const FILTERS = {
  wide: null,
  bell: { low_hz: 20, high_hz: 200 },
  diaphragm: { low_hz: 100, high_hz: 1_000 },
} as const;

export type FilterName = keyof typeof FILTERS;

/** Quality of the two halves of a Butterworth filter of the fourth order: 24 dB an octave. */
const BUTTERWORTH = [0.541, 1.307] as const;

export interface Playing {
  /** Seconds of the recording. */
  readonly start_s: number;
  readonly end_s: number;
  readonly isLooped: boolean;
  readonly speed: number;
  readonly gain_db: number;
  readonly filter: FilterName;
}

/** The nodes of one filter, in the order the sound goes through them. */
export function filterNodes(context: BaseAudioContext, name: FilterName): BiquadFilterNode[] {
  const band = FILTERS[name];
  if (band === null) return [];
  const halves = (type: BiquadFilterType, frequency: number) =>
    // In dB: what Web Audio takes as the Q of a low or high pass.
    BUTTERWORTH.map(
      (q) => new BiquadFilterNode(context, { type, frequency, Q: 20 * Math.log10(q) }),
    );
  return [...halves("highpass", band.low_hz), ...halves("lowpass", band.high_hz)];
}

export class Turntable {
  readonly #onEnd: () => void;
  #context: AudioContext | null = null;
  #source: AudioBufferSourceNode | null = null;
  #nodes: AudioNode[] = [];
  #playing: Playing | null = null;
  #began_s = 0;

  constructor(onEnd: () => void) {
    this.#onEnd = onEnd;
  }

  get isPlaying(): boolean {
    return this.#source !== null;
  }

  /** Where in the recording it is now, in seconds; `null` while it does not play. */
  get place_s(): number | null {
    if (this.#context === null || this.#playing === null || this.#source === null) return null;
    const { start_s, end_s, speed, isLooped } = this.#playing;
    const passed_s = (this.#context.currentTime - this.#began_s) * speed;
    const length_s = Math.max(end_s - start_s, 0.001);
    return start_s + (isLooped ? passed_s % length_s : Math.min(passed_s, length_s));
  }

  /** Play, from the beginning of the part. */
  play(sound: AudioBuffer, playing: Playing): void {
    this.stop();
    this.#context ??= new AudioContext();
    void this.#context.resume();
    const { start_s, end_s, isLooped, speed } = playing;
    const source = new AudioBufferSourceNode(this.#context, {
      buffer: sound,
      loop: isLooped,
      loopStart: start_s,
      loopEnd: end_s,
      playbackRate: speed,
    });
    source.onended = () => {
      if (this.#source !== source) return;
      this.stop();
      this.#onEnd();
    };
    this.#source = source;
    this.#playing = playing;
    this.#connect(this.#context, source, playing);
    this.#began_s = this.#context.currentTime;
    if (isLooped) source.start(0, start_s);
    else source.start(0, start_s, end_s - start_s);
  }

  stop(): void {
    const source = this.#source;
    this.#source = null;
    source?.stop();
    for (const node of this.#nodes) node.disconnect();
    this.#nodes = [];
  }

  /** Give the loudspeaker back. */
  close(): void {
    this.stop();
    void this.#context?.close();
    this.#context = null;
  }

  #connect(context: AudioContext, source: AudioNode, { filter, gain_db }: Playing): void {
    const gain = new GainNode(context, { gain: 10 ** (gain_db / 20) });
    this.#nodes = [source, ...filterNodes(context, filter), gain];
    this.#nodes.reduce((before, node) => before.connect(node)).connect(context.destination);
  }
}
