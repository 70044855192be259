"""Codes and addresses of profiles, each from the guide that fixes it.

Those of the vital signs are in `client/catalogue/vital_codes.json`, which the GP's page reads too.

Sources: ANS "Mesures de sante" 3.2.0 (github.com/ansforge/IG-fhir-mesures-de-sante), FR Core
(github.com/Interop-Sante/hl7.fhir.fr.core), HL7 FHIR R4 vital signs. Displays of LOINC codes are
LOINC's own long common names.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from client.catalogue import vital_codes
from devices.readings import Vital

_SHARED: Final[dict[str, Any]] = json.loads(vital_codes())
_SYSTEMS: Final[dict[str, str]] = _SHARED["systems"]
_MESURES: Final[str] = _SHARED["profiles"]


def _coding(system: str, code: str, display: str) -> tuple[str, str, str]:
    return _SYSTEMS[system], code, display


LOINC: Final = _SYSTEMS["loinc"]
UCUM: Final = _SYSTEMS["ucum"]
SNOMED: Final = "http://snomed.info/sct"
MDC: Final = "urn:iso:std:iso:11073:10101"
ACT_CODE: Final = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
ACT_REASON: Final = "http://terminology.hl7.org/CodeSystem/v3-ActReason"
PARTICIPATION: Final = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"
CATEGORY: Final = "http://terminology.hl7.org/CodeSystem/observation-category"
IDENTIFIER_TYPE: Final = "http://terminology.hl7.org/CodeSystem/v2-0203"
ABSENT: Final = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
EMPTY: Final = "http://terminology.hl7.org/CodeSystem/list-empty-reason"
NGAP: Final = "urn:oid:1.2.250.1.215.200.3.3"
PROFESSIONS: Final = "urn:oid:1.2.250.1.213.1.1.4.5"
"""As the CDA documents have it (d-17)."""

_NOS: Final = "https://mos.esante.gouv.fr/NOS/"
COMMUNES: Final = _NOS + "TRE_R13-CommuneOM/FHIR/TRE-R13-CommuneOM"

FR_CORE: Final = "https://hl7.fr/ig/fhir/core/StructureDefinition/"
FR_IDENTIFIERS: Final = "https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0203"
FR_IDENTITY_STATUS: Final = "https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-identity-status"
BIRTH_PLACE: Final = "http://hl7.org/fhir/StructureDefinition/patient-birthPlace"
DATA_ABSENT: Final = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"

REPORT: Final = ("85208-7", "Telemedicine Note")
REQUEST: Final = ("75496-0", "Telehealth Note")
PRESSURE_PANEL: Final = (_SHARED["pressure"]["loinc"], _SHARED["pressure"]["name"])
PRESSURE_PROFILE: Final = _MESURES + _SHARED["pressure"]["profile"]
OXYGEN_FLOW: Final = ("3151-8", "Inhaled oxygen flow rate")
PAIN: Final = ("72514-3", "Pain severity - 0-10 verbal numeric rating [Score] - Reported")
PAIN_PROFILE: Final = _MESURES + "mesures-observation-pain-severity"
PAIN_METHOD: Final = (_SYSTEMS["ncit"], "C21082", "Échelle numérique")
"""JDV_J159-MethodPainSeverity-ENS."""
_METHODS: Final[dict[str, tuple[str, str, str]]] = {
    name: _coding(*coded) for name, coded in _SHARED["methods"].items()
}
CONNECTED: Final = _METHODS["connected"]
"""JDV_J147-MethodHeartrate-ENS and JDV_J150-MethodBP-ENS; "balance" is of
JDV_J145-MethodBodyWeight-ENS."""

INHALED_OXYGEN: Final = ("767111007", "Product containing oxygen (medicinal product)")
"""FR Core MedicationAdministration Inhaled Oxygen, fixed code."""

_VITALS: Final[Mapping[Vital, dict[str, Any]]] = {
    vital: _SHARED["vitals"][vital.code] for vital in Vital
}

PROFILES: Final[Mapping[Vital, str]] = {
    vital: _MESURES + told["profile"] for vital, told in _VITALS.items() if "profile" in told
}
"""A vital sign absent here has no profile: millimoles are not in JDV_J163-GlucoseUnits-ENS."""

METHODS: Final[Mapping[Vital, tuple[str, str, str]]] = {
    vital: _METHODS[told["method"]] for vital, told in _VITALS.items() if "method" in told
}
"""Only what is true of every instrument that is read by a wire or by radio. Where a thermometer or
a cuff was held is not known here, and the value sets have no code for that: nothing is said."""

CODES: Final[Mapping[Vital, tuple[tuple[str, str, str], ...]]] = {
    vital: (
        *((_coding(*told["before"]),) if "before" in told else ()),
        _coding("loinc", vital.loinc, told["name"]),
        *((_coding(*told["after"]),) if "after" in told else ()),
    )
    for vital, told in _VITALS.items()
}
"""Every code of a vital sign, in the guides' order: glucose is first of JDV_J154-TypeGlucose-ENS,
an SpO2 is said to be by pulse oximetry last."""

NAMES: Final[Mapping[Vital, str]] = {vital: told["name"] for vital, told in _VITALS.items()}
