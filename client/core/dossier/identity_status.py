"""How far an identity was checked: what a site says of it, and what only comes with it (d-15).

The national reference (RNIV) makes the four statuses of two questions: was the identity retrieved
from the national service (INSi), and was it compared with an identity document? A site answers the
second alone. What came with an identity stays as it was received, for as long as it is the same
identity.
"""

from client.core.dossier.traits import IdentityStatus, Matricule, Sex, Traits


def status_of(
    traits: Traits, received: Traits | None, *, is_document_seen: bool | None
) -> IdentityStatus:
    """What these traits may be called.

    `received` is the identity as it came, from a file or a datamatrix, or as it was kept earlier;
    `None`: all was typed. `is_document_seen`: somebody here compared it with an identity document,
    or says that nobody did; `None`: nobody said.
    """
    if received is not None and is_same(traits, received):
        if received.status is IdentityStatus.PROVISIONAL and is_document_seen:
            return IdentityStatus.VALIDATED
        if received.status is IdentityStatus.VALIDATED and is_document_seen is False:
            return IdentityStatus.PROVISIONAL
        return received.status
    return IdentityStatus.VALIDATED if is_document_seen else IdentityStatus.PROVISIONAL


def is_same(one: Traits, other: Traits) -> bool:
    """Whether both have the same strict traits (RNIV); the name in use is not one of them."""
    return _strict(one) == _strict(other)


def _strict(traits: Traits) -> tuple[str, tuple[str, ...], str, Sex, str, Matricule | None]:
    return (
        traits.birth_name,
        traits.first_names,
        traits.birth_date,
        traits.sex,
        traits.birth_place,
        traits.matricule,
    )
