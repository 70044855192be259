"""The vital signs with value, unit, instrument, quality and age, and the plethysmogram."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from textual.content import Content

from client.ui.braille import curve
from client.ui.letters import large
from client.ui.vital_lines import VitalGroup, VitalLine
from client.ui.widgets.pane import Pane

_NAME_CELLS: Final = 6
_VALUE_CELLS: Final = 5
_UNIT_CELLS: Final = 5
_ROOMY_NAME_CELLS: Final = 14
_ROOMY_COLUMNS: Final = 48
_ROOMY_ROWS: Final = 30
_CURVE_ROWS: Final = 2
_ROOMY_CURVE_ROWS: Final = 8


@dataclass(frozen=True, slots=True)
class VitalsView:
    """Everything the pane draws."""

    groups: tuple[VitalGroup, ...]
    pleth: bytes
    is_brief: bool
    """Leave out the curve and the instruments' names, to make room for aiming."""


class Vitals(Pane[VitalsView]):
    """Draws the groups as large as its room allows."""

    def drawn(self, view: VitalsView) -> Content:
        """One block a group; the curve takes what the figures leave."""
        width, height = self.content_size
        if width >= _ROOMY_COLUMNS and height >= _ROOMY_ROWS:
            return Content("\n").join(self._roomy(view))
        with_names = not view.is_brief
        blocks = [_block(group, width, with_names=with_names) for group in view.groups]
        left = max(0, height - sum(map(len, blocks))) if with_names else 0
        lines: list[Content] = []
        for group, block in zip(view.groups, blocks, strict=True):
            lines += block
            if group.has_wave:
                lines += _curve(view.pleth, width, min(left, _CURVE_ROWS))
        return Content("\n").join(lines)

    def _roomy(self, view: VitalsView) -> Iterator[Content]:
        width = self.content_size.width
        for group in view.groups:
            yield from _title(group, width)
            for line in group.lines:
                yield from _large(line)
            if group.has_wave:
                yield Content("")
                yield from _curve(view.pleth, width, _ROOMY_CURVE_ROWS)
            yield Content("")


def _curve(pleth: bytes, width: int, rows: int) -> list[Content]:
    return [Content(row) for row in curve(pleth, width, rows)]


def _block(group: VitalGroup, width: int, *, with_names: bool) -> list[Content]:
    figures = [_small(line, width) for line in group.lines]
    return [*_title(group, width), *figures] if with_names else figures


def _title(group: VitalGroup, width: int) -> list[Content]:
    room = width - len(group.warning) - 1 if group.warning else width
    name = Content.styled(group.instrument, "dim").truncate(room, ellipsis=True)
    gap = " " * (width - name.cell_length - len(group.warning))
    title = [Content.assemble(name, gap, (group.warning, "bold"))]
    if group.status:
        title.append(Content.styled(group.status, "bold").truncate(width, ellipsis=True))
    return title


def _small(line: VitalLine, width: int) -> Content:
    return Content.assemble(
        line.name.ljust(_NAME_CELLS),
        (line.value.rjust(_VALUE_CELLS), "bold"),
        f" {line.unit.ljust(_UNIT_CELLS)}{line.brief}",
    ).truncate(width, ellipsis=True)


def _large(line: VitalLine) -> list[Content]:
    upper, middle, lower = large(line.value)
    margin = " " * _ROOMY_NAME_CELLS
    return [
        Content.assemble(line.name.ljust(_ROOMY_NAME_CELLS), (upper, "bold")),
        Content.assemble(margin, (middle, "bold"), f"  {line.unit}"),
        Content.assemble(margin, (lower, "bold"), f"  {line.full}"),
    ]
