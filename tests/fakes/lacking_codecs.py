"""A browser that has never heard of some codecs: in their places it finds others, as unknown."""

from typing import Final

_SCRIPT: Final = """
const hear = RTCPeerConnection.prototype.setRemoteDescription;
RTCPeerConnection.prototype.setRemoteDescription = function (description) {
  const lacked = new RegExp("^(a=rtpmap:\\\\d+) (CODECS)/", "gm");
  const [head, voice, picture, ...others] = description.sdp.split(/^(?=m=)/m);
  const left = picture.replace(lacked, "$1 unknown/");
  const sdp = [head, voice, left, ...others].join("");
  return hear.call(this, { type: description.type, sdp });
};
"""


def lacking(*codecs: str) -> str:
    """What to run before a page's own scripts; the page's own picture is not concerned."""
    return _SCRIPT.replace("CODECS", "|".join(codecs))
