"""Constraints of the official profiles, in our words, each with where it was read.

``mes``: github.com/ansforge/IG-fhir-mesures-de-sante, folder ``input/fsh`` (licence of the
repository: none stated; nothing of it is copied). ``core``: folder ``input/fsh`` of
github.com/Interop-Sante/hl7.fhir.fr.core. ``r4``: hl7.org/fhir/R4.
"""

from dataclasses import dataclass
from typing import Final

MES: Final = "https://interop.esante.gouv.fr/ig/fhir/mesures/StructureDefinition/"
CORE: Final = "https://hl7.fr/ig/fhir/core/StructureDefinition/"
NOS: Final = "https://mos.esante.gouv.fr/NOS/"
CLADIMED: Final = NOS + "TRE_R306-CLADIMED/FHIR/TRE-R306-CLADIMED"
NCIT: Final = NOS + "TRE_R307-NCIT/FHIR/TRE-R307-NCIT"
TAASIP: Final = NOS + "TRE_R308-TAASIP/FHIR/TRE-R308-TAASIP"


@dataclass(frozen=True)
class Rule:
    """At this path: how many, and which values."""

    path: str
    at_least: int
    at_most: int | None
    values: tuple[object, ...]
    """Any, when empty. With `required`, each value found is one of these."""
    source: str
    required: bool = True
    """Else one of the values found is one of these."""


def one(path: str, *values: object, source: str) -> Rule:
    return Rule(path, 1, 1, values, source)


def some(path: str, *values: object, source: str) -> Rule:
    return Rule(path, 1, None, values, source, required=False)


def bound(path: str, *values: object, source: str) -> Rule:
    """A required binding: absent, or one of these."""
    return Rule(path, 0, None, values, source)


VITAL_SIGNS: Final = (
    one("status", "final", "preliminary", source="r4/vitalsigns: status 1..1"),
    one("category.coding.code", "vital-signs", source="r4/vitalsigns: VSCat, fixed"),
    one("category.coding.display", "vital-signs", source="mes: category[VSCat].coding.display"),
    some("code.coding.code", source="r4/vitalsigns: code 1..1"),
    one("subject.reference", source="r4/vitalsigns: subject 1..1"),
    Rule("effectiveDateTime", 0, 1, (), "mes: effective[x] only dateTime"),
    one("issued", source="the issue: received time"),
    one(
        "device.reference",
        source="mes: device mandatory when measured by a connected object (d-23)",
    ),
    bound("interpretation", source="d-29: none"),
)


def quantity(unit: str, source: str) -> tuple[Rule, ...]:
    return (
        one("valueQuantity.value", source=source),
        one("valueQuantity.unit", source="r4/vitalsigns: valueQuantity.unit 1..1"),
        one("valueQuantity.system", "http://unitsofmeasure.org", source=source),
        one("valueQuantity.code", unit, source=source),
    )


J147: Final = ("K50BF", "K51FC01", "C49676", "C153216", "MED-873")
J149: Final = ("24890", "24922")
J151: Final = ("14544", "49184", "52780", "24864", "46450", "63864")

