"""Markup and control characters from the GP, from instruments and from cables, at the site."""

import logging
import unicodedata
from dataclasses import replace
from typing import Final

import pytest
from attacks.hostile_text import TERMINAL, everywhere
from fakes.site_story import STATES
from fakes.site_terminal import terminal
from hypothesis import given
from hypothesis import strategies as st

from client import cli
from client.catalogue import Catalogue
from client.cli import contacts
from client.cli.devices import ports as port_commands
from client.cli.devices.output import print_line, print_table
from client.core.plain_text import printable, printable_lines
from client.errors import UsageError
from client.session.snapshot import InstrumentView, SiteSnapshot
from devices.evidence import Introduction
from devices.ports import PortInfo
from devices.registry import names


def hostile(snapshot: SiteSnapshot) -> SiteSnapshot:
    """With the text wherever the GP, the patient's papers or an instrument has one."""
    told = ("gp_name", "patient_name", "reason", "place", "summary")
    wild = replace(snapshot, **{name: TERMINAL for name in told if getattr(snapshot, name)})
    if wild.asked is not None:
        wild = replace(wild, asked=replace(wild.asked, text=TERMINAL, what=TERMINAL))
    if wild.still is not None:
        wild = replace(wild, still=replace(wild.still, label=TERMINAL))
    return replace(
        wild,
        exchanges=tuple(everywhere(line, TERMINAL) for line in wild.exchanges),
        instruments=tuple(map(_hostile, wild.instruments)),
    )


def _hostile(view: InstrumentView) -> InstrumentView:
    return replace(view, model=TERMINAL, serial=TERMINAL, port=TERMINAL, firmware=TERMINAL)


@pytest.mark.parametrize("state", STATES)
async def test_no_text_of_others_acts_upon_the_screen(state: str) -> None:
    async with terminal(hostile(STATES[state])) as seen:
        assert_harmless(seen.text.replace("\n", ""))
        assert not seen.requests.asked
        styles = [
            str(s.style) for strip in seen.app.screen._compositor.render_strips() for s in strip
        ]
        assert not any("link" in style and "file:" in style for style in styles)


async def test_markup_is_shown_as_it_was_written() -> None:
    """Else the test above would pass on a screen that shows none of it."""
    async with terminal(replace(STATES["connected"], gp_name="[bold]Dr[/]")) as seen:
        assert "[bold]Dr[/]" in seen.text


@given(text=st.text())
def test_nothing_that_moves_a_cursor_is_printed(text: str) -> None:
    assert_harmless(printable(text))
    assert_harmless(printable_lines(text).replace("\n", ""))


@given(text=st.text(st.characters(categories=["L", "N", "P", "S", "Zs", "M"])))
def test_ordinary_text_is_printed_as_it_is(text: str) -> None:
    assert printable(text) == text


def test_tables_and_lines_of_commands_are_printable(capsys: pytest.CaptureFixture[str]) -> None:
    print_table([["a", TERMINAL], [TERMINAL, "b"]])
    print_line(TERMINAL)
    assert_harmless(capsys.readouterr().out.replace("\n", ""))


def test_what_an_instrument_or_a_cable_calls_itself_is_printable(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    cable = PortInfo("/dev/ttyUSB0", "0403:6001", TERMINAL, TERMINAL, TERMINAL, TERMINAL)
    monkeypatch.setattr(port_commands, "ports", lambda: [cable])
    found = Introduction(names()[0], TERMINAL, TERMINAL)
    monkeypatch.setattr(port_commands, "_probed", lambda *_: found)
    assert cli.main(["devices", "list"]) == 0
    assert cli.main(["devices", "probe", "/dev/ttyUSB0"]) == 0
    printed = capsys.readouterr().out
    assert "\\x1b[2J" in printed
    assert_harmless(printed.replace("\n", ""))


def test_what_a_contact_calls_itself_is_printable(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def lines(*_: object) -> list[str]:
        return [Catalogue("fr")("cli.contacts.forgotten", name=TERMINAL)]

    monkeypatch.setattr(contacts, "_done", lines)
    assert cli.main(["contacts", "forget", "x"]) == 0
    assert_harmless(capsys.readouterr().out.replace("\n", ""))


def test_errors_and_traces_are_printable(capsys: pytest.CaptureFixture[str]) -> None:
    cli._explained(UsageError(TERMINAL), Catalogue("fr"), is_verbose=False)
    handler = logging.StreamHandler()
    handler.setFormatter(cli._PlainFormatter())
    failed = (ValueError, ValueError(TERMINAL), None)
    handler.handle(logging.LogRecord("x", logging.ERROR, "x", 1, TERMINAL, (), failed))
    printed = capsys.readouterr().err
    assert "\\x1b[2J" in printed
    assert_harmless(printed.replace("\n", ""))


def assert_harmless(text: str) -> None:
    acting = {hex(ord(c)) for c in text if unicodedata.category(c) in _ACTING}
    assert not acting


_ACTING: Final = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
