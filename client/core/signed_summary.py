"""A summary that its GP has signed: what exactly the signature covers.

The statement is the CBOR array ``[text, written_ms, template, stills, files, site, session]``
(`client.core.plain_cbor.pack`): `stills` and `files` are the SHA-256 hashes of those the summary
names, in its order and joined without separators; `site` is the site's identity key; `session` is
the tag both ends derived with their keys. So a signature holds for these words, these bytes, this
site and this session, and for no other. What the ids stand for is looked up by either end in what
was offered to it or by it; a later summary of the same session has a signature of its own.

It is signed with the GP's identity key, the one whose words were compared (`client.core.identity`,
label ``summary``). It proves that this key signed, not who holds it: no qualified signature.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from client.core import identity
from client.core.plain_cbor import pack
from client.core.wire import Summary

LABEL: Final = "summary"
_HASH_SIZE: Final = 32


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a summary's signature covers beside its own words."""

    stills: tuple[bytes, ...]
    """SHA-256 of each of `Summary.stills`, in their order."""
    files: tuple[bytes, ...]
    """SHA-256 of each of `Summary.files`, in their order."""
    site_public: bytes
    session_tag: bytes


def statement(summary: Summary, around: Circumstances) -> bytes:
    """What is signed; `ValueError` when a hash is missing or no SHA-256."""
    return pack(
        *(summary.text, summary.written_ms, summary.template),
        *(_joined(summary.stills, around.stills), _joined(summary.files, around.files)),
        *(around.site_public, around.session_tag),
    )


def signed(summary: Summary, around: Circumstances, signer: identity.Identity) -> Summary:
    """The summary with the GP's signature."""
    return replace(summary, signature=signer.sign(LABEL, statement(summary, around)))


def is_signed_by(gp_public: bytes, summary: Summary, around: Circumstances) -> bool:
    """Whether the owner of this key signed these words under these circumstances."""
    try:
        said = statement(summary, around)
        identity.verify(gp_public, LABEL, summary.signature, said)
    except (ValueError, identity.ForgedSignatureError):
        return False
    return True


def _joined(ids: Sequence[int], hashes: Sequence[bytes]) -> bytes:
    if len(ids) != len(hashes) or any(len(one) != _HASH_SIZE for one in hashes):
        raise ValueError("one hash of 32 bytes for each id")
    return b"".join(hashes)
