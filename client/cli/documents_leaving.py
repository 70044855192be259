"""``chevet documents fhir|cda|request|pack``: what the practice's software takes."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from client.catalogue import Catalogue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from client.core.record import ConsultationRecord
    from client.exports.cda import Lack
    from client.exports.documents import ConsultationReport
    from client.exports.pdf.wording import Words

    Reading = Callable[[argparse.Namespace, Catalogue], ConsultationRecord]
    Making = Callable[[Words, ConsultationReport], bytes]


def add(parser: argparse.ArgumentParser, say: Catalogue, name: str, read: "Reading") -> None:
    """What one of these sub-commands takes; `read` gives the consultation's record."""
    parser.add_argument("consultation", type=int, help=say("documents.cli.consultation"))
    parser.add_argument("--record", type=Path, metavar="DIR", help=say("documents.cli.record"))
    where = "documents.cli.folder" if name == "pack" else "documents.cli.to"
    parser.add_argument("--to", type=Path, required=True, metavar="PATH", help=say(where))
    if name == "request":
        parser.add_argument("--cda", action="store_true", help=say("documents.cli.request.cda"))

    def run(arguments: argparse.Namespace, say: Catalogue) -> int:
        return _leave(arguments, say, name, read)

    parser.set_defaults(run=run)


def _leave(arguments: argparse.Namespace, say: Catalogue, name: str, read: "Reading") -> int:
    from client.exports.documents import report_of  # noqa: PLC0415 -- keeps --help instant
    from client.exports.pdf.wording import Words  # noqa: PLC0415 -- same
    from client.printing import save  # noqa: PLC0415 -- same

    words, report = Words(say), report_of(read(arguments, say))
    if name == "request" and arguments.cda:
        name = "request_cda"
    _tell_lacks(words, report, name)
    if name == "pack":
        _pack(words, report, arguments.to)
    else:
        makings = {"fhir": _fhir, "request": _request, "cda": _cda, "request_cda": _request_cda}
        save(makings[name](words, report), arguments.to)
    print(say("documents.cli.saved"))  # noqa: T201 -- the command's output
    return 0


def _pack(words: "Words", report: "ConsultationReport", folder: Path) -> None:
    """Everything is made before the folder is; the manifest is written last."""
    from client.exports.pack import pack  # noqa: PLC0415 -- as above
    from client.printing import SaveExistsError, save, save_failed  # noqa: PLC0415 -- same

    files = pack(words, report)
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        raise SaveExistsError from None
    except OSError as error:
        raise save_failed(error) from error
    for name, data in files:
        save(data, folder / name)


def _tell_lacks(words: "Words", report: "ConsultationReport", name: str) -> None:
    """Why there is no CDA document, where there is none."""
    from client.exports.cda import is_requested, lacks, request_lacks  # noqa: PLC0415 -- as above

    if name in {"cda", "pack"}:
        _tell(words, "documents.leaving.lacking", lacks(report))
    if name == "request_cda" or (name == "pack" and is_requested(report)):
        _tell(words, "documents.leaving.request_lacking", request_lacks(report))


def _tell(words: "Words", key: str, lacks: "Iterable[Lack]") -> None:
    missing = ", ".join(words.say(f"documents.lack.{lack}") for lack in lacks)
    if missing:
        print(words.say(key, what=missing), file=sys.stderr)  # noqa: T201 -- its output


def _fhir(words: "Words", report: "ConsultationReport") -> bytes:
    from client.exports.fhir import report_bundle, written  # noqa: PLC0415 -- as above
    from client.exports.pdf.summary import summary_sheet  # noqa: PLC0415 -- same
    from client.exports.pdf.typesetting import pdf  # noqa: PLC0415 -- same

    return written(report_bundle(words, report, pdf(summary_sheet(words, report))))


def _request(words: "Words", report: "ConsultationReport") -> bytes:
    from client.exports.fhir import request_bundle, written  # noqa: PLC0415 -- as above

    return written(request_bundle(words, report))


def _request_cda(words: "Words", report: "ConsultationReport") -> bytes:
    from client.exports.cda import request_document  # noqa: PLC0415 -- as above

    return request_document(words, report)


def _cda(words: "Words", report: "ConsultationReport") -> bytes:
    from client.exports.cda import report_document  # noqa: PLC0415 -- as above
    from client.exports.pdf.summary import summary_sheet  # noqa: PLC0415 -- same
    from client.exports.pdf.typesetting import Standard, pdf  # noqa: PLC0415 -- same

    return report_document(words, report, pdf(summary_sheet(words, report), Standard.CDA))
