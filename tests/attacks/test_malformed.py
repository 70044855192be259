"""Oversized, truncated and malformed bytes at every entry: refused by a sentence, never a crash."""

import pytest
from attacks.decoders import DECODERS, Decoder
from hypothesis import given
from hypothesis import strategies as st

from client.core import mailbox, parcels
from client.core.envelope import ENVELOPE_LIMIT
from client.core.letters import LETTER_LIMIT
from client.net.descriptions import DESCRIPTION_LIMIT_CHARS

every_decoder = pytest.mark.parametrize("name", DECODERS)
_HOSTILE = (
    *(b"", b"\x00", b"\xff", b"\x80", b"\xa0", b"\xf6", b"\xf9\x7e\x00"),
    b"\x9f" * 64,  # arrays without an end
    b"\x81" * 5_000 + b"\x00",  # nested deeper than any stack
    b"\xbf" * 64,
    b"\x9b" + b"\xff" * 8,  # an array of 2**64 - 1
    b"\x5b" + b"\x7f" + b"\xff" * 7,  # bytes of 2**63
    b"\xc2\x5a\x00\xff\xff\xff",  # a number of 16 million digits
    b"\xd8\x1c\x81\xd8\x1d\x00",  # a list that holds itself
    b"\xa2\x01\x00\x01\x00",  # one key twice
)


@every_decoder
@given(data=st.binary(max_size=300))
def test_any_bytes_are_taken_or_refused_by_name(name: str, data: bytes) -> None:
    DECODERS[name].try_on(data)


@every_decoder
def test_bytes_made_to_break_decoders_are_refused(name: str) -> None:
    for data in _HOSTILE:
        DECODERS[name].try_on(data)


@every_decoder
def test_good_bytes_are_taken(name: str) -> None:
    """Else the tests above would pass with a decoder that reads nothing."""
    decoder = DECODERS[name]
    incomplete = {"envelopes", "descriptions", "pictures"}
    for example in decoder.examples if name not in incomplete else ():
        assert decoder.try_on(example), example.hex()


@every_decoder
@given(data=st.data())
def test_good_bytes_with_a_piece_cut_out_doubled_or_changed(name: str, data: st.DataObject) -> None:
    decoder = DECODERS[name]
    if decoder.examples:
        decoder.try_on(data.draw(damaged(decoder)))


def damaged(decoder: Decoder) -> st.SearchStrategy[bytes]:
    """One of its examples with a run of bytes replaced by another, of any length."""

    def broken(example: bytes, start: float, length: int, instead: bytes) -> bytes:
        at = int(start * len(example))
        return example[:at] + instead + example[at + length :]

    return st.builds(
        broken,
        st.sampled_from(decoder.examples),
        st.floats(0, 1),
        st.integers(0, 40),
        st.binary(max_size=40),
    )


@pytest.mark.parametrize(
    ("name", "limit"),
    [
        ("mailbox frames", mailbox.FRAME_LIMIT),
        ("letters", LETTER_LIMIT),
        ("parcels", parcels.PARCEL_LIMIT),
        ("envelopes", ENVELOPE_LIMIT),
        ("descriptions", DESCRIPTION_LIMIT_CHARS),
    ],
)
def test_what_is_larger_than_anything_of_ours_is_not_even_read(name: str, limit: int) -> None:
    assert not DECODERS[name].try_on(b"\x01" * (limit + 1))
    assert not DECODERS[name].try_on(b"\x01" * (1 << 24))
