"""While the GP asks for nothing: who comes when, and how to go on with what is seen."""

from dataclasses import replace

from fakes.site_story import STATES
from fakes.site_terminal import terminal


async def test_a_site_let_into_the_waiting_room_reads_that_the_doctor_comes() -> None:
    async with terminal(STATES["waiting_room"]) as seen:
        assert "Le médecin va venir" in seen.text


async def test_a_doctor_who_asks_for_patience_says_how_long_until_the_next_request() -> None:
    async with terminal(STATES["asked_to_wait"]) as seen:
        assert "dans 7 min" in seen.text
        assert "Une urgence." in seen.text
        log = seen.requests.snapshot.exchanges
        await seen.show(
            replace(
                seen.requests.snapshot,
                exchanges=(*log, replace(log[1], at=seen.requests.snapshot.at)),
            )
        )
        assert "dans 7 min" not in seen.text


async def test_how_to_hold_the_otoscope_stays_while_it_is_looked_through() -> None:
    aiming = replace(STATES["aiming"], asked=None)
    asked = replace(aiming.exchanges[1], subject="ear")
    async with terminal(replace(aiming, exchanges=(*aiming.exchanges, asked))) as seen:
        assert "Montrez au médecin" in seen.text
        assert "Figez avec f" in seen.text
