"""Who took part in a consultation, as facts of its journal's lines (CSP R6316-4; d-5)."""

from typing import TYPE_CHECKING

from client.core.plain_text import printable
from client.core.wire import Acquaintance, Card
from client.store.journal import FACT_CHARACTERS

if TYPE_CHECKING:
    from client.core.dossier.file import Operator


def operator_facts(operator: "Operator") -> dict[str, str]:
    """Who accompanies, in which role, and who answers for it (d-17, d-20); only what is known."""
    return _known(
        by=operator.name,
        role=operator.role.value,
        rpps=operator.rpps,
        responsible=operator.responsible_name,
        responsible_rpps=operator.responsible_rpps,
    )


def gp_facts(said: Card | Acquaintance) -> dict[str, str]:
    """Who the GP says they are; only what they said."""
    if isinstance(said, Card):
        return _known(name=said.name, place=said.place)
    return _known(name=said.name, title=said.role, rpps=said.rpps or "")


def _known(**facts: str) -> dict[str, str]:
    """In one line of text each, as long as a fact may be."""
    lines = {name: printable(text)[:FACT_CHARACTERS] for name, text in facts.items()}
    return {name: line for name, line in lines.items() if line.strip()}
