"""Every state, in both sizes and both languages: what must be read is there and whole."""

from dataclasses import replace
from datetime import timedelta

import pytest
from fakes.site_story import NOW, STATES, ago
from fakes.site_terminal import Terminal, terminal

from client.catalogue import LANGUAGES, Catalogue
from client.session.snapshot import AskView, ExchangeLine, LineKind, SiteSnapshot
from client.ui.site_screen import SiteScreen
from client.ui.steps import has_begun
from client.ui.widgets.key_bar import key_name
from client.ui.widgets.preview import Preview
from devices.readings import Kind

SIZES = [(80, 24), (160, 48), (200, 60)]

every_size = pytest.mark.parametrize("size", SIZES, ids=["80x24", "160x48", "200x60"])

SAID = [
    ("start", ["CMS50D+ n° 5012", "prêt", "Relais", "fonctionne"]),
    ("start_troubled", ["ne répond pas", "modèle non pris en charge", "injoignable", "conservé"]),
    ("words", ["CERISE", "MOULIN", "TAMBOUR", "ORAGE", "ce sont les mêmes", "différents"]),
    (
        "connected",
        ["97", "76", "/min", "°C", "en direct", "ponctuel", "FORA IR42", "118 kbit/s"],
    ),
    ("asked_temperature", ["Prenez la température", "Embout neuf", "attendez le bip", "mesurer"]),
    ("asked_text", ["a [déjà]", "fait", "répondre", "pas possible"]),
    ("finger_out", ["doigt absent"]),
    ("searching", ["recherche du pouls"]),
    ("weak_signal", ["signal faible", "en direct"]),
    ("unplugged", ["débranché : vérifiez le câble", "il y a 21 s"]),
    (
        "instruments",
        ["97", "Tens.", "mmHg", "OneTouch", "pas encore stable", "débranché", "COM12", "laissé"],
    ),
    ("inflating", ["brassard 145 mmHg", "b ARRÊTER LE BRASSARD"]),
    ("aiming", ["Otoscope : le médecin le voit", "f prend : oreille droite"]),
    ("still_taking", ["ne bougez pas", "38 %"]),
    ("still_sending", ["envoi", "61 %"]),
    ("still_received", ["Photo oreille droite : reçue"]),
    ("still_failed", ["ÉCHEC"]),
    ("muted", ["On ne vous entend pas", "rétablir le micro"]),
    ("muted_camera_off", ["rétablir le micro", "Vidéo coupée aussi"]),
    ("camera_off", ["On ne vous voit pas", "aucune image ne part"]),
    ("paused", ["Ni voix ni image ne partent", "p  reprendre"]),
    ("weak_line", ["Ligne faible ici : l", "image est réduite", "voix nette", "118 kbit/s"]),
    ("weak_line_heartbeat", ["image fixe toutes les 4 s", "Médecin : une image toutes les 4 s"]),
    ("weak_line_voice_only", ["image, la voix", "a que la voix", "voix correcte"]),
    ("weak_line_of_gp", ["Ligne faible chez le médecin : sa voix", "Ce que voit le médecin"]),
    ("weak_lines", ["Ligne faible ici et chez le médecin", "voix hachée"]),
    ("line_silent", ["La ligne ne répond plus"]),
    ("picture_wished", ["image nette : souhait du médecin"]),
    ("picture_chosen", ["abord : choix d"]),
    ("still_beside_heartbeat", ["Liaison établie ; image fixe toutes les 4 s", "encore 5 s"]),
    ("machine_busy", ["ce poste est très chargé"]),
    ("cut", ["LIAISON COUPÉE depuis 43 s", "3 envois attendent", "attend", "NON TRANSMISE"]),
    ("no_camera", ["Pas de caméra"]),
    ("not_recorded", ["Dossier non conservé"]),
    ("gp_compares", ["vérifie les mots"]),
    ("ended_by_gp", ["Le médecin a terminé", "revoir le médecin traitant", "Le dossier est enr"]),
    ("ended_unsuitable", ["non adapté", "2 envois n"]),
    ("refused", ["Consultation arrêtée"]),
]


