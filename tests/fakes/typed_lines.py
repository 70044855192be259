"""Somebody who leads a site by lines: what is typed, and all that is told."""


class TypedLines:
    """Types each line once it is wanted, as who hears a question first; then nobody does."""

    def __init__(self, *lines: str) -> None:
        self._left = list(lines)
        self.told: list[str] = []

    def tell(self, line: str) -> None:
        self.told.append(line)

    async def next_line(self) -> str | None:
        return self._left.pop(0) if self._left else None

    def forget_typed(self) -> None:
        """Nothing was typed before its question."""


class TypedAhead(TypedLines):
    """Has typed all of it before anything was asked."""

    def forget_typed(self) -> None:
        self._left.clear()
