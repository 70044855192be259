"""Numbers of professionals and places, by their check digits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.core.dossier.numbers import FinessError, RppsError, checked_finess, checked_rpps


# Luhn check digits computed by hand after ISO/IEC 7812-1, annex B; origin: synthetic.
@pytest.mark.parametrize("text", ["10003456786", "1000 345 678 6", "00000000000"])
def test_numbers_with_the_right_check_digit(text: str) -> None:
    assert checked_rpps(text) == text.replace(" ", "")


@pytest.mark.parametrize(
    "text", ["", "10003456781", "1000345678", "100034567860", "1000345678a", "²0003456786"]
)
def test_other_numbers_are_refused(text: str) -> None:
    with pytest.raises(RppsError):
        checked_rpps(text)


@given(st.integers(0, 10), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(place: int, more: int) -> None:
    right = "10003456786"
    wrong = str((int(right[place]) + more) % 10)
    with pytest.raises(RppsError):
        checked_rpps(right[:place] + wrong + right[place + 1 :])


# 750803447: rules-fr.md, d-18. 2B0000012: a published report names the CH de Bastia by it.
@pytest.mark.parametrize("text", ["750803447", "75 080 344 7", "2B0000012", "2b0000012"])
def test_places_with_the_right_check_digit(text: str) -> None:
    assert checked_finess(text) == text.replace(" ", "").upper()


@pytest.mark.parametrize(
    "text", ["", "750803446", "75080344", "7508034470", "2C0000012", "7508\u066034 47"]
)
def test_other_places_are_refused(text: str) -> None:
    with pytest.raises(FinessError):
        checked_finess(text)


@given(st.integers(0, 8), st.integers(1, 9))
def test_one_wrong_digit_of_a_place_is_always_noticed(place: int, more: int) -> None:
    right = "750803447"
    wrong = str((int(right[place]) + more) % 10)
    with pytest.raises(FinessError):
        checked_finess(right[:place] + wrong + right[place + 1 :])


@given(st.text(max_size=15))
def test_any_text_is_a_number_or_refused(text: str) -> None:
    for check, error in ((checked_rpps, RppsError), (checked_finess, FinessError)):
        try:
            number = check(text)
        except error:
            continue
        assert check(number) == number
