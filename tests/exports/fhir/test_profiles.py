"""Every resource keeps the constraints of the profile it claims, and FHIR's own."""

from dataclasses import replace

import pytest
from exports.documents.ward import DOSSIER, READINGS, reading
from exports.fhir.conftest import Told
from exports.fhir.profiles import MES, PROFILES, Rule
from exports.fhir.reading import Bundle, Resource, at
from fhir.resources.R4B.bundle import Bundle as Model

from client.core.dossier.background import Answer, Background, Question
from client.core.dossier.consent import Giver, Item
from client.core.dossier.file import Dossier
from client.core.dossier.traits import IdentityStatus, Matricule

assert DOSSIER.background
assert DOSSIER.traits
assert DOSSIER.consent
EVERYTHING = (
    *READINGS,
    reading("respiration", 16, "/min", "PM6750", 200),
    reading("height", 171, "cm", "BC-418", 210),
    reading("bmi", 22.4, "kg/m2", "BC-418", 210),
    reading("weight", 65.5, "kg", "BC-418", 211),
    reading("glucose_molar", 5.4, "mmol/L", "CareSens", 220, measured_at="2026-11-22"),
    reading("perfusion_index", 3.1, "%", "CMS50E", 221),
    reading("heart_rate", 71, "/min", "PM6750", 222),
    reading("temperature_2", 37.1, "Cel", "PM6750", 223),
    reading("mean_pressure", 95, "mm[Hg]", "PM6750", 224, record=9),
)
ON_OXYGEN = replace(
    DOSSIER,
    background=Background("dyspnée", (Answer(Question.OXYGEN, "2,5 L/min"),)),
    traits=replace(
        DOSSIER.traits,
        matricule=Matricule("279035121518989", "1.2.250.1.213.1.4.10"),
    ),
    consent=replace(
        DOSSIER.consent, refused=tuple(Item), given_by=Giver.LEGAL_REPRESENTATIVE, giver_name="X"
    ),
    is_training=True,
)
UNQUALIFIED = replace(DOSSIER, traits=replace(DOSSIER.traits, status=IdentityStatus.RETRIEVED))
NOBODY = replace(DOSSIER, traits=None, contact=None, consent=None, background=None, finess="")
dossiers = pytest.mark.parametrize("dossier", [DOSSIER, ON_OXYGEN, UNQUALIFIED, NOBODY])


def broken(resource: Resource, rule: Rule) -> bool:
    found = at(resource, rule.path)
    if len(found) < rule.at_least or (rule.at_most is not None and len(found) > rule.at_most):
        return True
    if rule.path in {"interpretation", "identifier", "valueQuantity"} and not rule.at_least:
        return bool(found)
    if not rule.values:
        return False
    return not (all if rule.required else any)(one in rule.values for one in found)


def claims(bundle: Bundle) -> list[tuple[str, Resource]]:
    return [
        (profile, resource)
        for resource in bundle.by_url.values()
        for profile in resource.get("meta", {}).get("profile", ())
    ]


@dossiers
def test_each_resource_keeps_the_profile_it_claims(told: Told, dossier: Dossier) -> None:
    for profile, resource in claims(told(dossier, readings=EVERYTHING)):
        for rule in PROFILES[profile]:
            assert not broken(resource, rule), (profile, rule.path, rule.source)


def test_every_profile_is_met_by_something(told: Told) -> None:
    bundles = [told(one, readings=EVERYTHING) for one in (DOSSIER, ON_OXYGEN, UNQUALIFIED)]
    assert {profile for one in bundles for profile, _ in claims(one)} == set(PROFILES)


def test_the_rules_can_be_broken(told: Told) -> None:
    """Take anything a rule counts away, and it is missed."""
    for profile, resource in claims(told(readings=EVERYTHING)):
        for rule in PROFILES[profile]:
            if rule.at_least:
                name = rule.path.partition(".")[0]
                without = {key: value for key, value in resource.items() if key != name}
                assert broken(without, rule), (profile, rule.path)


@dossiers
def test_the_models_of_fhir_accept_the_bundles(told: Told, asked: Told, dossier: Dossier) -> None:
    for bundle in (told(dossier, readings=EVERYTHING), asked(dossier)):
        Model.model_validate(bundle.json)


def test_the_models_can_refuse(told: Told) -> None:
    bundle = told().json
    del bundle["entry"][0]["resource"]["status"]
    with pytest.raises(ValueError, match="status"):
        Model.model_validate(bundle)


def test_molar_glucose_claims_no_profile_whose_units_it_has_not(told: Told) -> None:
    found = told(readings=EVERYTHING).observation("14743-9")
    assert "meta" not in found
    assert found["valueQuantity"]["code"] == "mmol/L"
    assert MES + "mesures-observation-glucose" in PROFILES
