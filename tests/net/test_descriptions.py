"""What travels and what aiortc gets.

origin: chromium_answer.sdp is what Chromium 156 answered to the site's offer.
"""

from pathlib import Path

import pytest

from client.net.descriptions import (
    DESCRIPTION_LIMIT_CHARS,
    NAMED_CANDIDATES_LIMIT,
    codecs_taken,
    incoming,
    named_candidates,
    outgoing,
)
from client.net.peering import DescriptionError

OFFER = """v=0
o=- 1 1 IN IP4 0.0.0.0
a=group:BUNDLE 0 1 2 3
m=audio 5000 UDP/TLS/RTP/SAVPF 96
c=IN IP4 192.0.2.2
a=sendrecv
a=candidate:1 1 udp 2130706431 192.0.2.2 5000 typ host
a=end-of-candidates
a=fingerprint:sha-256 AA:BB
a=fingerprint:sha-384 CC:DD
a=fingerprint:sha-512 EE:FF
m=video 5000 UDP/TLS/RTP/SAVPF 103
c=IN IP4 192.0.2.2
a=sendonly
a=candidate:1 1 udp 2130706431 192.0.2.2 5000 typ host
a=end-of-candidates
m=video 5000 UDP/TLS/RTP/SAVPF 97
c=IN IP4 192.0.2.2
a=recvonly
a=candidate:1 1 udp 2130706431 192.0.2.2 5000 typ host
a=end-of-candidates
m=application 5000 UDP/DTLS/SCTP webrtc-datachannel
c=IN IP4 192.0.2.2
a=max-message-size:262144
a=candidate:1 1 udp 2130706431 192.0.2.2 5000 typ host
a=end-of-candidates
""".replace("\n", "\r\n")

ANSWER = Path(__file__).with_name("chromium_answer.sdp").read_text("utf-8").replace("\n", "\r\n")


def section(sdp: str, index: int) -> list[str]:
    return ("m=" + sdp.split("\r\nm=")[index + 1]).splitlines()


def test_each_candidate_travels_once() -> None:
    sdp = outgoing(OFFER)
    assert sdp.count("a=candidate:") == sdp.count("a=end-of-candidates") == 1
    assert any(line.startswith("a=candidate:") for line in section(sdp, 0))


def test_only_the_fingerprint_that_is_compared_travels() -> None:
    assert "sha-256" in outgoing(OFFER)
    assert "sha-384" not in outgoing(OFFER)
    assert "sha-512" not in outgoing(OFFER)


def test_our_bounds_are_said() -> None:
    sdp = outgoing(OFFER)
    assert "a=ptime:60" in section(sdp, 0)
    assert "a=max-message-size:16384" in section(sdp, 3)
    assert section(sdp, 2)[1:3] == ["c=IN IP4 192.0.2.2", "b=AS:250"]
    assert "b=AS" not in "".join(section(sdp, 1))


def test_voice_that_repeats_itself_is_offered_first_where_it_is_asked_for() -> None:
    offer = OFFER.replace("SAVPF 96\r", "SAVPF 96 107\r").replace(
        "a=sendrecv", "a=sendrecv\r\na=rtpmap:107 red/48000/2"
    )
    assert section(outgoing(offer), 0)[0].endswith(" 96 107")
    assert section(outgoing(offer, asks_redundancy=True), 0)[0].endswith(" 107 96")
    for index in range(1, 4):
        asking = section(outgoing(offer, asks_redundancy=True), index)
        assert asking == section(outgoing(offer), index)


def test_every_section_of_an_answer_names_the_candidates() -> None:
    named = [line for line in ANSWER.splitlines() if line.startswith("a=candidate:")]
    assert len(named) == 8
    for index in range(4):
        lines = section(incoming(ANSWER), index)
        assert [line for line in lines if line.startswith("a=candidate:")] == named


