"""The end of an earlier consultation, chosen after all, by lines."""

from client.core.dossier.completeness import destination_off
from client.core.dossier.ending import Destination, Ending
from client.core.dossier.file import Dossier
from client.session.flow_views import RecordsView
from client.ui.ending_choices import with_destination_turned, with_hand_over, with_next_act
from client.ui.plain_ending import tell_choices
from client.ui.plain_talk import Talk
from client.ui.widgets.choice import Option
from client.ui.widgets.form import Field


class PlainClosing:
    """The keys are those of the end itself; an empty line is the last."""

    def __init__(self, talk: Talk) -> None:
        self._talk = talk
        self._desk = talk.desk

    async def lead(self) -> None:
        """Until nothing more is chosen of the one that was read, or it cannot be kept."""
        records = self._desk.requests.snapshot.records
        while records.dossier is not None and records.failure is None:
            tell_choices(self._talk, records.dossier)
            chosen = await self._talk.ask(self._field(), is_fresh=True)
            if not chosen:
                return
            ending = self._ending(chosen, records.dossier)
            if ending is not None:
                records = await self._closed(records, ending)
        if records.failure is not None:
            self._talk.tell(" ".join(self._desk.say.explain(records.failure)))

    async def _closed(self, before: RecordsView, ending: Ending) -> RecordsView:
        """Once it is kept, or why it is not."""
        if before.read is not None:
            self._desk.requests.close_record(before.read, ending)
        return (await self._talk.until(lambda now: now.records is not before)).records

    def _field(self) -> Field:
        say = self._desk.say
        places = (
            Option(str(number), one.value, say(f"dossier.destination.{one}"))
            for number, one in enumerate(Destination, start=1)
        )
        acts = (
            Option("b", "next_act", say("site.do.next_act")),
            Option("o", "hand_over", say("site.do.hand_over")),
        )
        return Field("chosen", say("dossier.ending.where"), (*places, *acts))

    def _ending(self, chosen: str, dossier: Dossier) -> Ending | None:
        """`None` for a place that is refused, which is told."""
        if chosen == "next_act":
            return with_next_act(dossier)
        if chosen == "hand_over":
            return with_hand_over(dossier)
        destination = Destination(chosen)
        why = destination_off(destination, dossier)
        if why is not None:
            self._talk.say(f"dossier.why.{why}.long")
            return None
        return with_destination_turned(dossier, destination)
