"""After the consultation, by lines: where the documents go, the act, paper, files."""

from pathlib import Path

from client.core.dossier.completeness import destination_off
from client.core.dossier.ending import Destination, Ending
from client.core.dossier.file import Dossier
from client.session.flow_views import PrintState
from client.ui.ending_choices import (
    act_sentence,
    chosen_ending,
    destination_rows,
    with_choice_made,
    with_destination_turned,
    with_hand_over,
    with_next_act,
)
from client.ui.plain_talk import Talk
from client.ui.plain_words import row
from client.ui.screens.saving import PATH_LIMIT
from client.ui.widgets.form import Field


class PlainEnding:
    """Each choice is told again once it is made."""

    def __init__(self, talk: Talk) -> None:
        self._talk = talk
        self._desk = talk.desk

    def tell(self) -> None:
        """Every destination with its digit, and the act."""
        tell_choices(self._talk, self._desk.requests.snapshot.dossier)

    def turn(self, number: int) -> None:
        """To this destination, or not after all; a refused one says why."""
        dossier = self._desk.requests.snapshot.dossier
        destination = list(Destination)[number - 1]
        why = destination_off(destination, dossier)
        if why is not None:
            self._talk.say(f"dossier.why.{why}.long")
        else:
            self._enter(with_destination_turned(dossier, destination))

    def next_act(self) -> None:
        """Another act, or none."""
        self._enter(with_next_act(self._desk.requests.snapshot.dossier))

    def hand_over(self) -> None:
        """The patient has the documents: all of it is as it was told."""
        self._desk.requests.enter(with_hand_over(self._desk.requests.snapshot.dossier))
        self._talk.say("dossier.handed_over")

    async def print(self) -> None:
        """On paper; where nothing prints, as files."""
        if self._desk.requests.snapshot.printing is PrintState.UNAVAILABLE:
            await self.save()
        else:
            self._choose()
            self._desk.requests.print_documents()

    async def save(self) -> None:
        """As files, in a folder of the person's choice."""
        folder = await asked_folder(self._talk)
        if folder is not None:
            self._choose()
            self._desk.requests.save_documents(folder)

    def _choose(self) -> None:
        """What goes on paper as it was told is chosen."""
        dossier = self._desk.requests.snapshot.dossier
        if not chosen_ending(dossier).is_chosen:
            self._desk.requests.enter(with_choice_made(dossier))

    def _enter(self, ending: Ending) -> None:
        self._desk.requests.enter(ending)
        self.tell()


def tell_choices(talk: Talk, dossier: Dossier) -> None:
    """Every destination with its digit, and the act."""
    say = talk.desk.say
    for key, mark, what in destination_rows(say, dossier):
        talk.tell(row(say, f"{key} {what}", mark))
    talk.tell(act_sentence(say, dossier))


async def asked_folder(talk: Talk) -> Path | None:
    """Where documents are saved; `None`: nowhere."""
    say, drafts = talk.desk.say, talk.desk.drafts
    talk.say("dossier.saving.what")
    field = Field("folder", say("dossier.saving.title"), limit=PATH_LIMIT)
    folder = await talk.ask(field, drafts.folder or str(Path.home()))
    drafts.folder = folder or drafts.folder
    return Path(folder) if folder else None
