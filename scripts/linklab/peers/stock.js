// A stock browser call, for both of its ends: nothing tuned, one data channel.
(() => {
  const stock = { taken: [], readings: [], still: { ended_ms: null, bytes: 0 } };
  window.stock = stock;
  const CHUNK = 16_384;
  const now_ms = () => performance.timeOrigin + performance.now();

  const gathered = (connection) =>
    new Promise((resolve) => {
      const look = () => connection.iceGatheringState === "complete" && resolve();
      connection.addEventListener("icegatheringstatechange", look);
      look();
    });

  const preferred = (connection, codec) => {
    if (!codec) return;
    const { codecs } = RTCRtpReceiver.getCapabilities("video");
    const isFirst = ({ mimeType }) => mimeType.toLowerCase() === `video/${codec}`;
    const order = [...codecs.filter(isFirst), ...codecs.filter((one) => !isFirst(one))];
    for (const transceiver of connection.getTransceivers()) {
      if (transceiver.receiver.track.kind === "video") transceiver.setCodecPreferences(order);
    }
  };

  const show = (connection) => {
    connection.addEventListener("track", ({ track, streams }) => {
      const element = document.createElement(track.kind);
      element.srcObject = streams[0] ?? new MediaStream([track]);
      element.autoplay = true;
      element.muted = track.kind === "video";
      document.body.append(element);
      element.play().catch(() => {});
    });
  };

  const take = ({ data }) => {
    if (typeof data === "string") {
      stock.readings.push([JSON.parse(data).taken_ms, now_ms()]);
      return;
    }
    stock.still.bytes += data.byteLength;
    stock.still.ended_ms = now_ms();
  };

  stock.capture = async (width, height, rate) => {
    const video = { width, height, frameRate: rate };
    stock.stream = await navigator.mediaDevices.getUserMedia({ audio: true, video });
  };

  stock.offer = async (codec) => {
    window.bench.isDeaf = true;
    const connection = new RTCPeerConnection();
    stock.connection = connection;
    show(connection);
    for (const track of stock.stream.getTracks()) {
      connection.addTrack(track, stock.stream);
      if (track.kind === "audio") void window.bench.listen(track.clone());
      else void window.bench.watchCapture(track.clone());
    }
    preferred(connection, codec);
    stock.channel = connection.createDataChannel("bench");
    await connection.setLocalDescription();
    await gathered(connection);
    return connection.localDescription.sdp;
  };

  stock.answer = async (sdp) => {
    const connection = new RTCPeerConnection();
    stock.connection = connection;
    show(connection);
    connection.addEventListener("datachannel", ({ channel }) => {
      channel.binaryType = "arraybuffer";
      channel.addEventListener("message", take);
    });
    await connection.setRemoteDescription({ type: "offer", sdp });
    for (const track of stock.stream.getTracks()) connection.addTrack(track, stock.stream);
    await connection.setLocalDescription();
    await gathered(connection);
    return connection.localDescription.sdp;
  };

  stock.accept = (sdp) => stock.connection.setRemoteDescription({ type: "answer", sdp });

  stock.readingsEvery = (period_ms) =>
    setInterval(() => {
      const { channel } = stock;
      const taken_ms = now_ms();
      const send = () => channel.send(JSON.stringify({ taken_ms, spo2_pct: 97 }));
      stock.taken.push(taken_ms);
      if (channel.readyState === "open") send();
      else channel.addEventListener("open", send, { once: true });
    }, period_ms);

  stock.sendStill = (bytes) => {
    stock.still_ms = now_ms();
    const picture = new Uint8Array(bytes);
    const send = () => {
      for (let at = 0; at < bytes; at += CHUNK) stock.channel.send(picture.subarray(at, at + CHUNK));
    };
    if (stock.channel.readyState === "open") send();
    else stock.channel.addEventListener("open", send, { once: true });
  };
})();
