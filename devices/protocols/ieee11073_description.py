"""What an IEEE 11073 agent says of itself as a whole: the attributes of its object 0."""

from dataclasses import dataclass
from typing import Final

from devices.protocols.ieee11073 import Reader
from devices.protocols.ieee11073_nomenclature import Attribute
from devices.protocols.ieee11073_objects import parse_attributes


@dataclass(frozen=True, slots=True)
class Description:
    """What an agent says of itself as a whole."""

    maker: str
    model: str
    firmware: str | None


_FIRMWARE: Final = (5, 4)  # 20601, ProdSpecEntry: firmware revision, else software revision


def parse_description(content: bytes) -> Description | None:
    """The reply to a question for the attributes of object 0, or none without a model.

    `DamagedError` when it contradicts itself.
    """
    reader = Reader(content)
    reader.u16()
    attributes = parse_attributes(reader)
    if Attribute.MODEL not in attributes:
        return None
    names = Reader(attributes[Attribute.MODEL])
    maker, model = _text(names.block()), _text(names.block())
    revisions = _revisions(attributes.get(Attribute.PRODUCTION))
    return Description(
        maker, model, next((revisions[k] for k in _FIRMWARE if k in revisions), None)
    )


def _revisions(data: bytes | None) -> dict[int, str]:
    """20601, ProductionSpec: what each of its entries says."""
    if data is None:
        return {}
    count, listed = Reader(data).items()
    revisions = {}
    for _ in range(count):
        kind, _ = listed.u16(), listed.u16()
        revisions[kind] = _text(listed.block())
    return revisions


def _text(data: bytes) -> str:
    return "".join(
        letter for letter in data.decode("utf-8", "ignore") if letter.isprintable()
    ).strip()
