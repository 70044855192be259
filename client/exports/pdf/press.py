"""Documents made beside the event loop: the typesetter runs in a thread and lets others run."""

import asyncio

from client.exports.documents import ConsultationReport
from client.exports.pdf.sheet import Sheet
from client.exports.pdf.summary import summary_sheet
from client.exports.pdf.typesetting import Standard, pdf
from client.exports.pdf.wording import Words


async def summary_pdf(
    words: Words, report: ConsultationReport, standard: Standard = Standard.ACCESSIBLE
) -> bytes:
    """The summary, in 20 to 300 ms, photos included. Raises `DocumentFailedError`."""
    return await asyncio.to_thread(lambda: pdf(summary_sheet(words, report), standard))


async def sheet_pdf(sheet: Sheet) -> bytes:
    """Any other document."""
    return await asyncio.to_thread(pdf, sheet)
