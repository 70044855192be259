"""The few shapes a CDA header is made of. HL7 CDA R2 (2005), namespace ``urn:hl7-org:v3``.

Names are written without a prefix: the document's root declares the namespace for all of them.
"""

import re
from datetime import UTC, datetime
from typing import Final
from xml.etree.ElementTree import Element

HL7: Final = "urn:hl7-org:v3"
_NOT_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"


def element(tag: str, *children: Element | None, text: str = "", **attributes: str) -> Element:
    """One element; children that are `None` are left out."""
    made = Element(tag, attributes)
    made.extend(child for child in children if child is not None)
    if text:
        made.text = xml_text(text)
    return made


def xml_text(text: str) -> str:
    """Without what XML 1.0 (section 2.2) has no place for."""
    return _NOT_XML.sub("", text)


def identified(root: str, extension: str = "") -> Element:
    """An `II`."""
    return element("id", **({"root": root} | ({"extension": extension} if extension else {})))


def coded(tag: str, code: str, system: str, display: str = "", name: str = "") -> Element:
    """A `CE`."""
    optional = {"displayName": display, "codeSystemName": name}
    told = {key: value for key, value in optional.items() if value}
    return element(tag, **({"code": code, "codeSystem": system} | told))


def unknown(tag: str) -> Element:
    """Required by the header, and asked for but not known."""
    return element(tag, nullFlavor="NASK" if tag == "telecom" else "NAV")


def stamp(at: datetime) -> str:
    """A `TS` to the second, in UTC."""
    return at.astimezone(UTC).strftime("%Y%m%d%H%M%S+0000")


def moment(tag: str, at: datetime) -> Element:
    """A point in time."""
    return element(tag, value=stamp(at))


def interval(tag: str, begun: datetime, ended: datetime | None) -> Element:
    """From one time to another; still open without an end."""
    low = moment("low", begun)
    return element(tag, low, moment("high", ended) if ended else None)
