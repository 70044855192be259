"""The course of one consultation at the site: how far it has come, and what is known of it."""

from dataclasses import replace
from typing import Any

from client.core import wire
from client.core.adaptation.observation import LineEstimate
from client.core.consultation import LinkState, State, Step, after
from client.core.record import Direction
from client.session.interrupted import Interrupted
from client.session.snapshot import SiteSnapshot


class Course:
    """Holds the newest of what no part of the session knows by itself."""

    def __init__(self, first: SiteSnapshot) -> None:
        self.known = first

    @property
    def state(self) -> State:
        """Where the consultation stands."""
        return self.known.state

    @property
    def is_over(self) -> bool:
        """It was ended or refused."""
        return self.known.ended is not None

    @property
    def line(self) -> LineEstimate | None:
        """What is known of the line while it is up."""
        link = self.known.link
        return link.engine.estimate if link.engine and link.state is LinkState.UP else None

    def step(self, step: Step, **changes: Any) -> None:
        """Go to the state that `step` leads to; `WrongStepError` where it means nothing."""
        self.change(state=after(self.known.state, step), **changes)

    def change(self, **changes: Any) -> None:
        """These fields of the snapshot are otherwise now."""
        self.known = replace(self.known, **changes)

    def change_link(self, **changes: Any) -> None:
        """These fields of the line's view are otherwise now."""
        self.change(link=replace(self.known.link, **changes))

    def go_on(self, interrupted: Interrupted) -> None:
        """Stand where an earlier process stood, whose words were compared then."""
        for step in (Step.INVITED, Step.KEYS_AGREED, Step.WORDS_EQUAL):
            self.step(step)
        card = interrupted.newest(wire.Card, Direction.RECEIVED)
        intake = interrupted.newest(wire.Intake, Direction.SENT)
        if isinstance(card, wire.Card):
            self.change(gp_name=card.name)
        if isinstance(intake, wire.Intake):
            self.change(patient_name=intake.name, reason=intake.reason)
        self.change(words_confirmed_here=True, words_confirmed_by_gp=True)
