from datetime import UTC, datetime
from hashlib import sha256

import pytest
from fakes.two_ends import entropy

from client.core.envelope import Kept
from client.core.handshake import CALL_LASTS, Bond, PlacedCall, SiteCall
from client.core.identity import Identity
from client.core.prekeys import Prekeys
from client.core.record import Direction
from client.core.resumption import Resumption, ResumptionUnreadableError
from client.store.errors import NumberTakenError, StorageFailedError
from client.store.keys import Keys
from client.store.ledger import Ledger
from client.store.unfinished import FILES_LIMIT, KeptFile

AT = datetime(2027, 1, 2, tzinfo=UTC)
SESSION = Resumption(
    Kept(b"r" * 32, b"k" * 32, b"i" * 12, b"t" * 8), b"p" * 32, b"a" * 32, b"1" * 16, b"2" * 16, 99
)


@pytest.fixture
def ledger(keys: Keys) -> Ledger:
    return Ledger.open(None, keys)


def test_a_session_is_kept_until_it_is_erased(ledger: Ledger) -> None:
    consultation, unfinished = ledger.begin(AT), ledger.unfinished
    assert unfinished.session(consultation) is None
    unfinished.keep_session(consultation, SESSION)
    unfinished.keep_session(consultation, SESSION)
    assert unfinished.session(consultation) == SESSION
    unfinished.erase(consultation)
    assert unfinished.session(consultation) is None


def test_a_session_whose_time_is_over_is_erased(ledger: Ledger) -> None:
    consultation = ledger.begin(AT)
    ledger.unfinished.keep_session(consultation, SESSION)
    assert ledger.unfinished.alive(98) == [consultation]
    assert ledger.unfinished.alive(99) == []
    assert ledger.unfinished.session(consultation) is None


def test_an_ended_consultation_cannot_be_gone_on_with(ledger: Ledger) -> None:
    consultation = ledger.begin(AT)
    ledger.unfinished.keep_session(consultation, SESSION)
    ledger.finish(consultation, AT, "finished")
    assert ledger.unfinished.sessions() == []


def placed() -> PlacedCall:
    site, gp = Identity(b"s" * 32), Identity(b"g" * 32)
    bundle = Prekeys().renewed(gp, AT, entropy("prekey")).newest.bundle
    bond = Bond(site.address, gp.address, b"b" * 32)
    call = SiteCall.made(site, bond, bundle, number=1, entropy=entropy("call"), now=AT)
    assert call.placed is not None
    return call.placed


def test_a_call_is_kept_until_it_is_answered_or_over(ledger: Ledger) -> None:
    unfinished, one = ledger.unfinished, placed()
    answered, ended, late = (ledger.begin(AT) for _ in range(3))
    for consultation in (answered, ended, late):
        unfinished.keep_call(consultation, one)
    assert [number for number, _ in unfinished.calls(AT)] == [answered, ended, late]
    assert unfinished.calls(AT)[0][1].encode() == one.encode()
    unfinished.keep_session(answered, SESSION)
    ledger.finish(ended, AT, "finished")
    assert [number for number, _ in unfinished.calls(AT)] == [late]
    assert unfinished.calls(AT + CALL_LASTS) == []
    assert ledger._database.rows("SELECT * FROM call") == []


@pytest.mark.parametrize("data", [b"", b"\x80", SESSION.encode()[:-1], b"\x8a\x02" + bytes(9)])
def test_another_spelling_of_a_session_is_refused(data: bytes) -> None:
    with pytest.raises(ResumptionUnreadableError):
        Resumption.decode(data)


def test_keys_are_not_shown() -> None:
    assert "rrrr" not in repr(SESSION)
    assert "1111" not in repr(SESSION)


def test_a_file_comes_back_in_order_whatever_order_its_pieces_came_in(ledger: Ledger) -> None:
    consultation, unfinished = ledger.begin(AT), ledger.unfinished
    file = KeptFile(7, 6, sha256(b"abcdef").digest())
    assert unfinished.begin_file(consultation, Direction.RECEIVED, file)
    assert unfinished.begin_file(consultation, Direction.RECEIVED, file)
    place = (consultation, Direction.RECEIVED, 7)
    unfinished.keep_pieces(*place, {4: b"ef"})
    unfinished.keep_pieces(*place, {0: b"abcd", 4: b"e"})
    assert list(unfinished.pieces(*place)) == [(0, b"abcd"), (4, b"ef")]
    assert unfinished.piece(*place, 4) == b"ef"
    assert unfinished.files(consultation, Direction.RECEIVED) == [file]
    assert unfinished.files(consultation, Direction.SENT) == []
    with pytest.raises(StorageFailedError):
        unfinished.piece(*place, 5)


def test_a_file_of_ours_begun_again_replaces_what_was_left_of_it(ledger: Ledger) -> None:
    consultation = ledger.begin(AT)
    place = (consultation, Direction.SENT, 1)
    for data in (b"left behind", b"new"):
        ledger.unfinished.keep_pieces(*place, {0: data})
    assert ledger.unfinished.piece(*place, 0) == b"new"


def test_there_are_so_many_files_and_each_has_its_own_number(ledger: Ledger) -> None:
    consultation, unfinished = ledger.begin(AT), ledger.unfinished
    for number in range(FILES_LIMIT):
        assert unfinished.begin_file(consultation, Direction.SENT, KeptFile(number, 1, bytes(32)))
    assert not unfinished.begin_file(consultation, Direction.SENT, KeptFile(999, 1, bytes(32)))
    with pytest.raises(NumberTakenError):
        unfinished.begin_file(consultation, Direction.SENT, KeptFile(1, 2, bytes(32)))
