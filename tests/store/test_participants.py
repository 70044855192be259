"""What R6316-4 asks for is in the journal by what is kept, whoever keeps it (rules-fr.md, d-5)."""

import hashlib
from datetime import UTC, datetime

import pytest

from client.core.dossier.ending import Role
from client.core.dossier.file import Operator
from client.core.parcels import encode
from client.core.record import Direction
from client.core.wire import Acquaintance, Card, Message, Parcel, Summary
from client.store.journal import FACT_CHARACTERS
from client.store.keys import Keys
from client.store.ledger import Ledger
from client.store.participants import operator_facts

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
CARD = Card("Dr Martin", "Cahors")


@pytest.fixture
def ledger(keys: Keys) -> Ledger:
    ledger = Ledger.open(None, keys)
    ledger.begin(NOW)
    return ledger


def told(ledger: Ledger) -> list[tuple[str, dict[str, str | int]]]:
    return [(line.event, dict(line.facts)) for line in ledger.record(1).journal]


@pytest.mark.parametrize(
    ("said", "facts"),
    [
        (CARD, {"name": "Dr Martin", "place": "Cahors"}),
        (Card("Dr Martin", " "), {"name": "Dr Martin"}),
        (
            Acquaintance("Dr Martin", "généraliste", "10001234567", b""),
            {"name": "Dr Martin", "title": "généraliste", "rpps": "10001234567"},
        ),
        (Acquaintance("Dr Martin", "", None, b""), {"name": "Dr Martin"}),
        (Card("é" * 500, ""), {"name": "é" * FACT_CHARACTERS}),
        (Card("Dr\n2  Martin\x1b[2J", ""), {"name": "Dr\\n2  Martin\\x1b[2J"}),
    ],
)
def test_who_the_gp_is_goes_into_the_journal_with_what_they_said(
    ledger: Ledger, said: Message, facts: dict[str, str]
) -> None:
    ledger.keep(1, Parcel(1, said), Direction.RECEIVED, NOW)
    assert told(ledger) == [("gp_named", facts)]


def test_a_summary_goes_into_the_journal_with_the_hash_it_is_kept_under(ledger: Ledger) -> None:
    parcel = Parcel(1, Summary("Otite.", 5))
    ledger.keep(1, parcel, Direction.RECEIVED, NOW)
    digest = hashlib.sha256(encode(parcel)).hexdigest()
    assert told(ledger) == [("summary_received", {"sha256": digest})]


def test_what_came_twice_or_is_our_own_is_no_line(ledger: Ledger) -> None:
    for _ in range(2):
        ledger.keep(1, Parcel(1, CARD), Direction.RECEIVED, NOW)
    ledger.keep(1, Parcel(1, CARD), Direction.SENT, NOW)
    assert [event for event, _ in told(ledger)] == ["gp_named"]


def test_who_accompanies_is_told_with_who_answers_for_it() -> None:
    whole = Operator("Claire", Role.PHARMACY_ASSISTANT, "", "Anne Roy", "10001234567")
    assert operator_facts(whole) == {
        "by": "Claire",
        "role": "pharmacy_assistant",
        "responsible": "Anne Roy",
        "responsible_rpps": "10001234567",
    }
    assert operator_facts(Operator("", Role.OTHER)) == {"role": "other"}
