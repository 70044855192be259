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
_LEAST_ROOMY_CURVE_ROWS: Final = 3


@dataclass(frozen=True, slots=True)
class VitalsView:
    """Everything the pane draws."""

    groups: tuple[VitalGroup, ...]
    pleth: bytes
    is_brief: bool
    """Leave out the curve and the instruments' names, to make room for aiming."""
    ports: tuple[str, ...] = ()
    """What is said of ports at which nobody is known."""
    more: str = ""
    """What is said in the last line where not everything has room; ``{count}`` lines are left."""


class Vitals(Pane[VitalsView]):
    """Draws the groups as large as its room allows."""

    def drawn(self, view: VitalsView) -> Content:
        """One block a group; the curve takes what the figures leave."""
        width, height = self.content_size
        lines = self._large(view) if width >= _ROOMY_COLUMNS and height >= _ROOMY_ROWS else []
        if not lines or len(lines) > height:
            lines = self._small(view)
        if len(lines) > height > 0:
            said = view.more.format(count=len(lines) - height + 1)
            lines[height - 1 :] = [Content.styled(said, "bold reverse")]
        return Content("\n").join(lines)

    def _small(self, view: VitalsView) -> list[Content]:
        """Each instrument on a line of its own, as long as there is room for that."""
        width, height = self.content_size
        ports = [Content.styled(port, "bold").truncate(width, ellipsis=True) for port in view.ports]
        if view.is_brief:
            return [_small(line, width) for group in view.groups for line in group.lines]
        blocks = [_block(group, width) for group in view.groups]
        if sum(map(len, blocks)) + len(ports) > height:
            blocks = [_compact(group, width) for group in view.groups]
        left = max(0, height - sum(map(len, blocks)) - len(ports))
        lines: list[Content] = []
        for group, block in zip(view.groups, blocks, strict=True):
            lines += block
            if group.has_wave:
                lines += _curve(view.pleth, width, min(left, _CURVE_ROWS))
        return lines + ports

    def _large(self, view: VitalsView) -> list[Content]:
        width, height = self.content_size
        blocks = [list(_roomy(group, width)) for group in view.groups]
        if sum(map(len, blocks)) + len(view.ports) > height:
            blocks = [block[:-1] for block in blocks]
        left = height - sum(map(len, blocks)) - len(view.ports) - 1
        lines: list[Content] = []
        for group, block in zip(view.groups, blocks, strict=True):
            lines += block
            if group.has_wave and left >= _LEAST_ROOMY_CURVE_ROWS:
                lines += _curve(view.pleth, width, min(left, _ROOMY_CURVE_ROWS))
                lines.append(Content(""))
        return lines + [Content.styled(port, "bold") for port in view.ports]


def _roomy(group: VitalGroup, width: int) -> Iterator[Content]:
    yield from _title(group, width)
    for line in group.lines:
        yield from _large(line, width)
    yield Content("")


def _curve(pleth: bytes, width: int, rows: int) -> list[Content]:
    return [Content(row) for row in curve(pleth, width, rows)]


def _block(group: VitalGroup, width: int) -> list[Content]:
    return [*_title(group, width), *(_small(line, width) for line in group.lines)]


def _compact(group: VitalGroup, width: int) -> list[Content]:
    """One value and its instrument in one line; where there are more, as usual."""
    if len(group.lines) > 1:
        return _block(group, width)
    source = (group.status, "bold") if group.status else (group.instrument, "dim")
    if not group.lines:
        whole = Content.assemble((group.instrument, "dim"), " ", source)
        return [whole.truncate(width, ellipsis=True)]
    line = group.lines[0]
    whole = Content.assemble(*_figure(line), line.short, " ", source)
    return [whole.truncate(width, ellipsis=True)]


def _title(group: VitalGroup, width: int) -> list[Content]:
    room = width - len(group.warning) - 1 if group.warning else width
    name = Content.styled(group.instrument, "dim").truncate(room, ellipsis=True)
    gap = " " * (width - name.cell_length - len(group.warning))
    title = [Content.assemble(name, gap, (group.warning, "bold"))]
    if group.status:
        title.append(Content.styled(group.status, "bold").truncate(width, ellipsis=True))
    return title


def _small(line: VitalLine, width: int) -> Content:
    said = ", ".join(filter(None, (line.brief, line.beside)))
    return Content.assemble(*_figure(line), said).truncate(width, ellipsis=True)


def _figure(line: VitalLine) -> tuple[str, tuple[str, str], str]:
    name = f"{line.name} ".ljust(_NAME_CELLS)
    value = (line.value.rjust(_VALUE_CELLS), "bold")
    return name, value, f" {line.unit.ljust(_UNIT_CELLS)}"


def _large(line: VitalLine, width: int) -> list[Content]:
    upper, middle, lower = large(line.value)
    margin = " " * _ROOMY_NAME_CELLS
    has_room = _ROOMY_NAME_CELLS + len(lower) + 2 + len(line.full) <= width
    drawn = [
        Content.assemble(line.name.ljust(_ROOMY_NAME_CELLS), (upper, "bold")),
        Content.assemble(margin, (middle, "bold"), f"  {line.unit}"),
        Content.assemble(margin, (lower, "bold"), f"  {line.full if has_room else ''}"),
    ]
    below = () if has_room else (line.full,)
    drawn += [Content(f"  {said}") for said in (*below, line.beside) if said]
    return [row.truncate(width, ellipsis=True) for row in drawn]
