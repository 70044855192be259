"""The one place that calls Typst: sources in memory, its own fonts, no network, no file."""

from collections.abc import Mapping, Sequence

import typst


def compiled(sources: Mapping[str, bytes], standards: Sequence[str], at_s: int) -> bytes | None:
    """A PDF of ``main.typ`` and what it reads; `None` if it cannot be, whatever the reason.

    `sources` are UTF-8; `at_s` is the file's date in seconds since 1970. The engine's own words may
    quote a patient's text, so they go no further.
    """
    try:
        made = typst.compile(  # type: ignore[call-overload]  # its stub forgets the mapping
            dict(sources),
            ignore_system_fonts=True,
            format="pdf",
            pdf_standards=[*standards],
            timestamp=at_s,
        )
    except (typst.TypstError, RuntimeError):
        return None
    return made if isinstance(made, bytes) else None
