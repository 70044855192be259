"""Session descriptions made small, complete and plain (RFC 8866, RFC 8829). Text in, text out."""

from collections.abc import Iterator, Sequence
from typing import Final

from client.net.peering import MESSAGE_LIMIT_BYTES, DescriptionError

DESCRIPTION_LIMIT_CHARS: Final = 8_192
"""As `client.core.wire.TEXT_LIMIT`: a description travels as one text."""

VOICE_PACKET_MS: Final = 60
"""chosen: asked of the peer's encoder; on ADSL a third of the cost of 20. It may keep its own."""

RETURN_PICTURE_KBPS: Final = 250
"""chosen: a clear face at 320x240 in VP8; the ceiling of what the peer's encoder may send us."""

NAMED_CANDIDATES_LIMIT: Final = 8
"""chosen: a browser has one for each of its machine's addresses."""

CANDIDATES_LIMIT: Final = 32
"""chosen: twice what a machine with many addresses and a TURN server has; each costs us checks to
an address of the peer's choice (RFC 8445, 19.5.1)."""

REFUSED_CODEC: Final = "vp8"
"""Named in a section that was refused, for aiortc to agree on; nothing is sent in it."""

_LARGER_DIGESTS: Final = ("a=fingerprint:sha-384", "a=fingerprint:sha-512")
_MEDIA: Final = ("m=audio", "m=video", "m=video", "m=application")
_WANTED: Final = ("a=ice-ufrag:", "a=ice-pwd:", "a=fingerprint:", "a=setup:")
_PATHS: Final = ("a=candidate:", "a=end-of-candidates")
_BUNDLE: Final = "a=group:BUNDLE "
_CLOSED: Final = frozenset({"a=inactive", "a=sendonly"})


def outgoing(sdp: str, *, asks_redundancy: bool = False) -> str:
    """Our description as it travels: one fingerprint, each candidate once, our own bounds said.

    ``asks_redundancy``: the peer's voice is to repeat itself; it sends what is offered first, for
    as long as the connection lasts.
    """
    head, *sections = _sections(sdp)
    lines = list(head)
    for index, section in enumerate(sections):
        unwanted = _LARGER_DIGESTS + (_PATHS if index else ())
        kept = [line for line in section if not line.startswith(unwanted)]
        if asks_redundancy:
            kept[0] = _redundant_first(kept)
        lines += _bounded(kept)
    return "\r\n".join(lines) + "\r\n"


def _redundant_first(section: Sequence[str]) -> str:
    """The section's first line (RFC 8866, 5.14), its formats in another order."""
    *head, first, second = section[0].split(" ")
    is_redundant = any(line.startswith(f"a=rtpmap:{second} red/") for line in section)
    return " ".join([*head, second, first]) if is_redundant else section[0]


def _bounded(section: Sequence[str]) -> Iterator[str]:
    """The section with what we want the peer to keep to, in the order of RFC 8866, 5."""
    for line in section:
        if line.startswith("a=max-message-size:"):
            yield f"a=max-message-size:{MESSAGE_LIMIT_BYTES}"
            continue
        yield line
        if line.startswith("c=") and "a=recvonly" in section:
            yield f"b=AS:{RETURN_PICTURE_KBPS}"
    if section[0].startswith("m=audio"):
        yield f"a=ptime:{VOICE_PACKET_MS}"


