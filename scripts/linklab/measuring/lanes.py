"""From kinds of packets to what they were for."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

_RTPMAP: Final = re.compile(r"a=rtpmap:(\d+) ([^/\s]+)/")
_REPEATING: Final = frozenset({"rtx"})
_VOICE_MEDIA: Final = "audio"

Row = tuple[int, str, int, int]
"""Second, kind (`linklab.measuring.tap`), packets, IP bytes."""


def payload_lanes(descriptions: Iterable[str]) -> dict[int, str]:
    """The lane of each RTP payload type, from session descriptions (RFC 8866, 6.6)."""
    lanes: dict[int, str] = {}
    media = ""
    for line in (line for text in descriptions for line in text.splitlines()):
        if line.startswith("m="):
            media = line[2:].split(" ", 1)[0]
        elif match := _RTPMAP.match(line):
            name = match[2].lower()
            lane = "voice" if media == _VOICE_MEDIA else "picture"
            lanes[int(match[1])] = "retransmission" if name in _REPEATING else lane
    return lanes


def lane_bytes(
    rows: Iterable[Sequence[int | str]], lanes: Mapping[int, str], from_s: int, until_s: int
) -> dict[str, int]:
    """IP bytes by lane, of these seconds."""
    total: Counter[str] = Counter()
    for second, kind, _, size_bytes in rows:
        if from_s <= int(second) < until_s:
            total[_lane(str(kind), lanes)] += int(size_bytes)
    return dict(total.most_common())


def _lane(kind: str, lanes: Mapping[int, str]) -> str:
    if kind.startswith("rtp:"):
        return lanes.get(int(kind.removeprefix("rtp:")), "unknown")
    return "control" if kind in ("stun", "rtcp") else kind