@every_size
async def test_says_what_matters(size: tuple[int, int]) -> None:
    async with terminal(STATES["start"], size=size) as seen:
        for state, texts in SAID:
            await seen.show(STATES[state])
            for text in texts:
                assert text in seen.text, state


@every_size
@pytest.mark.parametrize("language", LANGUAGES)
async def test_all_keys_are_on_the_screen(language: str, size: tuple[int, int]) -> None:
    say = Catalogue(language)
    async with terminal(STATES["start"], size=size, language=language) as seen:
        for state, snapshot in STATES.items():
            await seen.show(snapshot)
            screen = seen.app.screen
            assert isinstance(screen, SiteScreen)
            for line, row in zip(seen.lines[-len(screen.ROWS) :], screen.ROWS, strict=True):
                for binding in row:
                    is_begun = binding.description == "site.do.begin" and has_begun(snapshot)
                    label = "dossier.start.continue" if is_begun else binding.description
                    key = f"{key_name(say, binding.key)} {say(label)}"
                    assert key in line, state


@pytest.mark.parametrize("state", ["finger_out", "searching"])
async def test_no_value_is_two_dashes_and_never_the_last_number(state: str) -> None:
    async with terminal(STATES["connected"]) as seen:
        await seen.show(STATES[state])
        measures = "".join(line[:40] for line in seen.lines[2:5])
        assert measures.count("--") == 2
        assert "97" not in measures


@every_size
async def test_the_link_is_there_in_full_and_as_a_code(size: tuple[int, int]) -> None:
    async with terminal(STATES["invitation"], size=size) as seen:
        invitation = STATES["invitation"].invitation
        assert invitation is not None
        place = seen.app.screen.query_one("#link").region
        left = "".join(
            line[place.x : place.right].strip() for line in seen.lines[place.y : place.bottom]
        )
        assert left == invitation.url
        assert sum(map(seen.text.count, "█▀▄")) > 300, "the modules of the code"
        assert "Agrandissez" not in seen.text


async def test_a_small_window_says_how_to_get_the_code() -> None:
    async with terminal(STATES["invitation"], size=(80, 20)) as seen:
        assert "Agrandissez la fenêtre" in seen.text


@every_size
async def test_a_long_wish_never_hides_the_keys(size: tuple[int, int]) -> None:
    async with terminal(STATES["connected"], size=size) as seen:
        for what in ("temperature", "oximeter", "ear", "still", "text", "unheard_of"):
            asked = AskView(1, what, "très long souhait " * 400, NOW)
            await seen.show(replace(STATES["connected"], asked=asked))
            assert "n pas possible" in seen.text, what


async def test_a_back_again_line_tells_what_waited() -> None:
    async with terminal(STATES["cut"]) as seen:
        await seen.show(STATES["connected"])
        assert "Liaison rétablie. Envois qui attendaient : 3" in seen.text


async def test_a_frozen_picture_tells_its_age() -> None:
    preview = STATES["connected"].preview
    assert preview is not None
    old = replace(preview, taken_at=ago(7))
    async with terminal(replace(STATES["connected"], preview=old)) as seen:
        assert "FIGÉE depuis 7 s" in seen.text


async def test_the_doctors_picture_is_never_older_than_it_looks() -> None:
    async with terminal(STATES["cut"], size=(200, 60)) as seen:
        assert "Image FIGÉE depuis 46 s" in seen.text


async def test_a_heartbeat_is_never_called_what_the_doctor_sees() -> None:
    async with terminal(STATES["weak_line_heartbeat"], size=(200, 60)) as seen:
        assert "Ce que voit le médecin" not in seen.text


async def test_what_people_switched_off_is_not_blamed_on_the_line() -> None:
    weak = STATES["weak_line_voice_only"]
    async with terminal(replace(weak, is_camera_off=True)) as seen:
        assert "image, la voix" not in seen.text
        assert "Ligne faible ici : la voix passe d" in seen.text


