"""What CI-SIS asks of the header, in our words, each with where it was read.

Read in github.com/ansforge/TestContenuCDA-3-0 at 7cd489b, which states no licence, so that nothing
of it is copied here: ``schematrons/CI-SIS_TLM-CR_2022.01.sch`` (cr), its include
``Entete_TLM-CR.sch`` (entete), the minimal structure
``profils/structurationMinimale/include/1.2.250.1.213.1.1.1.1-2017-12-13T103531.sch`` (min, with the
name of its template), and ``ExemplesCDA/TLM-CR_2022.01.xml`` (example).
"""

from dataclasses import dataclass
from typing import Final

NS: Final = {"h": "urn:hl7-org:v3", "xsi": "http://www.w3.org/2001/XMLSchema-instance"}
ACTS: Final = {"TCG", "TC", "TE1", "TE2", "TLD", "TLL", "TLM", "TLS"}
"""entete: what a documented act may be."""


@dataclass(frozen=True)
class Asked:
    """How often this XPath is found."""

    path: str
    count: int
    source: str


_PERSON: Final = "h:assignedPerson/h:name/h:family[normalize-space()]"
_RPPS: Final = "h:id[@root='1.2.250.1.71.4.2.1'][string-length(@extension)=12]"
_ORGANIZATION: Final = "h:representedOrganization/h:standardIndustryClassCode[@code]"

HEADER: Final = (
    Asked("h:realmCode[@code='FR']", 1, "min"),
    Asked("h:typeId[@root='2.16.840.1.113883.1.3'][@extension='POCD_HD000040']", 1, "min"),
    Asked("h:templateId[@root='2.16.840.1.113883.2.8.2.1']", 1, "example: HL7 France"),
    Asked("h:templateId[@root='1.2.250.1.213.1.1.1.1']", 1, "example: CI-SIS"),
    Asked("h:templateId[@root='1.3.6.1.4.1.19376.1.2.20']", 1, "cr: rule variables"),
    Asked("h:id[@root]", 1, "min"),
    Asked("h:code[@code='85208-7'][@codeSystem='2.16.840.1.113883.6.1']", 1, "entete: rule 1"),
    Asked("h:title[normalize-space()]", 1, "min"),
    Asked("h:effectiveTime[@value]", 1, "min"),
    Asked("h:confidentialityCode[@code='N'][@codeSystem='2.16.840.1.113883.5.25']", 1, "min"),
    Asked("h:languageCode[@code='fr-FR']", 1, "min"),
    Asked("h:setId[@root]", 1, "min"),
    Asked("h:versionNumber[@value>0]", 1, "min"),
    Asked("h:recordTarget/h:patientRole/h:id[@extension]", 1, "min: CI-SISRecordTarget"),
    Asked("h:recordTarget/h:patientRole/h:addr", 1, "min: CI-SISRecordTarget"),
    Asked("h:recordTarget//h:name/h:family[@qualifier='BR']", 1, "d-11; example"),
    Asked("h:recordTarget//h:name/h:given[@qualifier='BR']", 1, "d-11; example"),
    Asked("h:recordTarget//h:name/h:given[not(@qualifier)]", 1, "d-11: list of first names"),
    Asked("h:recordTarget//h:administrativeGenderCode[@code]", 1, "min: CI-SISRecordTarget"),
    Asked("h:recordTarget//h:birthTime[@value]", 1, "min: CI-SISRecordTarget"),
    Asked("h:recordTarget//h:birthplace/h:place/h:addr/h:county", 1, "d-11: COG"),
    Asked("h:author/h:time[@value]", 1, "min: CI-SISAuthor"),
    Asked(f"h:author/h:assignedAuthor/{_RPPS}", 1, "min: CI-SISAuthor; d-17"),
    Asked(f"h:author/h:assignedAuthor/{_PERSON}", 1, "min: CI-SISAuthor"),
    Asked("h:author/h:assignedAuthor/h:code[@code='G15_10/SM26']", 1, "example; d-17"),
    Asked(
        *("h:custodian//h:id[@root='1.2.250.1.71.4.2.2'][@extension='1750803447']", 1),
        "min: CI-SISCustodian; d-18",
    ),
    Asked("h:informationRecipient/h:intendedRecipient", 1, "d-21: the patient's own doctor"),
    Asked("h:legalAuthenticator/h:time[@value]", 1, "min: CI-SISLegalAuthenticator"),
    Asked("h:legalAuthenticator/h:signatureCode[@code='S']", 1, "min: CI-SISLegalAuthenticator"),
    Asked(f"h:legalAuthenticator/h:assignedEntity/{_RPPS}", 1, "min: CI-SISLegalAuthenticator"),
    Asked(
        *("h:participant[@typeCode='PRF']/h:functionCode[@code='353']", 1),
        "d-21: who accompanied",
    ),
    Asked("h:participant/h:time[@xsi:type='IVL_TS']/h:low[@value]", 1, "example; d-21"),
    Asked("h:participant/h:time/h:high[@value]", 1, "example; d-21"),
    Asked("h:participant/h:associatedEntity[@classCode='PROV']", 1, "min: CI-SISParticipant"),
    Asked("h:participant//h:id[not(@root) or not(@extension)]", 0, "min: CI-SISParticipant"),
    Asked("h:documentationOf/h:serviceEvent[@classCode='ACT']", 2, "d-21: one each"),
    Asked("h:documentationOf[1]//h:code[@code='TCG']", 1, "entete: rule 2; d-21"),
    Asked("h:documentationOf[2]//h:code[@code='TLM']", 1, "entete: rule 2; d-21"),
    Asked(
        *("h:documentationOf/h:serviceEvent/h:code[@codeSystem='1.2.250.1.215.200.3.3']", 2),
        "d-21: NGAP",
    ),
    Asked("h:documentationOf//h:effectiveTime/h:low[@value]", 2, "min: CI-SISDocumentationOf"),
    Asked(f"h:documentationOf//h:assignedEntity/{_RPPS}", 2, "min: CI-SISDocumentationOf"),
    Asked(
        *(f"h:documentationOf//h:assignedEntity/{_ORGANIZATION}", 2),
        "min: CI-SISDocumentationOf",
    ),
    Asked("h:componentOf//h:code[@code='VR']", 1, "d-21; example"),
    Asked("h:componentOf//h:effectiveTime/h:low[@value]", 1, "min: CI-SISComponentOf"),
    Asked(
        *("h:componentOf//h:healthCareFacility/h:code[@codeSystem='1.2.250.1.71.4.2.4']", 1),
        "min: CI-SISComponentOf",
    ),
    Asked(
        *(
            "h:component/h:nonXMLBody/h:text[@mediaType='application/pdf'][@representation='B64']",
            1,
        ),
        "d-21; example",
    ),
    Asked("//*[@nullFlavor and node()]", 0, "HL7 CDA R2: what is not known has no content"),
)

ORDER: Final = (
    *("realmCode", "typeId", "templateId", "templateId", "templateId", "id", "code", "title"),
    *("effectiveTime", "confidentialityCode", "languageCode", "setId", "versionNumber"),
    *("recordTarget", "author", "custodian", "informationRecipient", "legalAuthenticator"),
    *("participant", "documentationOf", "documentationOf", "componentOf", "component"),
)
"""example, without its informants, of whom nothing is known here."""
