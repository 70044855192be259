"""Chance that can be repeated."""

import random


def lots_of(seed: int | str) -> random.Random:
    """Return a source of lots that is the same for the same seed, on every machine."""
    return random.Random(seed)  # noqa: S311 - a model's chance, not a secret's
