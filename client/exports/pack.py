"""All files of one consultation for the practice's software, under names that say nothing."""

from collections.abc import Iterator
from typing import Final

from client.exports import manifest
from client.exports.cda import (
    is_requested,
    lacks,
    report_document,
    request_document,
    request_lacks,
)
from client.exports.documents import ConsultationReport
from client.exports.fhir import report_bundle, request_bundle, written
from client.exports.manifest import Leaving, What
from client.exports.pdf.summary import summary_sheet
from client.exports.pdf.typesetting import Standard, pdf
from client.exports.pdf.wording import Words

FHIR: Final = "application/fhir+json"
_ENDINGS: Final = {
    "application/pdf": "pdf",
    "image/jpeg": "jpg",
    "image/png": "png",
    "audio/wav": "wav",
    "text/plain": "txt",
}


def pack(words: Words, report: ConsultationReport) -> tuple[tuple[str, bytes], ...]:
    """Names and contents, the manifest last: when it is there, everything is.

    Blocking, as typesetting is. Raises `client.core.dossier.matricule.WrongModeError` for an
    identity of the other mode (d-14), before any file is made.
    """
    missing = lacks(report)
    of_request = request_lacks(report) if is_requested(report) else ()
    reports = _reports(words, report, is_cda=not missing)
    files = [*reports, *_requests(words, report, is_cda=not of_request), *_attached(report)]
    told = manifest.manifest(report, files, missing, of_request)
    return (*((one.name, one.data) for one in files), (manifest.NAME, told))


def _reports(words: Words, report: ConsultationReport, *, is_cda: bool) -> Iterator[Leaving]:
    sheet = summary_sheet(words, report)
    printed = pdf(sheet)
    yield Leaving("report.pdf", What.REPORT_PDF, "application/pdf", printed)
    bundle = written(report_bundle(words, report, printed))
    yield Leaving("report-fhir.json", What.REPORT_FHIR, FHIR, bundle)
    if is_cda:
        document = report_document(words, report, pdf(sheet, Standard.CDA))
        yield Leaving("report-cda.xml", What.REPORT_CDA, "text/xml", document)


def _requests(words: Words, report: ConsultationReport, *, is_cda: bool) -> Iterator[Leaving]:
    """What was asked of the doctor, where anything was."""
    if not is_requested(report):
        return
    bundle = written(request_bundle(words, report))
    yield Leaving("request-fhir.json", What.REQUEST_FHIR, FHIR, bundle)
    if is_cda:
        document = request_document(words, report)
        yield Leaving("request-cda.xml", What.REQUEST_CDA, "text/xml", document)


def _attached(report: ConsultationReport) -> Iterator[Leaving]:
    for still in report.stills:
        if still.data:
            name = f"still-{still.id}.{_ending(still.media_type)}"
            yield Leaving(name, What.STILL, still.media_type, still.data)
    for document in report.documents:
        if document.data:
            name = f"document-{document.id}.{_ending(document.media_type)}"
            yield Leaving(name, What.RECEIVED, document.media_type, document.data)


def _ending(media_type: str) -> str:
    return _ENDINGS.get(media_type.partition(";")[0], "bin")
