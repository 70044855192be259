"""The library's HPKE against published vectors, so that ours need not be believed."""

from typing import Any

import pytest
from cryptography.hazmat.bindings._rust import openssl
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from fakes import vectors

from client.core.handshake.errors import BadLetterError
from client.core.handshake.kem import KeyPair, seal

CASES = vectors.read("hpke")["cases"]
X_WING = 0x647A
SUITES = {
    (X_WING, 1, 3): Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305),
    (0x20, 1, 2): Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM),
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["source"])
def test_published_messages_are_opened(case: dict[str, Any]) -> None:
    seed = bytes.fromhex(case["private"])
    key = KeyPair(seed)._private if case["kem_id"] == X_WING else private_x25519(seed)
    plaintext = openssl.hpke._decrypt_with_aad(  # the public call takes no associated data
        SUITES[case["kem_id"], case["kdf_id"], case["aead_id"]],
        bytes.fromhex(case["enc"] + case["ciphertext"]),
        key,
        info=bytes.fromhex(case["info"]),
        aad=bytes.fromhex(case["aad"]),
    )
    assert plaintext.hex() == case["plaintext"]


def test_a_seed_gives_the_published_x_wing_key() -> None:
    (case,) = (case for case in CASES if case["kem_id"] == X_WING)
    assert KeyPair(bytes.fromhex(case["private"])).public.hex() == case["public"]


def test_what_is_sealed_opens_in_its_context_only() -> None:
    pair = KeyPair(bytes(32))
    sealed = seal(pair.public, b"said", b"context")
    assert pair.open(sealed, b"context") == b"said"
    for key, context in ((pair, b"another"), (KeyPair(bytes([1] * 32)), b"context")):
        with pytest.raises(BadLetterError):
            key.open(sealed, context)


@pytest.mark.parametrize("public", [b"", bytes(1216), b"\xff" * 1216, bytes(1217)])
def test_a_key_that_is_none_is_a_bad_letter(public: bytes) -> None:
    with pytest.raises(BadLetterError):
        seal(public, b"said", b"context")


def private_x25519(scalar: bytes) -> X25519PrivateKey:
    return X25519PrivateKey.from_private_bytes(scalar)
