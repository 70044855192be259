"""Files for the GP by lines: sent by a path, taken back by a number."""

from collections.abc import Iterator

from client.catalogue import Catalogue
from client.session.snapshot import SiteSnapshot
from client.ui.plain_talk import Talk
from client.ui.screens.attaching import send_path, sent_line


async def attach(talk: Talk) -> None:
    """One path, or the number of a file that was told."""
    say, site = talk.desk.say, talk.desk.requests
    sent = {str(view.number): view for view in site.snapshot.sent_files}
    talk.tell(*(f"{number} {sent_line(say, view)}" for number, view in sent.items()))
    talk.say("site.attach.what")
    line = await talk.answer(say("site.attach.path"), is_fresh=True)
    if line in sent:
        site.cancel_file(sent[line].number)
    elif line:
        talk.tell(send_path(talk.desk, line))


def unsent(say: Catalogue, was: SiteSnapshot, now: SiteSnapshot) -> Iterator[str]:
    """What was not sent since, and why."""
    known = {view.number for view in was.sent_files if view.failure is not None}
    for view in now.sent_files:
        if view.failure is not None and view.number not in known:
            yield sent_line(say, view)
