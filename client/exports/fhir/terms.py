"""Codes and addresses of profiles, each from the guide that fixes it.

Sources: ANS "Mesures de sante" 3.2.0 (github.com/ansforge/IG-fhir-mesures-de-sante), FR Core
(github.com/Interop-Sante/hl7.fhir.fr.core), HL7 FHIR R4 vital signs. Displays of LOINC codes are
LOINC's own long common names.
"""

from collections.abc import Mapping
from typing import Final

from devices.readings import Vital

LOINC: Final = "http://loinc.org"
UCUM: Final = "http://unitsofmeasure.org"
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
ANS_LOINC: Final = _NOS + "TRE_A04-Loinc/FHIR/TRE-A04-Loinc"
_CLADIMED: Final = _NOS + "TRE_R306-CLADIMED/FHIR/TRE-R306-CLADIMED"
_NCIT: Final = _NOS + "TRE_R307-NCIT/FHIR/TRE-R307-NCIT"

FR_CORE: Final = "https://hl7.fr/ig/fhir/core/StructureDefinition/"
FR_IDENTIFIERS: Final = "https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0203"
FR_IDENTITY_STATUS: Final = "https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-identity-status"
BIRTH_PLACE: Final = "http://hl7.org/fhir/StructureDefinition/patient-birthPlace"
DATA_ABSENT: Final = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
_MESURES: Final = "https://interop.esante.gouv.fr/ig/fhir/mesures/StructureDefinition/"

REPORT: Final = ("85208-7", "Telemedicine Note")
REQUEST: Final = ("75496-0", "Telehealth Note")
PRESSURE_PANEL: Final = ("85354-9", "Blood pressure panel with all children optional")
PRESSURE_PROFILE: Final = _MESURES + "mesures-fr-observation-bp"
BY_PULSE_OXIMETRY: Final = ("59408-5", "Oxygen saturation in Arterial blood by Pulse oximetry")
OXYGEN_FLOW: Final = ("3151-8", "Inhaled oxygen flow rate")
PAIN: Final = ("72514-3", "Pain severity - 0-10 verbal numeric rating [Score] - Reported")
PAIN_PROFILE: Final = _MESURES + "mesures-observation-pain-severity"
PAIN_METHOD: Final = (_NCIT, "C21082", "Échelle numérique")
"""JDV_J159-MethodPainSeverity-ENS."""
CONNECTED: Final = (_NCIT, "C153216", "Objets connectés")
"""JDV_J147-MethodHeartrate-ENS and JDV_J150-MethodBP-ENS."""
_BALANCE: Final = (_CLADIMED, "K50BI02", "Balance")
"""JDV_J145-MethodBodyWeight-ENS."""
BLOOD_GLUCOSE: Final = ("2345-7", "Glucose sanguin")
"""JDV_J154-TypeGlucose-ENS, of `ANS_LOINC`."""

INHALED_OXYGEN: Final = ("767111007", "Product containing oxygen (medicinal product)")
"""FR Core MedicationAdministration Inhaled Oxygen, fixed code."""

PROFILES: Final[Mapping[Vital, str]] = {
    Vital.SPO2: _MESURES + "mesures-fr-observation-oxygen-sat",
    Vital.PULSE: _MESURES + "mesures-fr-observation-heartrate",
    Vital.HEART_RATE: _MESURES + "mesures-fr-observation-heartrate",
    Vital.TEMPERATURE: _MESURES + "mesures-fr-observation-body-temperature",
    Vital.TEMPERATURE_2: _MESURES + "mesures-fr-observation-body-temperature",
    Vital.RESPIRATION: _MESURES + "mesures-fr-observation-resp-rate",
    Vital.GLUCOSE: _MESURES + "mesures-observation-glucose",
    Vital.WEIGHT: _MESURES + "mesures-fr-observation-body-weight",
    Vital.HEIGHT: _MESURES + "mesures-fr-observation-bodyheight",
    Vital.BMI: _MESURES + "mesures-fr-observation-bmi",
}
"""A vital sign absent here has no profile: millimoles are not in JDV_J163-GlucoseUnits-ENS."""

METHODS: Final[Mapping[Vital, tuple[str, str, str]]] = {
    Vital.SPO2: CONNECTED,
    Vital.PULSE: CONNECTED,
    Vital.HEART_RATE: CONNECTED,
    Vital.WEIGHT: _BALANCE,
}
"""Only what is true of every instrument that is read by a wire or by radio. Where a thermometer or
a cuff was held is not known here, and the value sets have no code for that: nothing is said."""

NAMES: Final[Mapping[Vital, str]] = {
    Vital.SPO2: "Oxygen saturation in Arterial blood",
    Vital.PULSE: "Heart rate",
    Vital.HEART_RATE: "Heart rate",
    Vital.PERFUSION_INDEX: "Perfusion index Tissue by Pulse oximetry",
    Vital.TEMPERATURE: "Body temperature",
    Vital.TEMPERATURE_2: "Body temperature",
    Vital.SYSTOLIC: "Systolic blood pressure",
    Vital.DIASTOLIC: "Diastolic blood pressure",
    Vital.MEAN_PRESSURE: "Mean blood pressure",
    Vital.RESPIRATION: "Respiratory rate",
    Vital.GLUCOSE: "Glucose [Mass/volume] in Capillary blood by Glucometer",
    Vital.GLUCOSE_MOLAR: "Glucose [Moles/volume] in Capillary blood by Glucometer",
    Vital.WEIGHT: "Body weight",
    Vital.HEIGHT: "Body height",
    Vital.BMI: "Body mass index (BMI) [Ratio]",
}
