"""What somebody writes who wants more than to be read."""

from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any, Final

MARKUP: Final = (
    "<img src=x onerror=window.struck=1><svg/onload=window.struck=2>"
    "<script>window.struck=3</script><iframe srcdoc='<p>'></iframe>"
    "\"><a href='javascript:window.struck=4' id=struck>x</a>{{7*7}}${window.struck=5}"
)
"""For a page."""
TERMINAL: Final = (
    "[bold red]gras[/] [link=file:///etc/passwd]ici[/link] [@click=app.quit]x[/] "
    "\x1b[2J\x1b]0;titre\x07\x1b]52;c;eA==\x07\x9b31m \a\b\r\n\x7f "
    "\u202egauche\u2066\u200b\ufeff\u2028\ud800 {0} %s"
)
"""For a terminal, and for what reads Rich's or Textual's markup."""


def everywhere(value: Any, text: str) -> Any:
    """The same data with this text in every place where text may stand."""
    if isinstance(value, Enum):
        return value
    if isinstance(value, str):
        return text
    if isinstance(value, tuple):
        return tuple(everywhere(item, text) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        found = {f.name: everywhere(getattr(value, f.name), text) for f in fields(value) if f.init}
        return replace(value, **found)
    return value
