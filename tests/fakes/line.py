"""A line that loses, reorders and doubles, the same way each time."""

from random import Random
from typing import Generic, TypeVar

Thing = TypeVar("Thing")


class LossyLine(Generic[Thing]):
    """One direction; delays of 0.1 to 0.4 s, and every eighth thing comes twice."""

    def __init__(self, seed: int, loss: float) -> None:
        self._random = Random(seed)  # noqa: S311 -- a test must be repeatable
        self._loss = loss
        self._under_way: list[tuple[float, int, Thing]] = []
        self._count = 0

    def send(self, thing: Thing, now_s: float) -> None:
        """It may arrive."""
        for _ in range(1 + (self._random.random() < 1 / 8)):
            if self._random.random() >= self._loss:
                self._count += 1
                arrival_s = now_s + self._random.uniform(0.1, 0.4)
                self._under_way.append((arrival_s, self._count, thing))

    def arrived(self, now_s: float) -> list[Thing]:
        """What has come until now."""
        come = sorted(entry for entry in self._under_way if entry[0] <= now_s)
        self._under_way = [entry for entry in self._under_way if entry[0] > now_s]
        return [thing for _, _, thing in come]
