"""The vital signs with value, unit, instrument, quality and age, and the plethysmogram."""

from dataclasses import dataclass
from typing import Final

from textual.content import Content

from client.ui.braille import curve
from client.ui.letters import large
from client.ui.vital_lines import VitalGroup, VitalLine
from client.ui.widgets.pane import Pane

_NAME_CELLS: Final = 7
_VALUE_CELLS: Final = 6
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
        """One block a group."""
        width, height = self.content_size
        is_roomy = width >= _ROOMY_COLUMNS and height >= _ROOMY_ROWS
        lines: list[Content] = []
        for group in view.groups:
            if not view.is_brief or is_roomy:
                lines.append(Content.styled(group.instrument, "dim").truncate(width, ellipsis=True))
            for line in group.lines:
                lines += _large(line) if is_roomy else [_small(line, width)]
            lines += self._curve(view, group, is_roomy=is_roomy)
        return Content("\n").join(lines)

    def _curve(self, view: VitalsView, group: VitalGroup, *, is_roomy: bool) -> list[Content]:
        gap = [Content("")] if is_roomy else []
        if not group.has_wave or (view.is_brief and not is_roomy):
            return gap
        rows = _ROOMY_CURVE_ROWS if is_roomy else _CURVE_ROWS
        drawn = curve(view.pleth, self.content_size.width, rows)
        return [*gap, *map(Content, drawn), *gap]


def _small(line: VitalLine, width: int) -> Content:
    return Content.assemble(
        line.name.ljust(_NAME_CELLS),
        (line.value.rjust(_VALUE_CELLS), "bold"),
        f" {line.unit.ljust(_UNIT_CELLS)}{line.note}",
    ).truncate(width, ellipsis=True)


def _large(line: VitalLine) -> list[Content]:
    upper, middle, lower = large(line.value)
    margin = " " * _ROOMY_NAME_CELLS
    return [
        Content.assemble(line.name.ljust(_ROOMY_NAME_CELLS), (upper, "bold")),
        Content.assemble(margin, (middle, "bold"), f"  {line.unit}"),
        Content.assemble(margin, (lower, "bold"), f"  {line.note}"),
    ]
