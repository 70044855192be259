from dataclasses import replace
from typing import Any

import pytest
from fakes import vectors
from hypothesis import given
from hypothesis import strategies as st

from client.core.identity import Identity
from client.core.signed_summary import Circumstances, is_signed_by, signed, statement
from client.core.wire import Summary

VECTORS = vectors.read("summary")
GP = Identity(bytes.fromhex(VECTORS["gp_seed"]))
STILL, FILE, SITE, TAG = (bytes([n]) * 32 for n in range(1, 5))
AROUND = Circumstances((STILL,), (FILE,), SITE, TAG[:8])
SUMMARY = Summary("Angine.", 1_798_000_000_000, "teleconsultation/1", [7], [1])

OTHER_WORDS = {
    "text": replace(SUMMARY, text="Angine"),
    "time": replace(SUMMARY, written_ms=SUMMARY.written_ms + 1),
    "template": replace(SUMMARY, template="teleconsultation/2"),
    "no still": replace(SUMMARY, stills=[]),
}
OTHER_CIRCUMSTANCES = {
    "still": replace(AROUND, stills=(FILE,)),
    "file": replace(AROUND, files=(STILL,)),
    "still as file": replace(AROUND, stills=(), files=(STILL, FILE)),
    "site": replace(AROUND, site_public=TAG),
    "session": replace(AROUND, session_tag=SITE[:8]),
}


def read(case: dict[str, Any]) -> tuple[Summary, Circumstances]:
    summary = Summary(
        case["text"], case["written_ms"], case["template"], case["stills"], case["files"]
    )
    stills = tuple(map(bytes.fromhex, case["still_hashes"]))
    files = tuple(map(bytes.fromhex, case["file_hashes"]))
    site, tag = bytes.fromhex(VECTORS["site_public"]), bytes.fromhex(VECTORS["session_tag"])
    return summary, Circumstances(stills, files, site, tag)


@pytest.mark.parametrize("case", VECTORS["cases"])
def test_statements_and_signatures_are_those_of_the_vectors(case: dict[str, Any]) -> None:
    summary, around = read(case)
    assert statement(summary, around).hex() == case["statement"]
    ready = signed(summary, around, GP)
    assert ready.signature.hex() == case["signature"]
    assert is_signed_by(bytes.fromhex(VECTORS["gp_public"]), ready, around)


@pytest.mark.parametrize("other", OTHER_WORDS.values(), ids=OTHER_WORDS)
def test_no_other_words_have_the_signature(other: Summary) -> None:
    ready = replace(other, signature=signed(SUMMARY, AROUND, GP).signature)
    assert not is_signed_by(GP.public, ready, AROUND)


@pytest.mark.parametrize("other", OTHER_CIRCUMSTANCES.values(), ids=OTHER_CIRCUMSTANCES)
def test_the_signature_holds_for_these_bytes_this_site_and_this_session(
    other: Circumstances,
) -> None:
    ready = signed(SUMMARY, AROUND, GP)
    assert is_signed_by(GP.public, ready, AROUND)
    assert not is_signed_by(GP.public, ready, other)


def test_nobody_else_can_have_signed_and_no_signature_is_none() -> None:
    ready = signed(SUMMARY, AROUND, Identity(bytes(32)))
    assert not is_signed_by(GP.public, ready, AROUND)
    assert not is_signed_by(GP.public, SUMMARY, AROUND)


@given(hashes=st.lists(st.binary(max_size=40), max_size=3))
def test_a_missing_or_odd_hash_is_never_signed(hashes: list[bytes]) -> None:
    around = replace(AROUND, stills=tuple(hashes))
    if [len(one) for one in hashes] == [32]:
        assert statement(SUMMARY, around)
        return
    with pytest.raises(ValueError, match="32 bytes"):
        statement(SUMMARY, around)
