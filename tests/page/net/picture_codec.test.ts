import { expect, test } from "vitest";
import { pictureCodec } from "@page/net/peer.ts";

/** An answer in which the site's picture is this section; then comes our own. */
const answer = (...picture: string[]) =>
  [
    "v=0",
    "m=audio 9 UDP/TLS/RTP/SAVPF 96",
    "a=sendrecv",
    "a=rtpmap:96 opus/48000/2",
    ...picture,
    "m=video 9 UDP/TLS/RTP/SAVPF 97",
    "a=sendonly",
    "a=rtpmap:97 VP8/90000",
    "",
  ].join("\r\n");

test.each([
  ["103 105", "av1"],
  ["105 103", "vp9"],
  ["97 98", "vp8"],
  ["120 97", null],
])("the formats %s make it %s", (formats, codec) => {
  const section = [
    `m=video 9 UDP/TLS/RTP/SAVPF ${formats}`,
    "a=recvonly",
    "a=rtpmap:97 VP8/90000",
    "a=rtpmap:98 rtx/90000",
    "a=rtpmap:103 AV1/90000",
    "a=rtpmap:105 VP9/90000",
    "a=rtpmap:120 H264/90000",
  ];
  expect(pictureCodec(answer(...section))).toBe(codec);
});

test("a picture that is refused has no codec", () => {
  const refused = ["m=video 0 UDP/TLS/RTP/SAVPF 0", "a=inactive"];
  expect(pictureCodec(answer(...refused))).toBe(null);
  expect(pictureCodec(answer("m=video 0 UDP/TLS/RTP/SAVPF 97", "a=recvonly"))).toBe(null);
});
