import pytest
from fakes import vectors
from hypothesis import given
from hypothesis import strategies as st

from client.core.envelope import LETTER_BUCKETS
from client.core.letters import LETTER_LIMIT, Letter, LetterKind, LetterUnreadableError

VECTORS = vectors.read("letters")


@pytest.mark.parametrize("case", VECTORS["cases"])
def test_letters_are_those_of_the_vectors(case: dict[str, str]) -> None:
    letter = Letter(LetterKind[case["kind"]], bytes.fromhex(case["body"]))
    assert letter.encode().hex() == case["bytes"]
    assert Letter.decode(bytes.fromhex(case["bytes"])) == letter


def test_a_sealed_letter_opens_for_its_session_only() -> None:
    sealed = {name: bytes.fromhex(value) for name, value in VECTORS["sealed"].items()}
    letter = Letter.sealed(sealed["tag"], sealed["envelope"])
    assert letter.encode() == sealed["bytes"]
    assert letter.envelope_for(sealed["tag"]) == sealed["envelope"]
    assert letter.envelope_for(bytes(8)) is None
    assert Letter(LetterKind.M1, letter.body).envelope_for(sealed["tag"]) is None


@pytest.mark.parametrize("data", VECTORS["unreadable"])
def test_other_bytes_are_no_letter(data: str) -> None:
    with pytest.raises(LetterUnreadableError):
        Letter.decode(bytes.fromhex(data))


def test_a_letter_the_relay_would_not_store_is_refused() -> None:
    sealed = bytes([LetterKind.SEALED])
    assert len(Letter.decode(sealed.ljust(LETTER_LIMIT, b"e")).body) == LETTER_LIMIT - 1
    with pytest.raises(LetterUnreadableError):
        Letter.decode(sealed.ljust(LETTER_LIMIT + 1, b"e"))


@given(
    kind=st.sampled_from([kind for kind in LetterKind if kind is not LetterKind.SEALED]),
    size=st.integers(0, LETTER_BUCKETS[1] - 1),
)
def test_a_handshake_has_two_sizes(kind: LetterKind, size: int) -> None:
    data = Letter(kind, b"\x80" * size).encode()
    assert len(data) == 1 + (LETTER_BUCKETS[0] if size < LETTER_BUCKETS[0] else LETTER_BUCKETS[1])
    assert Letter.decode(data).body == b"\x80" * size


@given(kind=st.sampled_from(LetterKind), body=st.binary(max_size=100))
def test_a_letter_comes_back_as_it_went(kind: LetterKind, body: bytes) -> None:
    assert Letter.decode(Letter(kind, body).encode()) == Letter(kind, body)
