import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fakes import vectors
from fakes.two_ends import letters_in

from client.core.handshake import GpHandshake, Refusal, SiteHandshake, knock
from client.core.handshake.kem import KeyPair
from client.core.handshake.transcript import M1, M2, Agreement, first_hash, second_hash
from client.core.identity import Identity
from client.core.invitation import Invitation
from client.core.letters import Letter, LetterKind

ROOT = Path(__file__).parent.parent.parent
CASES = vectors.read("handshake")["cases"]
every_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case["sealed_by"])
EARLY = datetime(2027, 1, 1, tzinfo=UTC)


class Case:
    """One recorded handshake, its hex read."""

    def __init__(self, case: dict[str, Any]) -> None:
        self.read = {
            name: bytes.fromhex(value)
            for name, value in case.items()
            if isinstance(value, str) and name != "sealed_by"
        }
        self.site, self.gp = Identity(self.read["site_seed"]), Identity(self.read["gp_seed"])
        expires_at = datetime.fromtimestamp(case["expires_s"], UTC)
        self.invitation = Invitation(self.site.address, self.read["secret"], expires_at, None)
        self.prekey = KeyPair(self.read["prekey_seed"])
        self.bundle = knock.Bundle.decode(self.read["bundle"])


@every_case
def test_the_knock_is_that_of_the_vectors(case: dict[str, Any]) -> None:
    known = Case(case)
    draws = iter((known.read["prekey_seed"], known.read["knock_nonce"]))
    gp = GpHandshake(known.gp, known.invitation, lambda _: next(draws))
    assert letters_in(gp.start(EARLY)) == [Letter(LetterKind.KNOCK, known.read["knock"])]
    assert knock.open_knock(known.invitation, known.read["knock"]) == known.bundle


@every_case
def test_m1_of_either_implementation_opens(case: dict[str, Any]) -> None:
    known = Case(case)
    m1 = M1.open(known.read["m1"], known.bundle, known.prekey)
    assert m1 == M1(
        known.site.public,
        KeyPair(known.read["ephemeral_seed"]).public,
        known.read["site_share"],
        known.read["commitment"],
        case["time_s"],
        known.read["m1_signature"],
    )
    assert first_hash(known.bundle, known.read["m1"]) == known.read["h1"]


@every_case
def test_m2_of_either_implementation_opens(case: dict[str, Any]) -> None:
    known = Case(case)
    ephemeral, h1 = KeyPair(known.read["ephemeral_seed"]), known.read["h1"]
    m2 = M2.open(known.read["m2"], ephemeral, h1, gp=known.gp.public, site=known.site.public)
    expected = (known.read["gp_share"], known.read["gp_nonce"], known.read["m2_signature"])
    assert m2 == M2(*expected)
    assert second_hash(h1, known.read["m2"]) == known.read["h2"]


@every_case
def test_keys_and_words_are_those_of_the_vectors(case: dict[str, Any]) -> None:
    known = Case(case)
    agreement = Agreement.reached(
        *(known.read["site_share"], known.read["gp_share"]),
        known.invitation.secret,
        known.read["h2"],
    )
    keys = {name: getattr(agreement.keys, name).hex() for name in case["keys"]}
    assert keys == case["keys"]
    assert agreement.seal_nonce(known.read["site_nonce"]) == known.read["m3"]
    assert agreement.open_nonce(known.read["m3"]) == known.read["site_nonce"]
    words = agreement.words(known.read["site_nonce"], known.read["gp_nonce"])
    assert list(words) == case["words"]


@every_case
@pytest.mark.parametrize("reason", Refusal)
def test_refusals_of_the_vectors_are_read(case: dict[str, Any], reason: Refusal) -> None:
    body = bytes.fromhex(case["refusals"][reason])
    assert knock.open_refusal(Case(case).invitation, body) is reason


@every_case
def test_a_whole_end_takes_the_recorded_letters(case: dict[str, Any]) -> None:
    known = Case(case)
    draws = iter((known.read["prekey_seed"], known.read["knock_nonce"], bytes(32), bytes(32)))
    gp = GpHandshake(known.gp, known.invitation, lambda _: next(draws))
    (m2,) = letters_in(gp.receive(Letter(LetterKind.M1, known.read["m1"]), EARLY))
    assert m2.kind is LetterKind.M2
    site = SiteHandshake(known.site, known.invitation, bytes)
    (m1,) = letters_in(site.receive(Letter(LetterKind.KNOCK, known.read["knock"]), EARLY))
    assert m1.kind is LetterKind.M1


def test_the_files_are_what_the_code_makes_today() -> None:
    made = subprocess.run(  # noqa: S603 -- our own script
        [sys.executable, ROOT / "scripts" / "make_vectors", "--check"],
        capture_output=True,
        check=False,
        text=True,
    )
    assert (made.returncode, made.stdout, made.stderr) == (0, "", "")


def test_both_implementations_sealed_a_case() -> None:
    assert [case["sealed_by"] for case in CASES] == ["page", "python"]
