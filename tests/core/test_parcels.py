from collections.abc import Callable
from dataclasses import fields
from typing import Any

import cbor2
import pytest
from fakes import vectors
from hypothesis import given
from hypothesis import strategies as st

from client.core import parcels, wire
from client.core.plain_cbor import INTEGER_LIMIT

VECTORS = vectors.read("wire")

TEXT, CARD = 5, 4
"""Their numbers on the wire."""
NUMBERS = st.integers(0, INTEGER_LIMIT - 1)
TEXTS = st.text(max_size=50)
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
FIELDS: dict[Any, st.SearchStrategy[Any]] = {
    int: NUMBERS,
    bool: st.booleans(),
    str: TEXTS,
    bytes: st.binary(max_size=50),
    str | None: st.none() | TEXTS,
    float: FLOATS,
    float | None: st.none() | FLOATS,
    int | None: st.none() | NUMBERS,
    list[int]: st.lists(NUMBERS, max_size=5),
    list[str]: st.lists(TEXTS, max_size=3),
    list[dict[str, Any]]: st.lists(
        st.dictionaries(TEXTS, st.none() | TEXTS, max_size=3), max_size=3
    ),
}
MESSAGES = st.sampled_from(list(wire.MESSAGES.values())).flatmap(
    lambda cls: st.builds(cls, **{field.name: FIELDS[field.type] for field in fields(cls)})
)
PARCELS = MESSAGES.flatmap(
    lambda message: st.builds(
        wire.Parcel,
        st.integers(1, INTEGER_LIMIT - 1) if isinstance(message, wire.DURABLE) else st.none(),
        st.just(message),
    )
)
CBOR = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(1 << 70), 1 << 70)
    | st.floats()
    | st.binary(max_size=10)
    | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4)
    ),
)


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: case["kind"])
def test_parcels_are_those_of_the_vectors(case: dict[str, Any]) -> None:
    values: dict[str, Any] = {name: value_of(value) for name, value in case["fields"].items()}
    parcel = wire.Parcel(case["number"], wire.MESSAGES[case["kind"]](**values))
    assert parcels.encode(parcel).hex() == case["cbor"]
    assert parcels.decode(bytes.fromhex(case["cbor"])) == parcel


def test_the_vectors_have_every_kind() -> None:
    assert {case["kind"] for case in VECTORS["cases"]} == set(wire.MESSAGES)


@pytest.mark.parametrize("case", VECTORS["together"], ids=lambda case: len(case["cases"]))
def test_parcels_that_travel_together_are_those_of_the_vectors(case: dict[str, Any]) -> None:
    data = bytes.fromhex(case["cbor"])
    alone = [bytes.fromhex(VECTORS["cases"][place]["cbor"]) for place in case["cases"]]
    assert parcels.decode_together(data) == [parcels.decode(parcel) for parcel in alone]


@pytest.mark.parametrize("decode", [parcels.decode, parcels.decode_together])
@pytest.mark.parametrize("data", VECTORS["refused"].values(), ids=VECTORS["refused"])
def test_anything_else_is_refused(data: str, decode: Callable[[bytes], object]) -> None:
    with pytest.raises(parcels.WireError):
        decode(bytes.fromhex(data))


def test_every_kind_has_its_number() -> None:
    assert sorted(parcels.KINDS) == list(range(len(wire.MESSAGES)))
    assert set(parcels.KINDS.values()) == set(wire.MESSAGES.values())


@given(together=st.lists(PARCELS, min_size=1, max_size=8))
def test_parcels_together_come_back_as_they_went(together: list[wire.Parcel]) -> None:
    data = b"".join(map(parcels.encode, together))
    assert parcels.decode_together(data) == together
    if len(together) > 1:
        with pytest.raises(parcels.WireError):
            parcels.decode(data)


@given(together=st.lists(PARCELS, min_size=1, max_size=3), cut=st.integers(1, 400))
def test_a_sequence_cut_short_is_refused_or_is_fewer_of_the_same(
    together: list[wire.Parcel], cut: int
) -> None:
    data = b"".join(map(parcels.encode, together))[:-cut]
    try:
        found = parcels.decode_together(data)
    except parcels.WireError:
        return
    assert found == together[: len(found)]


