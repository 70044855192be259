"""The patient goes home with the summary and the prescription, the latter exactly as it came."""

from dataclasses import replace

from exports.documents.ward import PRESCRIPTION, kept, usual

from client.exports.documents import report_of
from client.exports.documents.handover import handover


async def test_the_prescription_is_unchanged_and_stands_apart() -> None:
    report = report_of(await kept(usual()))
    summary, prescription = handover(report, b"%PDF summary")
    assert (summary.name, summary.data) == ("summary", b"%PDF summary")
    assert (prescription.media_type, prescription.data) == ("application/pdf", PRESCRIPTION)
    assert "Ordonnance" not in prescription.name


async def test_what_did_not_come_whole_or_is_no_paper_is_left_out() -> None:
    report = report_of(await kept(usual()))
    (document,) = report.documents
    others = (replace(document, data=b""), replace(document, media_type="text/html"))
    assert len(handover(replace(report, documents=others), b"%PDF")) == 1
