import pytest
from fakes import vectors
from hypothesis import given
from hypothesis import strategies as st

from client.core.identity import ForgedSignatureError, Identity, address_of, verify

CASES = vectors.read("identity")["cases"]


@pytest.mark.parametrize("case", CASES)
def test_keys_and_signatures_are_those_of_the_vectors(case: dict[str, str]) -> None:
    identity = Identity(bytes.fromhex(case["seed"]))
    data = bytes.fromhex(case["data"])
    assert identity.public.hex() == case["public"]
    assert identity.address.hex() == address_of(identity.public).hex() == case["address"]
    assert identity.sign(case["label"], data).hex() == case["signature"]
    verify(identity.public, case["label"], bytes.fromhex(case["signature"]), data)


def test_the_first_key_is_that_of_rfc_8032() -> None:
    published = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    assert CASES[0]["public"] == published


@given(bit=st.integers(0, 64 * 8 - 1))
def test_no_bit_of_a_signature_can_change(bit: int) -> None:
    identity = Identity(bytes(32))
    signature = int.from_bytes(identity.sign("m1", b"said")) ^ 1 << bit
    with pytest.raises(ForgedSignatureError):
        verify(identity.public, "m1", signature.to_bytes(64), b"said")


def test_a_signature_serves_one_purpose_only() -> None:
    identity = Identity(bytes(32))
    with pytest.raises(ForgedSignatureError):
        verify(identity.public, "m2", identity.sign("m1", b"said"), b"said")


@given(public=st.binary(max_size=40), signature=st.binary(max_size=70))
def test_nonsense_is_a_forged_signature(public: bytes, signature: bytes) -> None:
    with pytest.raises(ForgedSignatureError):
        verify(public, "m1", signature, b"said")
