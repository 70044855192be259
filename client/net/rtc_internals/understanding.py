"""What aiortc raises over words it does not understand, and over being closed meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager

from aiortc.exceptions import InvalidStateError, OperationError

from client.net.peering import DescriptionError, PeerError


@contextmanager
def understanding() -> Iterator[None]:
    """While aiortc reads the peer's words; raise `DescriptionError` where it stumbles.

    It checks few of them.
    """
    try:
        yield
    except (
        ArithmeticError,
        AssertionError,
        AttributeError,
        LookupError,
        OperationError,
        RuntimeError,
        TypeError,
        ValueError,
    ) as error:
        raise DescriptionError(str(error) or type(error).__name__) from error


@contextmanager
def unless_over() -> Iterator[None]:
    """While descriptions are made or read; raise `PeerError` where there is no use for them now.

    The connection was closed meanwhile, or has both already.
    """
    try:
        yield
    except InvalidStateError as error:
        raise PeerError(f"no description is wanted: {error}") from error
