"""What a consultation leaves behind, told once for every document: no layout, no language, no code.

`report_of` builds a `ConsultationReport` from what was kept; the PDF, FHIR and CDA exports each say
it in their own way.
"""

from client.exports.documents.building import report_of
from client.exports.documents.digest import content_sha256
from client.exports.documents.report import (
    Analysis,
    ChosenStill,
    ConsultationReport,
    GeneralPractitioner,
    Instrument,
    JournalSeal,
    Live,
    Measurement,
    NoValue,
    ReceivedDocument,
    SignatureState,
    SummaryText,
    Times,
    Value,
)

__all__ = [
    "Analysis",
    "ChosenStill",
    "ConsultationReport",
    "GeneralPractitioner",
    "Instrument",
    "JournalSeal",
    "Live",
    "Measurement",
    "NoValue",
    "ReceivedDocument",
    "SignatureState",
    "SummaryText",
    "Times",
    "Value",
    "content_sha256",
    "report_of",
]
