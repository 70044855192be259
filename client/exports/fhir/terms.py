"""Codes and addresses of profiles, each from the guide that fixes it.

What the GP's page says too is in `client/catalogue/fhir_codes.json`.

Sources: ANS "Mesures de sante" 3.2.0 (github.com/ansforge/IG-fhir-mesures-de-sante), FR Core
(github.com/Interop-Sante/hl7.fhir.fr.core), HL7 FHIR R4 vital signs. Displays of LOINC codes are
LOINC's own long common names.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from client.catalogue import fhir_codes
from devices.readings import Vital

_SHARED: Final[dict[str, Any]] = json.loads(fhir_codes())
_SYSTEMS: Final[dict[str, str]] = _SHARED["systems"]
_MESURES: Final[str] = _SHARED["profiles"]


def _coding(system: str, code: str, display: str) -> tuple[str, str, str]:
    return _SYSTEMS[system], code, display


LOINC: Final = _SYSTEMS["loinc"]
UCUM: Final = _SYSTEMS["ucum"]
SNOMED: Final = "http://snomed.info/sct"
ACT_CODE: Final = _SYSTEMS["act_code"]
ACT_REASON: Final = "http://terminology.hl7.org/CodeSystem/v3-ActReason"
PARTICIPATION: Final = _SYSTEMS["participation"]
CATEGORY: Final = _SYSTEMS["category"]
IDENTIFIER_TYPE: Final = _SYSTEMS["identifier_type"]
ABSENT: Final = _SYSTEMS["absent"]
EMPTY: Final = _SYSTEMS["empty"]
MEDIA_TYPE: Final = _SYSTEMS["media_type"]
NGAP: Final = "urn:oid:1.2.250.1.215.200.3.3"
PROFESSIONS: Final = _SYSTEMS["professions"]
"""As the CDA documents have it (d-17)."""

COMMUNES: Final = _SYSTEMS["communes"]

FR_CORE: Final[str] = _SHARED["fr_core"]
FR_IDENTIFIERS: Final = _SYSTEMS["fr_identifiers"]
FR_IDENTITY_STATUS: Final = _SYSTEMS["fr_identity_status"]
BIRTH_PLACE: Final[str] = _SHARED["birth_place"]
DATA_ABSENT: Final[str] = _SHARED["data_absent"]

REPORT: Final[tuple[str, str]] = (_SHARED["report"][0], _SHARED["report"][1])
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

DOCTOR: Final[str] = _SHARED["doctor"]
"""A general practitioner (d-17): who answers a site is one."""

DEVICE_TYPE: Final = _coding(*_SHARED["device"]["type"])
"""ISO/IEEE 11073-10101: any simple medical device system."""
FIRMWARE: Final = _coding(*_SHARED["device"]["firmware"])

NAMES: Final[Mapping[Vital, str]] = {vital: told["name"] for vital, told in _VITALS.items()}
