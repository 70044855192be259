"""What aiortc raises over words it does not understand: it checks few of them."""

from collections.abc import Iterator
from contextlib import contextmanager

from aiortc.exceptions import OperationError

from client.net.peering import DescriptionError


@contextmanager
def understanding() -> Iterator[None]:
    """While aiortc reads the peer's words; raise `DescriptionError` where it stumbles."""
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
