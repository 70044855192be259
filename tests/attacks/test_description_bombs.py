"""A peer whose session description is made to cost: bounded before aiortc reads a word of it."""

from pathlib import Path
from typing import Final

import pytest

from client.net import descriptions
from client.net.descriptions import (
    CANDIDATES_LIMIT,
    DESCRIPTION_LIMIT_CHARS,
    NAMED_CANDIDATES_LIMIT,
    incoming,
    named_candidates,
)
from client.net.peering import DescriptionError

ANSWER: Final = (Path(__file__).parents[1] / "net" / "chromium_answer.sdp").read_text("utf-8")
"""What a Chromium answered."""
_CANDIDATE: Final = "a=candidate:1 1 udp 1 192.0.2.{} 9 typ host"


def with_candidates(*lines: str) -> str:
    """The same answer, with these first in its first section."""
    head, first, rest = ANSWER.partition("m=audio")
    line, end, others = rest.partition("\n")
    return head + first + line + end + "".join(f"{each}\n" for each in lines) + others


def test_a_description_longer_than_any_of_ours_is_not_read() -> None:
    with pytest.raises(DescriptionError):
        incoming(ANSWER + "a=x:y\n" * DESCRIPTION_LIMIT_CHARS)


def test_a_peer_names_a_bounded_number_of_addresses_for_us_to_knock_at() -> None:
    many = with_candidates(*(_CANDIDATE.format(n) for n in range(100)))
    assert len(many) <= DESCRIPTION_LIMIT_CHARS
    sections = incoming(many).split("\r\nm=")[1:]
    assert [each.count("a=candidate:") for each in sections] == [CANDIDATES_LIMIT] * len(sections)


def test_a_few_candidates_are_all_tried() -> None:
    few = incoming(with_candidates(*(_CANDIDATE.format(n) for n in range(20))))
    assert all(_CANDIDATE.format(n) in few for n in range(20))


def test_a_peer_makes_us_look_up_a_bounded_number_of_names() -> None:
    named = ("a=candidate:1 1 udp 1 {}.local 9 typ host".format("x" * n) for n in range(1, 60))
    assert len(named_candidates(with_candidates(*named))) == NAMED_CANDIDATES_LIMIT


@pytest.mark.parametrize(
    "bomb",
    [
        "m=audio 9 x 0\n" * 500,
        "m=video 9 x 0\n" + "a=ssrc-group:FID 1\n" * 400,
        "a=" * 4_000,
        "\u2028" * 8_000,
        "m=\n" * 2_000,
    ],
)
def test_a_description_of_another_shape_than_ours_is_refused(bomb: str) -> None:
    assert len(bomb) <= descriptions.DESCRIPTION_LIMIT_CHARS
    with pytest.raises(DescriptionError):
        incoming(bomb)
