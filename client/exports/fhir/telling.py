"""What every resource needs: the report, the words to say it in, and names that never change."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid5

from client.core.dossier.completeness import is_accompanied
from client.exports.documents import ConsultationReport, Instrument, Measurement
from client.exports.pdf.wording import Words

Resource = dict[str, Any]
"""One FHIR resource, or a part of one, as JSON has it."""

_NAMESPACE: Final = UUID("6f0c5a52-3a0e-4d0f-9a55-0d5f6a3b7c11")
"""Of Chevet's names. chosen: drawn once; changing it would rename what was exported before."""


@dataclass(frozen=True, slots=True)
class Telling:
    """One consultation and the language and place it is told in."""

    words: Words
    report: ConsultationReport

    def uuid(self, kind: str, *keys: object) -> UUID:
        """The same for the same thing of the same consultation, whenever it is exported.

        Made of the record's own numbers alone: nothing of a patient can be guessed from it.
        """
        report = self.report
        names = (report.seal.site_key.hex(), report.consultation, kind, *keys)
        return uuid5(_NAMESPACE, "/".join(map(str, names)))

    def site_uuid(self) -> UUID:
        """Of the site, whatever the consultation."""
        return uuid5(_NAMESPACE, self.report.seal.site_key.hex())

    def to(self, kind: str, *keys: object) -> Resource:
        """A reference to a resource of this bundle."""
        return {"reference": self.uuid(kind, *keys).urn, "type": kind}

    def entry(self, resource: Resource, *keys: object) -> Resource:
        """The resource with its identity, as a bundle holds it."""
        identity = self.uuid(resource["resourceType"], *keys)
        named = {"resourceType": resource["resourceType"], "id": str(identity)}
        return {"fullUrl": identity.urn, "resource": named | resource}

    def dated_at(self) -> datetime:
        """When what the document says was last added to; never the time of the export."""
        report = self.report
        times = [report.times.began_at, report.times.ended_at or report.times.began_at]
        if report.summary:
            times.append(report.summary.received_at)
        return max(times)

    @property
    def is_training(self) -> bool:
        """Whether the patient is a simulated one."""
        return self.report.dossier is not None and self.report.dossier.is_training

    @property
    def is_accompanied(self) -> bool:
        """Whether somebody of the site took part: the patient may have refused it (d-10)."""
        dossier = self.report.dossier
        return dossier is not None and is_accompanied(dossier)

    def instant(self, at: datetime) -> str:
        """To the millisecond, with the offset of the room's clock."""
        return self.words.local(at).isoformat(timespec="milliseconds")


def instrument_keys(instrument: Instrument) -> tuple[str, str]:
    """What names an instrument within a consultation."""
    return instrument.model, instrument.serial or ""


def measurement_keys(measured: Measurement) -> tuple[object, ...]:
    """What names a measurement within a consultation."""
    at_ms = int(measured.received_at.timestamp() * 1_000)
    vital = measured.values[0].vital.code
    return (vital, measured.origin, *instrument_keys(measured.instrument), at_ms)


def filled(**fields: Any) -> Resource:
    """Only what there is: FHIR knows no empty element."""
    return {name: value for name, value in fields.items() if value not in (None, "", [], {}, ())}


def concept(system: str, code: str, display: str = "", text: str = "") -> Resource:
    """A `CodeableConcept` of one code."""
    return filled(coding=[coding(system, code, display)], text=text)


def coding(system: str, code: str, display: str = "") -> Resource:
    """A `Coding`."""
    return filled(system=system, code=code, display=display)
