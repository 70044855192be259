"""The same patient's vitals of earlier consultations at this site, for the trends on the screen."""

from collections.abc import Callable
from typing import Final

from client.core.dossier.traits import Traits
from client.core.record import EarlierValue as KeptValue
from client.session.flow_views import EarlierValue
from client.session.keeping import RecordKeeper
from devices.readings import Vital

EARLIER_LIMIT: Final = 12
"""Of each vital sign; chosen: a year of monthly visits."""


class Earlier:
    """Looks them up whenever it is known who the patient is."""

    def __init__(
        self, keeper: RecordKeeper, show: Callable[[tuple[EarlierValue, ...]], None]
    ) -> None:
        self._keeper = keeper
        self._show = show

    def look(self, traits: Traits | None) -> None:
        """The traits are kept, or about to be: the record is asked behind it."""
        if traits is not None:
            self._keeper.start_beside(self._look())

    async def _look(self) -> None:
        values = await self._keeper.earlier_vitals(EARLIER_LIMIT)
        self._show(tuple(_view(one) for one in reversed(values)))


def _view(one: KeptValue) -> EarlierValue:
    return EarlierValue(Vital.from_code(one.vital), one.value, one.taken_at, one.model)
