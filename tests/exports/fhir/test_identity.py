"""Whose document it is: identities leave, or do not, as the national reference rules."""

import json
from dataclasses import replace

import pytest
from exports.documents.ward import DOSSIER
from exports.fhir.conftest import Told

from client.core.dossier.matricule import MatriculeError, WrongModeError
from client.core.dossier.traits import IdentityStatus, Matricule

REAL, TEST = "1.2.250.1.213.1.4.8", "1.2.250.1.213.1.4.10"
NUMBER = "279035121518989"
assert DOSSIER.traits


def test_identities_say_nothing_of_the_patient(told: Told) -> None:
    renamed = replace(DOSSIER, traits=replace(DOSSIER.traits, birth_name="AUTRE"))
    assert set(told().by_url) == set(told(renamed).by_url)


def test_the_matricule_leaves_with_a_qualified_identity_alone(told: Told) -> None:
    (found,) = told().one("Patient")["identifier"]
    assert (found["system"], found["value"]) == (f"urn:oid:{REAL}", NUMBER)
    for status in set(IdentityStatus) - {IdentityStatus.QUALIFIED}:
        bundle = told(replace(DOSSIER, traits=replace(DOSSIER.traits, status=status)))
        assert "identifier" not in bundle.one("Patient")
        assert NUMBER not in json.dumps(bundle.json)


@pytest.mark.parametrize("trait", ["birth_name", "first_names", "birth_date", "birth_place"])
def test_the_matricule_never_leaves_without_its_traits(told: Told, trait: str) -> None:
    empty: object = () if trait == "first_names" else ""
    bundle = told(replace(DOSSIER, traits=replace(DOSSIER.traits, **{trait: empty})))
    assert NUMBER not in json.dumps(bundle.json)
    assert bundle.one("Patient")["meta"]["profile"][0].endswith("/fr-core-patient")


@pytest.mark.parametrize(("oid", "is_training"), [(TEST, False), (REAL, True)])
def test_a_test_identity_is_for_training_alone_and_the_reverse(
    told: Told, asked: Told, oid: str, *, is_training: bool
) -> None:
    traits = replace(DOSSIER.traits, matricule=Matricule(NUMBER, oid))
    wrong = replace(DOSSIER, traits=traits, is_training=is_training)
    for tell in (told, asked):
        with pytest.raises(WrongModeError):
            tell(wrong)
        tell(replace(wrong, is_training=not is_training))


def test_a_matricule_whose_key_is_wrong_never_leaves(told: Told) -> None:
    wrong = replace(DOSSIER.traits, matricule=Matricule(NUMBER[:-1] + "0", REAL))
    with pytest.raises(MatriculeError):
        told(replace(DOSSIER, traits=wrong))


def test_training_is_marked_and_nothing_else_is(told: Told) -> None:
    traits = replace(DOSSIER.traits, matricule=Matricule(NUMBER, TEST))
    marked = told(replace(DOSSIER, traits=traits, is_training=True)).json
    assert marked["meta"]["security"][0]["code"] == "HTEST"
    assert "meta" not in told().json
