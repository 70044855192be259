"""Reads the test vectors that the page's tests read too."""

import json
from pathlib import Path
from typing import Any, Final

VECTORS: Final = Path(__file__).parent.parent / "vectors"


def read(name: str) -> Any:
    """The content of ``tests/vectors/<name>.json``."""
    return json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8"))
