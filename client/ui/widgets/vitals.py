"""The vital signs with value, unit, instrument, quality and age, and the plethysmogram."""

from collections.abc import Iterable

from textual.content import Content

from client.ui.braille import curve
from client.ui.letters import large
from client.ui.vital_lines import VitalGroup, VitalLine
from client.ui.widgets.pane import Pane

_NAME_CELLS = 7
_VALUE_CELLS = 6
_UNIT_CELLS = 5
_ROOMY_COLUMNS = 50
_ROOMY_ROWS = 26
_CURVE_ROWS = 2
_ROOMY_CURVE_ROWS = 6


class Vitals(Pane):
    """Draws the groups as large as its room allows."""

    def draw(self, groups: Iterable[VitalGroup], pleth: bytes, *, is_brief: bool) -> None:
        """Show these; `is_brief` leaves out curve and instrument names to make room for aiming."""
        width = self.content_size.width
        is_roomy = width >= _ROOMY_COLUMNS and self.content_size.height >= _ROOMY_ROWS
        lines: list[Content] = []
        for group in groups:
            if not is_brief:
                lines.append(Content.styled(group.instrument, "dim").truncate(width, ellipsis=True))
            for line in group.lines:
                lines += _large(line) if is_roomy else [_small(line, width)]
            if group.has_wave and not is_brief:
                rows = _ROOMY_CURVE_ROWS if is_roomy else _CURVE_ROWS
                lines += [Content(row) for row in curve(pleth, width, rows)]
            if is_roomy:
                lines.append(Content(""))
        self.put(Content("\n").join(lines))


def _small(line: VitalLine, width: int) -> Content:
    value = line.value.rjust(_VALUE_CELLS)
    unit = line.unit.ljust(_UNIT_CELLS)
    return Content.assemble(
        line.name.ljust(_NAME_CELLS), (value, "bold"), f" {unit}", line.note
    ).truncate(width, ellipsis=True)


def _large(line: VitalLine) -> list[Content]:
    upper, middle, lower = large(line.value)
    return [
        Content(""),
        Content.assemble(line.name.ljust(_NAME_CELLS + 7), (upper, "bold")),
        Content.assemble(" " * (_NAME_CELLS + 7), (middle, "bold"), f"  {line.unit}"),
        Content.assemble(" " * (_NAME_CELLS + 7), (lower, "bold"), f"  {line.note}"),
    ]
