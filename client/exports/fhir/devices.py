"""Each instrument once, with what it told of itself (rules-fr.md, d-23).

The guides' profile, PhdDevice, wants an IEEE 11073 system identifier and a list of specializations
with their versions. Serial instruments have neither: they are described, and claim no profile.
"""

from collections.abc import Iterator

from client.exports.documents import Instrument
from client.exports.fhir import terms
from client.exports.fhir.telling import Resource, Telling, concept, filled, instrument_keys


def devices(telling: Telling) -> Iterator[Resource]:
    """In the order they first measured."""
    report = telling.report
    used = (
        *(measured.instrument for measured in report.measurements),
        *(result.instrument for result in report.analyses),
    )
    known = {instrument_keys(instrument): instrument for instrument in reversed(used)}
    for instrument in reversed(known.values()):
        yield telling.entry(_device(instrument), *instrument_keys(instrument))


def _device(instrument: Instrument) -> Resource:
    firmware = {
        "type": concept(*terms.FIRMWARE),
        "value": instrument.firmware,
    }
    return filled(
        resourceType="Device",
        status="active",
        serialNumber=instrument.serial,
        deviceName=[{"name": instrument.model, "type": "model-name"}],
        modelNumber=instrument.model,
        type=concept(*terms.DEVICE_TYPE),
        version=[firmware] if instrument.firmware else [],
    )
