"""What CI-SIS asks of a request, in our words, each with where it was read.

Read in github.com/ansforge/TestContenuCDA-3-0 at 7cd489b, as `exports.cda.header`:
``schematrons/CI-SIS_TLM-DA_2022.01.sch`` (da), its includes ``Entete_TLM-DA.sch`` (entete),
``S_anamneseEtFacteursDeRisques_ANS.sch`` (risks) and ``S_anamnese_ANS.sch`` (anamnesis), the IHE
sections and entries under ``schematrons/include`` by their file's name, and the examples
``ExemplesCDA/TLM-DA_2022.01_TCG.xml`` and ``TLM-DA_2022.01_TE1_anamnèse-non-structurée.xml``.
"""

from typing import Final

from exports.cda.header import HEADER, Asked

_REPORTS_OWN: Final = {"85208-7", "1.3.6.1.4.1.19376.1.2.20", "nonXMLBody", "SM26", "nullFlavor"}
"""Of the report's header, what is not a request's: its kind, its body, its author."""
_BODY: Final = "h:component/h:structuredBody/h:component"
_RISKS: Final = f"{_BODY}/h:section[h:templateId/@root='1.2.250.1.213.1.1.2.68']"
_ANAMNESIS: Final = "h:component/h:section[h:templateId/@root='1.2.250.1.213.1.1.2.69']"
_TREATMENTS: Final = f"{_BODY}/h:section[h:templateId/@root='1.3.6.1.4.1.19376.1.5.3.1.3.19']"
_TAKEN: Final = "h:entry/h:substanceAdministration[@classCode='SBADM'][@moodCode='EVN']"
_SIGNS: Final = f"{_BODY}/h:section[h:templateId/@root='1.3.6.1.4.1.19376.1.5.3.1.1.5.3.2']"
_PANEL: Final = "h:entry/h:organizer[@classCode='CLUSTER'][@moodCode='EVN']"
_LOINC: Final = "[@codeSystem='2.16.840.1.113883.6.1']"
_NORMAL: Final = "h:templateId[@root='1.3.6.1.4.1.19376.1.5.3.1.4.7.1']"

REQUEST: Final = (
    *(asked for asked in HEADER if not any(own in asked.path for own in _REPORTS_OWN)),
    Asked("h:templateId[@root='1.2.250.1.213.1.1.1.38'][@extension='2022.01']", 1, "entete"),
    Asked(f"h:code[@code='75496-0']{_LOINC}", 1, "entete; d-22"),
    Asked("h:author/h:assignedAuthor/h:code[@code='G15_21']", 1, "d-17, d-20: who asks"),
    Asked("h:informationRecipient//h:family[.='Dr Martin']", 1, "example: who is asked"),
    Asked(_BODY, 4, "example: risks, treatments, vital signs, results"),
    Asked(_RISKS, 1, "da: variables"),
    Asked(f"{_RISKS}/h:code[@code='46612-8']{_LOINC}", 1, "risks; d-22"),
    Asked(f"{_RISKS}/h:id", 1, "risks"),
    Asked(f"{_RISKS}/h:text", 0, "example"),
    Asked(f"{_RISKS}/{_ANAMNESIS}", 1, "da: variables"),
    Asked(f"{_RISKS}/{_ANAMNESIS}/h:id", 1, "anamnesis"),
    Asked(f"{_RISKS}/{_ANAMNESIS}/h:code[@code='34117-2']{_LOINC}", 1, "anamnesis"),
    Asked(f"{_RISKS}/{_ANAMNESIS}/h:text", 1, "anamnesis: words alone"),
    Asked(f"{_RISKS}/{_ANAMNESIS}/h:component", 0, "anamnesis: then nothing coded"),
    Asked(_TREATMENTS, 1, "da: variables"),
    Asked(f"{_TREATMENTS}/h:templateId[@root='2.16.840.1.113883.10.20.1.8']", 1, "S_medications"),
    Asked(f"{_TREATMENTS}/h:code[@code='10160-0']{_LOINC}", 1, "S_medications; d-22"),
    Asked(f"{_TREATMENTS}/{_TAKEN}/h:id", 1, "E_medications_int"),
    Asked(f"{_TREATMENTS}/{_TAKEN}/{_NORMAL}", 1, "E_medications_int"),
    Asked(f"{_TREATMENTS}/{_TAKEN}/h:text/h:reference", 1, "E_medications_int"),
    Asked(f"{_TREATMENTS}/{_TAKEN}/h:statusCode[@code='completed']", 1, "E_medications_int"),
    Asked(f"{_TREATMENTS}/{_TAKEN}//h:manufacturedProduct[count(h:templateId)>1]", 1, "_fr"),
    Asked(
        f"{_TREATMENTS}/{_TAKEN}//h:manufacturedMaterial/h:code[@nullFlavor]",
        *(1, "E_medications_fr: a code, or that there is none"),
    ),
    Asked(
        f"{_TREATMENTS}/{_TAKEN}//h:manufacturedMaterial/h:name[@nullFlavor='NA']",
        *(1, "E_produitDeSante_fr"),
    ),
    Asked(f"{_SIGNS}/h:templateId[@root='2.16.840.1.113883.10.20.1.16']", 1, "S_vitalSigns"),
    Asked(f"{_SIGNS}/h:templateId[@root='1.3.6.1.4.1.19376.1.5.3.1.3.25']", 1, "S_codedVitalSigns"),
    Asked(f"{_SIGNS}/h:code[@code='8716-3']{_LOINC}", 1, "S_codedVitalSigns; d-22"),
    Asked(f"{_SIGNS}/{_PANEL}/h:id", 1, "E_vitalSignsOrganizer_fr"),
    Asked(f"{_SIGNS}/{_PANEL}/h:code[@code='85353-1']{_LOINC}", 1, "E_vitalSignsOrganizer_fr"),
    Asked(f"{_SIGNS}/{_PANEL}/h:effectiveTime[@value]", 1, "E_vitalSignsOrganizer_int"),
    Asked(f"{_SIGNS}/{_PANEL}/h:templateId", 4, "E_vitalSignsOrganizer_int: three at least"),
    Asked(f"{_SIGNS}/{_PANEL}/h:component[not(@typeCode='COMP')]", 0, "E_vitalSignsOrganizer_int"),
    Asked("//h:observation[count(h:templateId)<3]", 0, "E_vitalSignsObservation_int"),
    Asked("//h:observation[not(h:effectiveTime/@value)]", 0, "E_vitalSignsObservation_int"),
    Asked("//h:observation[not(h:text/h:reference)]", 0, "E_vitalSignsObservation_fr"),
    Asked("//h:observation[not(h:statusCode/@code='completed')]", 0, "E_vitalSignsObservation_fr"),
    Asked("//h:observation[count(h:id)>1]", 0, "E_vitalSignsObservation_fr"),
)

UNITS: Final = {
    "8867-4": "/min",
    "20564-1": "%",
    "8480-6": "mm[Hg]",
    "8462-4": "mm[Hg]",
    "8310-5": "Cel",
}
"""E_vitalSignsObservation_int and JDV_SignesVitaux_CISIS, for what the ward has measured."""

ORDER: Final = (
    *("realmCode", "typeId", "templateId", "templateId", "templateId", "id", "code", "title"),
    *("effectiveTime", "confidentialityCode", "languageCode", "setId", "versionNumber"),
    *("recordTarget", "author", "custodian", "informationRecipient", "legalAuthenticator"),
    *("participant", "documentationOf", "documentationOf", "componentOf", "component"),
)
"""example, without its informants."""