PROFILES: Final[dict[str, tuple[Rule, ...]]] = {
    MES + "mesures-fr-observation-oxygen-sat": (
        *VITAL_SIGNS,
        some("code.coding.code", "2708-6", source="r4/oxygensat: OxygenSatCode, fixed"),
        *quantity("%", "r4/oxygensat: % fixed"),
        Rule("partOf", 0, 1, (), "mes/MesFrObservationOxygenSat: partOf ..1"),
        bound(
            "method.coding.code", *J147, source="mes/MesFrObservationOxygenSat: method, JDV_J147"
        ),
    ),
    MES + "mesures-fr-observation-heartrate": (
        *VITAL_SIGNS,
        one("code.coding.code", "8867-4", source="r4/heartrate: fixed"),
        *quantity("/min", "r4/heartrate: /min fixed"),
        bound("method.coding.code", *J147, source="mes/MesFrObservationHeartrate: JDV_J147"),
    ),
    MES + "mesures-fr-observation-resp-rate": (
        *VITAL_SIGNS,
        one("code.coding.code", "9279-1", source="r4/resprate: fixed"),
        *quantity("/min", "r4/resprate: /min fixed"),
    ),
    MES + "mesures-fr-observation-body-temperature": (
        *VITAL_SIGNS,
        one("code.coding.code", "8310-5", source="r4/bodytemp: fixed"),
        *quantity("Cel", "mes/MesFrObservationBodyTemperature: valueQuantity = UCUM#Cel"),
        bound("bodySite.coding.code", *J151, source="mes: JDV_J151, required"),
        bound("method.coding.code", "K50BC10", "K50BC03", source="mes: JDV_J152, required"),
    ),
    MES + "mesures-fr-observation-bp": (
        *VITAL_SIGNS,
        one("code.coding.code", "85354-9", source="mes/Terminologies.md: 85354-9"),
        some("component.code.coding.code", "8480-6", source="r4/bp: SystolicBP 1..1"),
        some("component.code.coding.code", "8462-4", source="r4/bp: DiastolicBP 1..1"),
        bound("component.valueQuantity.code", "mm[Hg]", source="r4/bp: mm[Hg] fixed"),
        bound("valueQuantity", source="r4/bp: the panel itself has no value"),
        bound("bodySite.coding.code", *J149, source="mes/MesFrObservationBp: JDV_J149, required"),
    ),
    MES + "mesures-observation-glucose": (
        *VITAL_SIGNS,
        some(
            "code.coding.code", "2345-7", source="mes/MesObservationGlucose: JDV_J154, extensible"
        ),
        *quantity("mg/dL", "mes/MesObservationGlucose: JDV_J163, required"),
    ),
    MES + "mesures-fr-observation-body-weight": (
        *VITAL_SIGNS,
        one("code.coding.code", "29463-7", source="r4/bodyweight: fixed"),
        *quantity("kg", "mes/MesFrObservationBodyWeight: valueQuantity = UCUM#kg"),
        bound("method.coding.code", "K50BI02", source="mes: JDV_J145, required"),
    ),
    MES + "mesures-fr-observation-bodyheight": (
        *VITAL_SIGNS,
        one("code.coding.code", "8302-2", source="r4/bodyheight: fixed"),
        *quantity("cm", "mes/MesFrObservationBodyHeight: valueQuantity = UCUM#cm"),
    ),
    MES + "mesures-fr-observation-bmi": (
        *VITAL_SIGNS,
        one("code.coding.code", "39156-5", source="r4/bmi: fixed"),
        *quantity("kg/m2", "r4/bmi: kg/m2 fixed"),
    ),
    MES + "mesures-observation-pain-severity": (
        one("status", "final", source="r4/vitalsigns"),
        one("category.coding.code", "vital-signs", source="r4/vitalsigns"),
        one("code.coding.code", "72514-3", source="mes/MesObservationPainSeverity: exactly"),
        one("effectiveDateTime", source="mes: effective[x] only dateTime"),
        one("valueQuantity.unit", "Level", source="mes/MesObservationPainSeverity: exactly"),
        one("valueQuantity.code", "1", source="mes/MesObservationPainSeverity: exactly"),
        bound(
            *("method.coding.code", "C21082", "C121547", "C21133"),
            source="mes/MesObservationPainSeverity: JDV_J159, required",
        ),
    ),
    CORE + "fr-core-patient-ins": (
        Rule("extension", 2, None, (), "core: identityReliability 1..*, birthPlace 1..1"),
        some("extension.valueAddress.extension.valueCoding.code", source="core: inseeCode 1..1"),
        one("identifier.system", source="core: identifier 1.., one official (fr-core-2)"),
        bound(
            *("identifier.type.coding.code", "INS-NIR", "INS-NIA", "INS-NIR-TEST", "INS-NIR-DEMO"),
            source="core: identifier slices",
        ),
        bound("identifier.use", "official", "temp", source="core: identifier[INS-...].use"),
        some("name.use", "official", source="core: name[officialName] 1..1"),
        some("name.extension.valueString", source="core: birth-list-given-name 1..1"),
        one("gender", "male", "female", "unknown", source="core: fr-core-vs-patient-gender-INS"),
        one("birthDate", source="core: birthDate 1.."),
    ),
    CORE + "fr-core-patient": (
        bound("identifier", source="core: no matricule but in the INS profile"),
    ),
    CORE + "fr-core-practitioner": (
        bound(
            *("identifier.system", "urn:oid:1.2.250.1.71.4.2.1", "https://rpps.esante.gouv.fr"),
            source="core/FRCorePractitionerProfile: idNatPs, rpps",
        ),
    ),
    CORE + "fr-core-organization": (
        some("identifier.system", source="core: identifier.system 1.."),
        some("identifier.value", source="core: identifier.value 1.."),
    ),
    CORE + "fr-core-encounter": (
        one(
            "identifier.type.coding.code", source="core/FRCoreEncounterProfile: identifier.type 1.."
        ),
        one("identifier.system", source="core: identifier.system 1.."),
        one("identifier.value", source="core: identifier.value 1.."),
        one("class.code", "VR", source="d-21: VR"),
        one("class.system", source="core: class.system 1.."),
        one("period", source="core: period 1.."),
        Rule("type", 0, 1, (), "core: type ..1"),
    ),
    CORE + "fr-core-consent": (one("patient", source="core/FRCoreConsentProfile: patient"),),
    CORE + "fr-core-medication-administration-inhaled-oxygen": (
        one("medicationCodeableConcept.coding.code", "767111007", source="core: exactly"),
        one(
            *("medicationCodeableConcept.coding.system", "http://snomed.info/sct"),
            source="core: exactly",
        ),
    ),
}
