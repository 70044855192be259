from typing import Any

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.core.plain_cbor import INTEGER_LIMIT, Item, load, pack, unpack

ITEMS = st.lists(
    st.binary(max_size=20) | st.text(max_size=20) | st.integers(0, INTEGER_LIMIT - 1) | st.none(),
    max_size=6,
)


@given(items=ITEMS)
def test_items_come_back_as_they_went(items: list[Item]) -> None:
    assert unpack(pack(*items)) == items


@given(items=ITEMS, at=st.integers(0, 200), bit=st.integers(0, 7))
def test_an_array_has_one_spelling(items: list[Item], at: int, bit: int) -> None:
    changed = bytearray(pack(*items))
    changed[at % len(changed)] ^= 1 << bit
    try:
        others = unpack(bytes(changed))
    except ValueError:
        return
    assert pack(*others) == changed


@pytest.mark.parametrize(
    "value",
    [-1, INTEGER_LIMIT, 1.5, True, [1], {"a": 1}, cbor2.undefined, cbor2.CBORTag(1000, 1)],
)
def test_other_items_are_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"of ours|only spelling"):
        unpack(cbor2.dumps([value]))


# RFC 8949, appendix A
@pytest.mark.parametrize(
    "encoded",
    [
        "c074323031332d30332d32315432303a30343a30305a",
        "c11a514b67b0",
        "c249010000000000000000",
        "c349010000000000000000",
        "d74401020304",
        "d818456449455446",
        "d82076687474703a2f2f7777772e6578616d706c652e636f6d",
        "5f42010243030405ff",
        "7f657374726561646d696e67ff",
        "9fff",
        "9f018202039f0405ffff",
        "bf61610161629f0203ffff",
    ],
)
def test_tags_and_indefinite_lengths_are_refused(encoded: str) -> None:
    assert not is_ours(bytes.fromhex(encoded))


def test_shared_references_cannot_multiply() -> None:
    text = cbor2.dumps("x" * 1_000)
    shared = b"\xd9\x01\x00\x82" + text + b"\xd8\x19\x00"
    assert len(cbor2.loads(shared)[1]) == 1_000
    assert not is_ours(shared)


def test_nesting_is_bounded() -> None:
    assert is_ours(b"\x81" * 3 + b"\x01")
    assert not is_ours(b"\x81" * 5 + b"\x01")


def test_keys_stand_once() -> None:
    assert is_ours(b"\xa1\x61a\x01")
    assert not is_ours(b"\xa2\x61a\x01\x61a\x02")


def is_ours(data: bytes) -> bool:
    try:
        value: Any = load(data)
    except ValueError:
        return False
    return not isinstance(value, cbor2.CBORTag)