def test_names_are_found_out_apart_from_addresses() -> None:
    name = (
        "a=candidate:3 1 udp 2113937151 727b5243-610c-41b8-aa30-668fc246be58.local 49859 typ host"
    )
    sdp = ANSWER.replace("a=mid:0", f"{name}\r\n{name}\r\na=end-of-candidates\r\na=mid:0")
    assert ".local" not in incoming(sdp)
    assert "end-of-candidates" not in incoming(sdp)
    assert incoming(sdp).count("a=candidate:") == incoming(ANSWER).count("a=candidate:")
    assert named_candidates(sdp) == [name.removeprefix("a=")]


@pytest.mark.parametrize(
    "attribute", ["a=mid:", "a=ice-ufrag:", "a=ice-pwd:", "a=fingerprint:", "a=setup:", "a=group:"]
)
def test_an_answer_that_lacks_what_connects_is_refused(attribute: str) -> None:
    lines = [line for line in ANSWER.splitlines() if not line.startswith(attribute)]
    with pytest.raises(DescriptionError):
        incoming("\r\n".join(lines))


@pytest.mark.parametrize("kind", ["m=audio", "m=video", "m=application"])
def test_an_answer_to_other_media_is_refused(kind: str) -> None:
    with pytest.raises(DescriptionError):
        incoming(ANSWER.replace(kind, "m=text", 1))


REFUSED = """m=video 0 UDP/TLS/RTP/SAVPF 0
c=IN IP4 0.0.0.0
a=rtcp:9 IN IP4 0.0.0.0
a=ice-ufrag:4JDn
a=ice-pwd:uCcbLmmIUX4NAalUDV/uVSig
a=ice-options:trickle
a=setup:active
a=mid:1
a=recvonly
a=rtcp-mux
""".replace("\n", "\r\n")
"""origin: Chromium 156, offered nothing that it decodes; shortened."""


def refusing(answer: str) -> str:
    """The answer with the site's picture refused."""
    head, voice, _, rest = answer.split("m=", 3)
    return head.replace("BUNDLE 0 1 2 3", "BUNDLE 0 2 3") + f"m={voice}{REFUSED}m={rest}"


def test_a_refused_picture_is_one_that_nobody_sends() -> None:
    told = incoming(refusing(ANSWER))
    assert "a=group:BUNDLE 0 1 2 3" in told.splitlines()
    lines = section(told, 1)
    assert {"a=inactive", "a=mid:1", "a=ice-ufrag:4JDn"} <= set(lines)
    assert codecs_taken(told, 1) == []
    assert [section(told, index) for index in (0, 2, 3)] == [
        section(incoming(ANSWER), index) for index in (0, 2, 3)
    ]


def test_a_refused_voice_is_no_answer() -> None:
    with pytest.raises(DescriptionError):
        incoming(ANSWER.replace("m=audio 48039", "m=audio 0").replace("BUNDLE 0 ", "BUNDLE "))


def test_codecs_are_in_the_order_of_the_formats_not_of_their_lines() -> None:
    two = ANSWER.replace("SAVPF 103 104", "SAVPF 105 103 104").replace(
        "a=rtpmap:104 rtx", "a=rtpmap:105 VP9/90000\r\na=rtpmap:104 rtx"
    )
    assert codecs_taken(incoming(ANSWER), 1) == ["av1", "rtx"]
    assert codecs_taken(incoming(two), 1) == ["vp9", "av1", "rtx"]
    assert codecs_taken(incoming(ANSWER), 2) == []  # what the page sends


def test_names_have_a_bound() -> None:
    names = "".join(f"a=candidate:{n} 1 udp 1 {n}.local 9 typ host\r\n" for n in range(50))
    assert len(named_candidates(ANSWER + names)) == NAMED_CANDIDATES_LIMIT


@pytest.mark.parametrize("sdp", ["", "v=0\r\n", "x" * (DESCRIPTION_LIMIT_CHARS + 1)])
def test_what_is_no_description_is_refused(sdp: str) -> None:
    with pytest.raises(DescriptionError):
        incoming(sdp)
