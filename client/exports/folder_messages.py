"""Every message of a consultation as it was said, so that an export leaves nothing out.

`client.exports.folder` tells the usual ones again where a person looks for them.
"""

import hashlib
from dataclasses import asdict
from typing import Any

from client.core.parcels import encode
from client.core.record import ConsultationRecord, Direction, KeptParcel
from client.core.wire import kind_of
from client.exports.folder_values import time_of

_FROM = {Direction.SENT: "site", Direction.RECEIVED: "gp"}


def messages_of(record: ConsultationRecord) -> list[dict[str, Any]]:
    """Each message with its times, its bytes and their hash, which the journal may name."""
    return [_message(kept) for kept in record.parcels]


def _message(kept: KeptParcel) -> dict[str, Any]:
    data = encode(kept.parcel)
    return {
        "from": _FROM[kept.direction],
        "number": kept.parcel.number,
        "kind": kind_of(kept.parcel.message),
        "kept_at": time_of(kept.kept_at),
        "acknowledged_at": time_of(kept.acknowledged_at),
        "said": _plain(asdict(kept.parcel.message)),
        "cbor": data.hex(),
        "sha256": hashlib.sha256(data).hexdigest(),
    }


def _plain(value: Any) -> Any:
    """As JSON has it: bytes in hexadecimal."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value
