"""What a site may call an identity (rules-fr.md, d-15)."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.core.dossier.identity_status import status_of
from client.core.dossier.traits import REAL_OIDS, IdentityStatus, Matricule, Sex, Traits

PROVISIONAL, RETRIEVED, VALIDATED, QUALIFIED = IdentityStatus
RECEIVED = Traits(
    *("PAT-TROIS", ("DOMINIQUE",), "TROIS", "1979-03-15", Sex.FEMALE, "51215"),
    Matricule("279035121518989", REAL_OIDS[0]),
    QUALIFIED,
)
EDITS = [
    {"birth_name": "PAT-DEUX"},
    {"first_names": ("DOMINIQUE", "MARIE")},
    {"birth_date": "1979-03-16"},
    {"sex": Sex.MALE},
    {"birth_place": "51216"},
    {"matricule": None},
    {"matricule": Matricule("279035121518989", REAL_OIDS[1])},
]


@given(is_seen=st.sampled_from([None, True, False]), claimed=st.sampled_from(IdentityStatus))
def test_what_is_typed_is_never_more_than_validated(
    *, is_seen: bool | None, claimed: IdentityStatus
) -> None:
    typed = replace(RECEIVED, status=claimed)
    found = status_of(typed, None, is_document_seen=is_seen)
    assert found is (VALIDATED if is_seen else PROVISIONAL)


@pytest.mark.parametrize("status", IdentityStatus)
def test_what_was_received_stays_as_received(status: IdentityStatus) -> None:
    received = replace(RECEIVED, status=status)
    typed = replace(received, status=PROVISIONAL, used_name="DURAND")
    assert status_of(typed, received, is_document_seen=None) is status


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("status", [RETRIEVED, VALIDATED, QUALIFIED])
def test_a_changed_trait_lowers_it(status: IdentityStatus, edit: dict[str, object]) -> None:
    received = replace(RECEIVED, status=status)
    changed = replace(received, **edit)  # type: ignore[arg-type]  # named above
    assert status_of(changed, received, is_document_seen=None) is PROVISIONAL
    assert status_of(changed, received, is_document_seen=True) is VALIDATED


@pytest.mark.parametrize(
    ("status", "is_seen", "then"),
    [
        (PROVISIONAL, True, VALIDATED),
        (PROVISIONAL, False, PROVISIONAL),
        (VALIDATED, False, PROVISIONAL),
        (RETRIEVED, True, RETRIEVED),  # the two together qualify, which is not this site's to say
        (RETRIEVED, False, RETRIEVED),
        (QUALIFIED, False, QUALIFIED),
    ],
)
def test_a_document_says_what_a_document_can(
    *, status: IdentityStatus, is_seen: bool, then: IdentityStatus
) -> None:
    received = replace(RECEIVED, status=status)
    assert status_of(received, received, is_document_seen=is_seen) is then
