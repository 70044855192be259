"""What a site leaves in a folder after a consultation: the record, documents, the journal."""

from pathlib import Path
from typing import Final

from client.catalogue import Catalogue
from client.cli.journal_words import event_line
from client.core.record import ConsultationRecord
from client.exports.documents import report_of
from client.exports.folder import export_consultation
from client.printing import save

DOCUMENTS: Final = "documents-out"
"""Folder of the report as PDF, FHIR and, where it is ready for it, CDA, with their manifest."""
JOURNAL: Final = "journal.txt"


def export_all(record: ConsultationRecord, folder: Path, say: Catalogue) -> None:
    """Write it all into this folder, made if needed. Blocking.

    Raises what `export_consultation`, `client.exports.pack.pack` and `save` do.
    """
    from client.exports.pack import pack  # noqa: PLC0415 -- the typesetter is large
    from client.exports.pdf.wording import Words  # noqa: PLC0415 -- same

    export_consultation(record, folder)
    lines = (event_line(entry, say) for entry in record.journal)
    save("".join(f"{line}\n" for line in lines).encode(), folder / JOURNAL)
    (folder / DOCUMENTS).mkdir(mode=0o700, exist_ok=True)
    for name, data in pack(Words(say), report_of(record)):
        save(data, folder / DOCUMENTS / name)