def test_no_more_parcels_are_read_than_go_together() -> None:
    data = parcels.encode(wire.Parcel(None, wire.StillHeld(1, 0, [])))
    assert len(parcels.decode_together(data * parcels.TOGETHER_LIMIT)) == parcels.TOGETHER_LIMIT
    with pytest.raises(parcels.WireError):
        parcels.decode_together(data * (parcels.TOGETHER_LIMIT + 1))


@given(parcel=PARCELS)
def test_a_parcel_comes_back_as_it_went(parcel: wire.Parcel) -> None:
    assert parcels.decode(parcels.encode(parcel)) == parcel


@given(data=st.binary(max_size=300))
def test_hostile_bytes_are_refused_and_nothing_worse(data: bytes) -> None:
    with pytest.raises(parcels.WireError):
        parcels.decode(data)


@given(case=st.sampled_from(VECTORS["cases"]), data=st.data())
def test_a_damaged_parcel_is_refused_or_is_another_one_of_ours(
    case: dict[str, Any], data: st.DataObject
) -> None:
    damaged = bytearray.fromhex(case["cbor"])
    for _ in range(data.draw(st.integers(1, 3))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    try:
        parcel = parcels.decode(bytes(damaged))
    except parcels.WireError:
        return
    assert parcels.encode(parcel) == damaged


@given(kind=st.sampled_from(list(parcels.KINDS)), number=CBOR, data=st.data())
def test_hostile_cbor_is_refused_and_nothing_worse(
    kind: int, number: object, data: st.DataObject
) -> None:
    size = len(fields(parcels.KINDS[kind]))
    values = data.draw(st.lists(CBOR, min_size=size, max_size=size) | st.lists(CBOR, max_size=20))
    encoded = cbor2.dumps([data.draw(st.just(number) | st.integers(1, 9)), kind, *values])
    try:
        parcel = parcels.decode(encoded)
    except parcels.WireError:
        return
    assert parcels.encode(parcel) == encoded


@pytest.mark.parametrize("tag", [*range(64), 100, 256, 258, 260, 261, 1004, 43000, 55799])
def test_no_tag_is_acted_upon(tag: int) -> None:
    for inside in (1, "2027-01-01T00:00:00Z", b"\x01", [1, 2], "[[a]]"):
        text = cbor2.dumps([1, TEXT, cbor2.CBORTag(tag, inside), 0])
        with pytest.raises(parcels.WireError):
            parcels.decode(text)


def test_a_parcel_beyond_the_limit_is_not_even_read() -> None:
    with pytest.raises(parcels.WireError):
        parcels.decode(bytes(parcels.PARCEL_LIMIT + 1))


def test_a_text_beyond_the_limit_is_refused() -> None:
    parcels.decode(parcels.encode(wire.Parcel(1, wire.Text("x" * wire.TEXT_LIMIT, 0))))
    with pytest.raises(parcels.WireError):
        parcels.decode(parcels.encode(wire.Parcel(1, wire.Text("x" * (wire.TEXT_LIMIT + 1), 0))))


def test_what_a_peer_writes_never_stands_in_the_error() -> None:
    parcel = cbor2.dumps([1, CARD, "Jeanne Exemple", 1])
    with pytest.raises(parcels.WireError) as caught:
        parcels.decode(parcel)
    assert "Jeanne" not in str(caught.value)


def test_whole_numbers_are_short_on_the_wire() -> None:
    whole = wire.Measured("temperature", 37.0, "Cel", "good", 0, "", None)
    written = parcels.encode(wire.Parcel(1, whole))
    assert cbor2.loads(written)[3] == 37
    assert type(cbor2.loads(written)[3]) is int
    assert parcels.decode(written) == wire.Parcel(1, whole)


def test_a_plain_live_reading_carries_nothing_of_the_tail() -> None:
    plain = wire.Measured("spo2", 97, "%", "good", 0, "", None)
    named = wire.Measured("spo2", 97, "%", "good", 0, "", None, firmware="1")
    assert len(cbor2.loads(parcels.encode(wire.Parcel(1, plain)))) == 2 + 7
    assert len(cbor2.loads(parcels.encode(wire.Parcel(1, named)))) == 2 + 13


def value_of(value: object) -> object:
    return bytes.fromhex(value["hex"]) if isinstance(value, dict) else value
