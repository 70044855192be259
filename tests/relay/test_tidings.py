"""Word of letters that was lost is made up for."""

from client.relay.storage.tidings import ROUNDS, Tidings

SITE, GP = b"s" * 32, b"g" * 32


def test_a_gap_in_what_was_announced_shows_at_the_next_letter() -> None:
    tidings = Tidings()
    assert not tidings.heard(SITE, 7, is_watched=True)  # what came before this node started
    assert not tidings.heard(GP, 8, is_watched=True)
    assert tidings.heard(SITE, 10, is_watched=True)
    assert not tidings.heard(GP, 9, is_watched=True)  # late, by another route
    assert not tidings.heard(SITE, 11, is_watched=True)


def test_a_lost_last_letter_shows_a_round_after_it_was_there() -> None:
    tidings = Tidings()
    tidings.heard(SITE, 7, is_watched=False)
    assert tidings.round_over(8) == (False, [])  # may still be announced
    assert tidings.round_over(8) == (True, [])
    assert tidings.round_over(8) == (False, [])
    assert not tidings.heard(SITE, 9, is_watched=False)


def test_a_letter_announced_in_time_is_no_gap() -> None:
    tidings = Tidings()
    tidings.round_over(8)
    tidings.heard(SITE, 8, is_watched=False)
    assert tidings.round_over(8) == (False, [])


def test_a_mailbox_is_looked_at_again_until_the_letter_was_shown_or_is_given_up() -> None:
    tidings = Tidings()
    tidings.heard(SITE, 7, is_watched=True)
    tidings.heard(GP, 8, is_watched=True)
    tidings.shown(GP, 7)
    tidings.shown(SITE, 7)
    assert [tidings.round_over(8)[1] for _ in range(ROUNDS + 1)] == [[GP]] * ROUNDS + [[]]
