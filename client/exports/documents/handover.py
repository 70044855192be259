"""What the patient takes home on paper: the summary, and the GP's files exactly as they came."""

from dataclasses import dataclass, field
from typing import Final

from client.exports.documents.report import ConsultationReport

PDF: Final = "application/pdf"
PRINTED_AS_IS: Final = (PDF, "image/jpeg", "image/png")


@dataclass(frozen=True, slots=True)
class Printout:
    """One document to print; its name says nothing of the patient."""

    name: str
    media_type: str
    data: bytes = field(repr=False)


def handover(report: ConsultationReport, summary: bytes) -> tuple[Printout, ...]:
    """The summary first, then each of the GP's files that is whole and can be printed unchanged.

    A prescription is never made again nor put into another document (rules-fr.md, d-25).
    """
    return (
        Printout("summary", PDF, summary),
        *(
            Printout(f"document-{document.id}", document.media_type, document.data)
            for document in report.documents
            if document.data and document.media_type in PRINTED_AS_IS
        ),
    )