@every_size
async def test_the_line_is_drawn_second_by_second(size: tuple[int, int]) -> None:
    link = STATES["weak_line"].link
    assert link.engine is not None
    async with terminal(STATES["weak_line"], size=size) as seen:
        for second in range(1, 12):
            share = 0.1 if second == 9 else 1.0
            lanes = tuple(replace(lane, bps=round(lane.bps * share)) for lane in link.engine.lanes)
            engine = replace(link.engine, since_s=300.0 + second, lanes=lanes)
            state = replace(STATES["weak_line"], link=replace(link, engine=engine))
            await seen.show(state)
            await seen.show(state)
        assert "▇▇▇▇▇▁▇▇" in seen.text
        assert ("Attente dans la ligne : 18 ms" in seen.text) is (size[0] >= 160)
        await seen.show(STATES["cut"])
        assert "▇" not in seen.text


async def test_pictures_closer_than_a_quarter_of_a_second_are_skipped() -> None:
    preview = STATES["connected"].preview
    assert preview is not None
    async with terminal(STATES["connected"]) as seen:
        shown = seen.app.screen.query_one("#preview", Preview)
        for gap_ms, drawn in ((100, 0), (200, 0), (260, 260)):
            later = replace(preview, taken_at=preview.taken_at + timedelta(milliseconds=gap_ms))
            await seen.show(replace(STATES["connected"], preview=later))
            assert shown.shown_at() == preview.taken_at + timedelta(milliseconds=drawn)


async def test_the_wide_screen_has_the_picture_between_measures_and_log() -> None:
    async with terminal(STATES["connected"], size=(200, 60)) as seen:
        title = seen.lines[1]
        places = [title.index(word) for word in ("Mesures", "Ce que voit", "Le médecin demande")]
        assert places == sorted(places)
        await seen.pilot.resize_terminal(80, 24)
        await seen.settle()
        assert "Ce que voit" not in seen.lines[1]
        assert "Ce que voit" in seen.text


HOSTILE = "[bold red]x[/] [@click=app.exit]oui[/] $name {0} \x1b[2J\u202eabc\x07"
HARMLESS = "[bold red]x[/] [@click=app.exit]oui[/]"


def _hostile() -> SiteSnapshot:
    lines = tuple(
        ExchangeLine(NOW, kind, HOSTILE, HOSTILE, is_acknowledged=False) for kind in LineKind
    )
    return replace(
        STATES["connected"],
        gp_name=HOSTILE,
        patient_name=HOSTILE,
        reason=HOSTILE,
        place=HOSTILE,
        asked=AskView(1, HOSTILE, HOSTILE, NOW),
        exchanges=lines,
        summary=HOSTILE,
        words=("[red]A", "B", "C", "D"),
    )


def _assert_harmless(seen: Terminal) -> None:
    for line in seen.lines:
        assert not set(line) & {"\x1b", "\x07", "\u202e"}


@every_size
async def test_what_people_write_is_never_markup(size: tuple[int, int]) -> None:
    async with terminal(STATES["start"], size=size) as seen:
        for name in ("words", "connected", "ended_by_gp", "still_sending"):
            before = STATES[name]
            still = before.still and replace(before.still, label=HOSTILE)
            await seen.show(
                replace(_hostile(), state=before.state, ended=before.ended, still=still)
            )
            _assert_harmless(seen)
            assert "[bold red]x[/]" in seen.text, name


async def test_a_wish_with_markup_is_shown_as_it_was_written() -> None:
    asked = AskView(1, "text", HARMLESS, NOW)
    async with terminal(replace(STATES["connected"], asked=asked), size=(200, 60)) as seen:
        assert HARMLESS in seen.text


@pytest.mark.parametrize("kind", list(Kind))
async def test_a_model_name_from_an_instrument_is_not_markup(kind: Kind) -> None:
    odd = replace(STATES["start"].instruments[0], kind=kind, model="[red]M[/]", serial=None)
    async with terminal(replace(STATES["start"], instruments=(odd,))) as seen:
        assert "[red]M[/], COM3" in seen.text
