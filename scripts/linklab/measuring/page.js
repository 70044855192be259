// Watches a page's call from outside; the page knows nothing of it and behaves as without it.
// Everything is kept in memory until the bench takes it after the call. Times are milliseconds of
// the machine's wall clock.
(() => {
  const CELLS = 20;
  const STRIP = 1 / 30;
  const SAMPLE_EVERY_MS = 500;
  const SAMPLES = 400;
  const now_ms = () => performance.timeOrigin + performance.now();
  const bench = {
    connections: [],
    pictures: [], // [ms, ...cells]: pictures shown here, or captured here
    presented: [], // [ms, element, track, frames the element has presented so far]: see watch
    samples: [], // whole pictures, twice a second: {ms, cells, width, height, data}
    sound: { chunks: [], data: [], rate: 0 }, // chunks: [ms of the first sample, samples]
    statistics: [],
    opened: [], // [ms, bytes]: what the page has opened with its keys
    failures: [],
  };
  window.bench = bench;
  const fail = (error) => bench.failures.push(String(error));

  // The mean of the middle of each cell (linklab/measuring/stamp.py, cells_of).
  const cellsOf = (luma, stride, width, rows) => {
    const cells = [];
    const top = Math.floor(rows / 4);
    for (let index = 0; index < CELLS; index += 1) {
      const left = Math.round(((index + 0.25) * width) / CELLS);
      const right = Math.max(left + 1, Math.round(((index + 0.75) * width) / CELLS));
      let sum = 0;
      for (let y = top; y < rows - top; y += 1) {
        for (let x = left; x < right; x += 1) sum += luma[y * stride + x];
      }
      cells.push(Math.round(sum / ((rows - 2 * top) * (right - left))));
    }
    return cells;
  };

  const readStrip = async (frame) => {
    const { width, height } = frame.visibleRect;
    const rows = Math.max(2, 2 * Math.round((height * STRIP) / 2));
    const rect = { x: frame.visibleRect.x, y: frame.visibleRect.y, width: width & ~1, height: rows };
    const buffer = new Uint8Array(frame.allocationSize({ rect }));
    const layout = await frame.copyTo(buffer, { rect });
    const exact = Math.max(1, Math.round(height * STRIP));
    return cellsOf(buffer.subarray(layout[0].offset), layout[0].stride, width & ~1, exact);
  };

  let sampled_ms = 0;
  const look = async (frame, ms, takesSamples) => {
    try {
      const cells = await readStrip(frame);
      bench.pictures.push([ms, ...cells]);
      if (takesSamples && ms - sampled_ms >= SAMPLE_EVERY_MS && bench.samples.length < SAMPLES) {
        sampled_ms = ms;
        const { width, height } = frame.visibleRect;
        const data = new Uint8Array(frame.allocationSize());
        const layout = await frame.copyTo(data);
        bench.samples.push({ ms, cells, width, height, format: frame.format, layout, data });
      }
    } catch (error) {
      fail(error);
    } finally {
      frame.close();
    }
  };

  // While two connections overlap, a person hears the one that an element plays.
  const isPlayed = (track) => {
    const elements = [...document.querySelectorAll("audio, video")];
    const played = elements.flatMap(({ srcObject }) => srcObject?.getAudioTracks() ?? []);
    return played.length === 0 || played.includes(track);
  };

  // Sound: every sample the track delivers while it is heard, with the time at which its chunk came.
  bench.listen = async (track, original = track) => {
    const reader = new MediaStreamTrackProcessor({ track, maxBufferSize: 200 }).readable.getReader();
    let offset_ms = Infinity; // from the chunks' clock to the wall clock: the quickest delivery tells
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      offset_ms = Math.min(offset_ms, now_ms() - value.timestamp / 1000);
      if (track !== original && !isPlayed(original)) {
        value.close();
        continue;
      }
      const whole = new Float32Array(value.numberOfFrames);
      value.copyTo(whole, { planeIndex: 0, format: "f32-planar" });
      const short = new Int16Array(whole.length);
      for (let at = 0; at < whole.length; at += 1) {
        short[at] = Math.max(-32768, Math.min(32767, Math.round(whole[at] * 32767)));
      }
      bench.sound.rate = value.sampleRate;
      bench.sound.chunks.push([value.timestamp / 1000, short.length]);
      bench.sound.data.push(short);
      bench.sound.offset_ms = offset_ms;
      value.close();
    }
  };

  // Pictures a camera captured here.
  bench.watchCapture = async (track) => {
    const reader = new MediaStreamTrackProcessor({ track, maxBufferSize: 4 }).readable.getReader();
    let offset_ms = Infinity;
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      offset_ms = Math.min(offset_ms, now_ms() - value.timestamp / 1000);
      await look(value, value.timestamp / 1000, false);
      bench.capture_offset_ms = offset_ms;
    }
  };

  // Pictures shown here that came from the other end.
  const remote = new WeakMap(); // track to its number
  const watched = new WeakSet();
  const remoteTrack = (video) =>
    (video.srcObject?.getVideoTracks() ?? []).find((track) => remote.has(track));
  let elements = 0;
  let tracks = 0;
  const watch = (video) => {
    watched.add(video);
    let source = null;
    let element = 0; // another for each source: the browser begins to count anew
    const seen = (_, facts) => {
      video.requestVideoFrameCallback(seen);
      if (video.srcObject !== source) {
        source = video.srcObject;
        elements += 1;
        element = elements;
      }
      const track = remoteTrack(video);
      if (!track || video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return;
      const ms = performance.timeOrigin + facts.presentationTime;
      bench.presented.push([ms, element, remote.get(track), facts.presentedFrames]);
      try {
        const frame = new VideoFrame(video, { timestamp: 0 });
        void look(frame, ms, true);
      } catch (error) {
        fail(error);
      }
    };
    video.requestVideoFrameCallback(seen);
  };
  setInterval(() => {
    if (bench.isDeaf) return;
    for (const video of document.querySelectorAll("video")) {
      if (!watched.has(video) && remoteTrack(video)) watch(video);
    }
  }, 50);

  const Native = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Native {
    constructor(...words) {
      super(...words);
      bench.connections.push(this);
      this.addEventListener("track", ({ track }) => {
        if (!remote.has(track)) {
          tracks += 1;
          remote.set(track, tracks);
        }
        if (track.kind === "audio" && !bench.isDeaf) bench.listen(track.clone(), track).catch(fail);
      });
    }
  };

  const KINDS = new Set(["inbound-rtp", "outbound-rtp", "data-channel", "codec"]);
  setInterval(async () => {
    const ms = now_ms();
    for (const [index, connection] of bench.connections.entries()) {
      if (connection.connectionState === "closed") continue;
      const facts = [...(await connection.getStats()).values()].filter(({ type }) => KINDS.has(type));
      bench.statistics.push({ ms, connection: index, facts });
    }
  }, 1000);

  const open = SubtleCrypto.prototype.decrypt;
  SubtleCrypto.prototype.decrypt = async function decrypt(...words) {
    const opened = await open.apply(this, words);
    bench.opened.push([now_ms(), opened.slice(0)]);
    return opened;
  };

  const BLOCK = 0x8000;
  const text = (bytes) => {
    let binary = "";
    for (let at = 0; at < bytes.length; at += BLOCK) {
      binary += String.fromCharCode(...bytes.subarray(at, at + BLOCK));
    }
    return btoa(binary);
  };
  bench.takeSound = () => {
    const total = bench.sound.data.reduce((sum, piece) => sum + piece.length, 0);
    const whole = new Int16Array(total);
    let at = 0;
    for (const piece of bench.sound.data) {
      whole.set(piece, at);
      at += piece.length;
    }
    const { chunks, rate, offset_ms } = bench.sound;
    return { chunks, rate, offset_ms: offset_ms ?? 0, data: text(new Uint8Array(whole.buffer)) };
  };
  bench.takePictures = () => {
    const { pictures, capture_offset_ms } = bench;
    return { pictures, offset_ms: capture_offset_ms ?? 0 };
  };
  bench.takeSample = (index) => {
    const sample = bench.samples[index];
    return sample && { ...sample, data: text(sample.data) };
  };
  bench.takeOpened = () => bench.opened.map(([ms, data]) => [ms, text(new Uint8Array(data))]);
})();
