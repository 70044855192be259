"""The event loop goes on while a document is made."""

import asyncio

from exports.documents.ward import kept, usual

from client.exports.documents import report_of
from client.exports.pdf.press import sheet_pdf, summary_pdf
from client.exports.pdf.summary import summary_sheet
from client.exports.pdf.wording import Words


async def test_the_loop_turns_while_a_document_is_made(words: Words) -> None:
    report = report_of(await kept(usual()))
    making = asyncio.create_task(summary_pdf(words, report))
    turns = 0
    while not making.done():
        await asyncio.sleep(0)
        turns += 1
    assert turns > 2
    assert await making == await sheet_pdf(summary_sheet(words, report))
