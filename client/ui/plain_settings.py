"""What this site is set to, by lines: the pages of the settings' screens, with their checks."""

from client.core.site_settings.values import SiteSettings
from client.errors import ChevetError
from client.ui.plain_talk import InputEndedError, LaterError, Lines, Questions
from client.ui.screens.settings import SettingsDesk
from client.ui.settings_pages import (
    FIRST_RUN,
    PAGES,
    WrongValueError,
    page_fields,
    page_values,
    with_page,
)


class PlainSettings:
    """The wizard of the first run, or the list; each page that is answered is written at once."""

    def __init__(self, desk: SettingsDesk, lines: Lines) -> None:
        self._desk = desk
        self._talk = Questions(desk.say, lines)

    async def run(self, *, is_first_run: bool) -> None:
        """Until the person has finished, or nobody types any more."""
        self._talk.say("training.set.title")
        self._talk.say("training.plain.how")
        try:
            if is_first_run:
                for page in FIRST_RUN:
                    await self._page(page)
            else:
                await self._choose()
        except (LaterError, InputEndedError):
            return

    async def _choose(self) -> None:
        say, pages = self._desk.say, tuple(PAGES)
        while True:
            for number, page in enumerate(pages, start=1):
                self._talk.tell(f"{number} {say(f'training.page.{page}')}")
            chosen = await self._talk.which(say("training.plain.page"), len(pages))
            if chosen is None:
                return
            try:
                await self._page(pages[chosen])
            except LaterError:
                self._talk.say("training.set.unchanged")

    async def _page(self, page: str) -> None:
        """Ask each field; one that cannot be set says why and is asked again."""
        say, talk = self._desk.say, self._talk
        ports = ", ".join(self._desk.found.ports) or say("training.set.no_port")
        talk.say(f"training.page.{page}.about", ports=ports)
        fields = page_fields(say, page, self._desk.settings, self._desk.found)
        values = page_values(page, self._desk.settings)
        await talk.all(fields, values)
        while True:
            try:
                settings = with_page(page, self._desk.settings, values)
            except WrongValueError as error:
                (wrong,) = (field for field in fields if field.name == error.name)
                talk.say(f"training.wrong.{error.wrong}", name=wrong.label)
                await talk.all([wrong], values)
                continue
            if page != "relay" or await self._is_wanted(settings):
                break
            await talk.all(fields, values)
        self._save(settings)

    async def _is_wanted(self, settings: SiteSettings) -> bool:
        """A relay that does not answer is kept only if the person says so."""
        url = settings.relay.url
        if not url or url == self._desk.settings.relay.url:
            return True
        self._talk.say("training.set.trying")
        if await self._desk.reaches(url):
            return True
        return await self._talk.yes(self._desk.say("training.plain.keep_relay"), usual=False)

    def _save(self, settings: SiteSettings) -> None:
        try:
            self._desk.save(settings)
        except ChevetError as error:
            self._talk.tell(" ".join(self._desk.say.explain(error)))
            return
        self._desk.settings = settings
        self._talk.say("training.set.saved")
