"""The INS matricule by its key, beside the traits, and in the right mode only."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.core.dossier.matricule import (
    Doubt,
    MatriculeError,
    UnknownOidError,
    WrongModeError,
    checked,
    checked_value,
    doubts,
    is_qualified,
    key_of,
)
from client.core.dossier.traits import REAL_OIDS, TEST_OIDS, IdentityStatus, Matricule, Sex, Traits

ANS_TEST = "279035121518989"
"""DOMINIQUE PAT-TROIS, the test patient of the national agency (rules-fr.md, d-13)."""
PAT_TROIS = Traits(
    birth_name="PAT-TROIS",
    first_names=("DOMINIQUE",),
    birth_date="1979-03-24",
    sex=Sex.FEMALE,
    birth_place="51215",
    matricule=Matricule(ANS_TEST, TEST_OIDS[0]),
)

numbers = st.builds(
    "{}{:02}{:02}{}{:06}".format,
    st.integers(1, 8),
    st.integers(0, 99),
    st.integers(1, 99),
    st.one_of(st.integers(1, 98).map("{:02}".format), st.sampled_from(["2A", "2B"])),
    st.integers(0, 999_999),
)


def test_the_test_patient_of_the_national_agency_verifies() -> None:
    assert key_of(ANS_TEST[:13]) == "89"
    assert checked_value("2 79 03 51 215 189 89") == ANS_TEST
    assert doubts(PAT_TROIS) == ()


# By hand after d-13: 19 for 2A and 18 for 2B, 97 less the rest of the division by 97.
@pytest.mark.parametrize(
    ("number", "computed"), [("155082A004018", 1550819004018), ("284022B033025", 2840218033025)]
)
def test_corsica_is_computed_with_its_old_department(number: str, computed: int) -> None:
    assert key_of(number) == f"{97 - computed % 97:02}"
    assert checked_value(number.lower() + key_of(number)) == number + key_of(number)


@given(numbers)
def test_every_number_has_one_key(number: str) -> None:
    key = key_of(number)
    assert checked_value(number + key) == number + key
    for other in ("00", "98", "99", f"{(int(key) + 1) % 100:02}"):
        with pytest.raises(MatriculeError):
            checked_value(number + other)


@given(number=numbers, place=st.integers(0, 12), more=st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(number: str, place: int, more: int) -> None:
    if not number[place].isdigit() or number[5:7] in {"2A", "2B"}:
        return
    wrong = number[:place] + str((int(number[place]) + more) % 10) + number[place + 1 :]
    with pytest.raises(MatriculeError):
        checked_value(wrong + key_of(number))


@given(st.text(max_size=20))
def test_any_text_is_a_matricule_or_refused_without_showing_it(text: str) -> None:
    try:
        value = checked_value(text)
    except MatriculeError as error:
        assert not str(error)  # noqa: PT017 -- a text may be a matricule as well
    else:
        assert checked_value(value) == value


@pytest.mark.parametrize("oid", REAL_OIDS)
def test_a_real_identity_is_refused_in_training(oid: str) -> None:
    matricule = Matricule(ANS_TEST, oid)
    assert checked(matricule, is_training=False) == matricule
    with pytest.raises(WrongModeError) as caught:
        checked(matricule, is_training=True)
    assert caught.value.is_training


@pytest.mark.parametrize("oid", TEST_OIDS)
def test_a_test_identity_is_refused_outside_training(oid: str) -> None:
    matricule = Matricule(ANS_TEST, oid)
    assert checked(matricule, is_training=True) == matricule
    with pytest.raises(WrongModeError):
        checked(matricule, is_training=False)


@pytest.mark.parametrize("is_training", [False, True])
def test_nobody_else_gives_a_matricule(*, is_training: bool) -> None:
    with pytest.raises(UnknownOidError):
        checked(Matricule(ANS_TEST, "1.2.3"), is_training=is_training)


@pytest.mark.parametrize(
    ("traits", "doubt"),
    [
        (replace(PAT_TROIS, sex=Sex.MALE), Doubt.SEX),
        (replace(PAT_TROIS, birth_date="1980-03-24"), Doubt.YEAR),
        (replace(PAT_TROIS, birth_date="1979-04-24"), Doubt.MONTH),
        (replace(PAT_TROIS, birth_place="75101"), Doubt.BIRTH_PLACE),
    ],
)
def test_a_contradiction_is_a_doubt_and_no_error(traits: Traits, doubt: Doubt) -> None:
    assert doubts(traits) == (doubt,)
    assert checked(PAT_TROIS.matricule or Matricule("", ""), is_training=True)


def test_what_is_not_known_contradicts_nothing() -> None:
    assert doubts(Traits(matricule=PAT_TROIS.matricule)) == ()
    assert doubts(Traits(sex=Sex.MALE)) == ()
    incomplete = "2793151215189"
    traits = replace(PAT_TROIS, matricule=Matricule(incomplete + key_of(incomplete), TEST_OIDS[0]))
    assert doubts(traits) == ()  # month 31 stands for an incomplete civil status


def test_only_a_qualified_identity_with_its_matricule_is_qualified() -> None:
    assert not is_qualified(None)
    assert not is_qualified(PAT_TROIS)
    assert is_qualified(replace(PAT_TROIS, status=IdentityStatus.QUALIFIED))
    assert not is_qualified(Traits(status=IdentityStatus.QUALIFIED))