def incoming(sdp: str) -> str:
    """The peer's description as aiortc needs it: every bundled section names the candidates.

    Browsers name them in the first section alone (RFC 9143, 7.3.3); aiortc keeps those of the last.
    Candidates that are names are left to `named_candidates`. A picture that is refused becomes one
    that nobody sends: aiortc knows no refusal.
    """
    if len(sdp) > DESCRIPTION_LIMIT_CHARS:
        raise DescriptionError(f"{len(sdp)} characters")
    head, *sections = _accepted(_sections(sdp))
    _check(head, sections)
    paths = [line for line in sections[0] if line.startswith(_PATHS)]
    if any(map(_is_named, paths)):  # then more are to come
        paths = [line for line in paths if line.startswith(_PATHS[0]) and not _is_named(line)]
    kept = [line for line in paths if line.startswith(_PATHS[0])][:CANDIDATES_LIMIT]
    paths = kept + [line for line in paths if not line.startswith(_PATHS[0])][:1]
    lines = list(head)
    for section in sections:
        lines += [line for line in section if not line.startswith(_PATHS)] + paths
    return "\r\n".join(lines) + "\r\n"


def _accepted(described: Sequence[list[str]]) -> Sequence[list[str]]:
    """The description with each refused picture in the bundle again, as an inactive one."""
    head, *sections = described
    if not sections or not any(map(_is_refused, sections)):
        return described
    transport = [line for line in sections[0] if line.startswith(_WANTED)]
    sections = [
        _inactive(section, transport) if _is_refused(section) else section for section in sections
    ]
    bundle = _BUNDLE + " ".join(mid for section in sections for mid in _mids(section))
    return [[bundle if line.startswith(_BUNDLE) else line for line in head], *sections]


def _is_refused(section: Sequence[str]) -> bool:
    """RFC 8829, 5.3.1: without a port, and out of the bundle."""
    return section[0].startswith("m=video 0 ")


def _inactive(section: Sequence[str], transport: Sequence[str]) -> list[str]:
    return [
        "m=video 9 UDP/TLS/RTP/SAVPF 96",
        "c=IN IP4 0.0.0.0",
        *(f"a=mid:{mid}" for mid in _mids(section)),
        "a=inactive",
        "a=rtcp-mux",
        f"a=rtpmap:96 {REFUSED_CODEC}/90000",
        *transport,
    ]


def _mids(section: Sequence[str]) -> list[str]:
    return [line.removeprefix("a=mid:") for line in section if line.startswith("a=mid:")]


def codecs_taken(sdp: str, index: int) -> list[str]:
    """The codecs, best first, that may be sent in this media section; in lower case."""
    section = _sections(sdp)[index + 1]
    if not _CLOSED.isdisjoint(section):
        return []
    names = {}
    for line in section:
        number, _, name = line.removeprefix("a=rtpmap:").partition(" ")
        names[number] = name.partition("/")[0].lower()
    return [names[number] for number in section[0].split(" ")[3:] if number in names]


def _check(head: list[str], sections: Sequence[list[str]]) -> None:
    """Refuse what aiortc would trip over half-way."""
    if tuple(section[0].split(" ")[0] for section in sections) != _MEDIA:
        raise DescriptionError("other media than ours")
    mids = [mid for section in sections for mid in _mids(section)]
    if f"{_BUNDLE}{' '.join(mids)}" not in head or len(mids) != len(_MEDIA):
        raise DescriptionError("not all media on one transport")
    for section in sections:
        for wanted in _WANTED:
            if not any(line.startswith(wanted) for line in head + section):
                raise DescriptionError(f"no {wanted[2:].rstrip(':')}")


def named_candidates(sdp: str) -> list[str]:
    """Candidates whose address a browser hides behind a multicast DNS name, without ``a=``.

    Finding them out takes up to a second, and fails outside the browser's own network.
    """
    found = [line.removeprefix("a=") for line in sdp.splitlines() if _is_named(line)]
    return list(dict.fromkeys(found))[:NAMED_CANDIDATES_LIMIT]


def _is_named(line: str) -> bool:
    return line.startswith(_PATHS[0]) and ".local " in line


def _sections(sdp: str) -> Sequence[list[str]]:
    """The session's lines, then those of each media section."""
    sections: list[list[str]] = [[]]
    for line in sdp.splitlines():
        if line.startswith("m="):
            sections.append([])
        if line:
            sections[-1].append(line)
    return sections
