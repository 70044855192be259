"""What a log may say of a fault that nobody expected."""

from devices.errors import outline


def read(answer: str) -> int:
    return int(answer)


def fault(answer: str) -> Exception:
    try:
        read(answer)
    except ValueError as error:
        return error
    raise AssertionError


def test_a_fault_is_told_by_kind_and_place_without_its_words() -> None:
    found = fault("38,7 DURAND")
    assert "DURAND" in str(found)
    told = outline(found)
    assert told.startswith("ValueError at test_errors.py:")
    assert "DURAND" not in told
    both = outline(ExceptionGroup("DURAND", [found, KeyError("DURAND")]))
    assert both == f"{told}; KeyError at "
