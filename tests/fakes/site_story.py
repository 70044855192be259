"""Every state of the site's screen, as snapshots of one fictional consultation."""

import math
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from client.core.adaptation.observation import LineEstimate, LossKind
from client.core.adaptation.plan import PictureRung, Plan, Preference, VoiceRung
from client.core.adaptation.snapshot import (
    EngineSnapshot,
    LaneView,
    MachineView,
    WeakSide,
)
from client.core.consultation import LinkState, State
from client.core.dossier.background import Background
from client.core.dossier.consent import Consent, Giver, Item, Mode
from client.core.dossier.ending import Role
from client.core.dossier.file import Contact, Dossier, Notes, Operator
from client.core.dossier.room import RoomCheck, RoomItem
from client.core.dossier.traits import Sex, Traits
from client.core.incidents import Incident, IncidentKind
from client.core.lanes import Lane
from client.core.wire import PageReport, Pointed, Waiting
from client.session.flow_views import (
    DocumentState,
    DocumentView,
    ExpertiseView,
    PrintState,
    RecordsView,
    RecordView,
    ResumableView,
)
from client.session.snapshot import (
    AskView,
    ContactView,
    ExchangeLine,
    InstrumentState,
    InstrumentView,
    InvitationView,
    LineKind,
    LinkView,
    PortState,
    PortView,
    PreviewView,
    ResultView,
    SiteSnapshot,
    StillState,
    StillView,
    VitalView,
)
from devices.readings import CuffPressure, Kind, LabResult, Mark, Origin, Quality, Vital

NOW = datetime(2026, 11, 23, 14, 6, 30, tzinfo=UTC)
"""The moment at which every state is looked at."""

_URL = (
    "https://chevet.example.org/#hgFYIMkX0pJ3v1n6wq8aWcBt4LzYd2uEoKfQmR5hTgVbXs7NUHjI9CeaZ"
    "lGxMPk3rDyOAiEmVpl8xbn2FQGmq3v29g"
)


def ago(seconds: float) -> datetime:
    return NOW - timedelta(seconds=seconds)


def pleth(phase: float = 0.0) -> bytes:
    """Four seconds of a pulse wave at 60 Hz, with its notch."""
    wave = (math.sin(t) + 0.45 * math.sin(2 * t + 0.9) for t in _phases(phase))
    return bytes(round(127 + 70 * sample) for sample in wave)


def _phases(phase: float) -> list[float]:
    return [phase + 2 * math.pi * 1.27 * n / 60 for n in range(240)]


def room(width: int = 40, height: int = 30, shift: float = 0.0) -> PreviewView:
    """A head and shoulders before a bright wall."""
    return _painted(width, height, lambda x, y: _person(x - 0.5 - shift, y))


def eardrum(width: int = 40, height: int = 30) -> PreviewView:
    """A round, reddish field with a light reflex."""
    return _painted(width, height, _drum)


def _painted(
    width: int, height: int, paint: Callable[[float, float], tuple[float, float, float]]
) -> PreviewView:
    rgb = bytes(
        max(0, min(255, round(channel)))
        for y in range(height)
        for x in range(width)
        for channel in paint(x / width, y / height)
    )
    return PreviewView(width, height, rgb, ago(0.2))


def _person(x: float, y: float) -> tuple[float, float, float]:
    if (x / 0.14) ** 2 + ((y - 0.36) / 0.24) ** 2 < 1:
        hair = y < 0.24
        light = 1.1 - 1.2 * abs(x)
        return (70, 52, 40) if hair else (212 * light, 164 * light, 138 * light)
    if (x / 0.36) ** 2 + ((y - 1.0) / 0.42) ** 2 < 1:
        return 54, 92 - 40 * x, 130
    return 150 + 60 * x, 158 + 50 * (0.5 - y), 148


def _drum(x: float, y: float) -> tuple[float, float, float]:
    far = math.hypot((x - 0.5) * 1.33, y - 0.5)
    if far > 0.48:
        return 12, 10, 10
    if abs(x - 0.6) < 0.05 and 0.55 < y < 0.75:
        return 250, 240, 225
    return 225 - 180 * far, 140 - 170 * far, 105 - 120 * far


RUNG = PictureRung("av1", 320, 240, 10, 60_000)


def estimate(usable_bps: int = 240_000, **other: object) -> LineEstimate:
    """A line that does what it can."""
    facts: dict[str, object] = {
        "capacity_bps": usable_bps,
        "is_known": True,
        "is_silent": False,
        "queue_s": 0.018,
        "rtt_s": 0.11,
        "jitter_s": 0.004,
        "loss_fraction": 0.0,
        "loss_kind": LossKind.NONE,
    }
    return LineEstimate(usable_bps=usable_bps, **(facts | other))  # type: ignore[arg-type]  # facts of an estimate


def plan(picture: PictureRung | None = RUNG, still_bps: int = 0) -> Plan:
    """Voice and this picture."""
    return Plan(118_000, VoiceRung(16_000, 60), picture, 70_000, still_bps, 0)


def page_report(concealed_pct: float = 0.2) -> PageReport:
    """What the GP's page tells when nothing is wrong."""
    return PageReport(0, 1_200, concealed_pct, 110, 140, 0, 110_000, 0)


def engine(
    weak: WeakSide = WeakSide.NONE, since_s: float = 300.0, **other: object
) -> EngineSnapshot:
    """The media engine in one second of a call."""
    lanes = ((Lane.VOICE, 22_000), (Lane.READINGS, 12_000), (Lane.PICTURE, 84_000))
    facts: dict[str, object] = {
        "estimate": estimate(),
        "plan": plan(),
        "lanes": tuple(LaneView(lane, bps, 0, 0) for lane, bps in lanes),
        "machine": MachineView(0.24, 0.08, 0.012, 1.0),
        "key_frames_asked": 0,
        "preference": Preference.BALANCED,
        "override": None,
        "heard": page_report(),
        "concealed_here_pct": 0.0,
        "down_bps": 250_000,
    }
    return EngineSnapshot(since_s=since_s, weak=weak, **(facts | other))  # type: ignore[arg-type]  # facts of a snapshot


_OXIMETER = InstrumentView(
    "cms50", Kind.OXIMETER, "Contec CMS50D+", "5012", "COM3", InstrumentState.MEASURING
)
_THERMOMETER = InstrumentView(
    "fora", Kind.THERMOMETER, "FORA IR42", "2207", "COM4", InstrumentState.READY
)
_OTOSCOPE = InstrumentView("vc0706", Kind.OTOSCOPE, "VC0706", None, "COM5", InstrumentState.READY)

_READY = SiteSnapshot(
    at=NOW,
    state=State.READY,
    place="Pharmacie des Halles, poste 2",
    relay_is_reachable=True,
    camera_works=True,
    microphone_works=True,
    speaker_works=True,
    instruments=(replace(_OXIMETER, state=InstrumentState.READY), _THERMOMETER, _OTOSCOPE),
)
_INVITING = replace(_READY, state=State.INVITING, invitation=InvitationView(_URL, ago(-14 * 60)))
_COMPARING = replace(
    _INVITING,
    state=State.COMPARING,
    words=("CERISE", "MOULIN", "TAMBOUR", "ORAGE"),
    gp_name="Dr Martin",
    link=LinkView(LinkState.UP, ago(9), up_bps=31_000, gp_hears=True),
)


def _vital(vital: Vital, value: float | None, seconds: float = 0.3, **other: object) -> VitalView:
    facts: dict[str, object] = {"quality": Quality.GOOD, "model": "Contec CMS50D+", "is_live": True}
    return VitalView(vital, value, taken_at=ago(seconds), **(facts | other))  # type: ignore[arg-type]  # facts of a view


_ONCE = {"is_live": False, "origin": Origin.SPOT, "record": 1}
_TEMPERATURE = _vital(Vital.TEMPERATURE, 37.8, 130, model="FORA IR42", **_ONCE)
_VITALS = (_vital(Vital.SPO2, 97), _vital(Vital.PULSE, 76), _TEMPERATURE)
_LOG = (
    ExchangeLine(ago(270), LineKind.INTAKE, "Mme Delacour, 78 ans", "", is_acknowledged=True),
    ExchangeLine(ago(240), LineKind.ASKED, "oximeter", "", is_acknowledged=True),
    ExchangeLine(ago(200), LineKind.READING, "spo2", "97", is_acknowledged=True),
    ExchangeLine(ago(200), LineKind.READING, "pulse", "76", is_acknowledged=True),
    ExchangeLine(ago(195), LineKind.ASK_ANSWERED, "done", "", is_acknowledged=True),
    ExchangeLine(ago(130), LineKind.READING, "temperature", "37.8", is_acknowledged=True),
    ExchangeLine(
        ago(80),
        LineKind.TEXT_GP,
        "Pouvez-vous lui demander depuis quand elle a mal à l'oreille droite ?",
        "",
        is_acknowledged=True,
    ),
    ExchangeLine(ago(60), LineKind.TEXT_HERE, "Depuis hier soir.", "", is_acknowledged=True),
)
_CONNECTED = replace(
    _COMPARING,
    state=State.VERIFIED,
    words_confirmed_here=True,
    words_confirmed_by_gp=True,
    patient_name="Mme Delacour, 78 ans",
    reason="toux depuis 3 jours, mal à l'oreille",
    link=LinkView(LinkState.UP, ago(280), up_bps=118_000, gp_hears=True, engine=engine()),
    instruments=(_OXIMETER, _THERMOMETER, _OTOSCOPE),
    vitals=_VITALS,
    pleth=pleth(),
    preview=room(),
    gp_picture=room(shift=0.06),
    exchanges=_LOG,
)
_BARE = replace(_CONNECTED, vitals=(), pleth=b"", exchanges=_LOG[:1])
_AIMING = replace(
    _CONNECTED,
    preview=eardrum(),
    preview_source=Kind.OTOSCOPE,
    asked=AskView(3, "ear", "Plutôt l'oreille droite.", ago(12)),
)
_SUMMARY = (
    "Consultation de Mme Delacour, 78 ans, accompagnée à la pharmacie.\n"
    "Toux depuis trois jours, douleur de l'oreille droite depuis hier.\n\n"
    "Mesures : SpO2 97 %, pouls 76 /min, température 37,8 °C.\n"
    "Photo de l'oreille droite vue.\n\n"
    "Conduite : traitement expliqué à la patiente ; revoir le médecin traitant\n"
    "dans trois jours, plus tôt si la fièvre dure."
)


def _without_oximeter_signal(quality: Quality) -> SiteSnapshot:
    lost = tuple(_vital(v, None, quality=quality) for v in (Vital.SPO2, Vital.PULSE))
    return replace(_CONNECTED, vitals=(*lost, _TEMPERATURE), pleth=b"")


def _still(state: StillState, done: int, total: int = 46_812) -> SiteSnapshot:
    return replace(_AIMING, still=StillView("oreille droite", state, done, total))


def with_engine(seen: EngineSnapshot, snapshot: SiteSnapshot = _CONNECTED) -> SiteSnapshot:
    """The same, with the media engine like this."""
    return replace(snapshot, link=replace(snapshot.link, up_bps=seen.up_bps, engine=seen))


_BEATING = plan(replace(RUNG, frames_per_s=0.25), still_bps=31_000)
WEAK_ENGINE = engine(WeakSide.SITE, estimate=estimate(130_000))


def _cut() -> SiteSnapshot:
    reading = ExchangeLine(ago(20), LineKind.READING, "spo2", "96", is_acknowledged=False)
    return replace(
        _CONNECTED,
        link=LinkView(LinkState.CUT, ago(43), waiting=3),
        gp_picture=replace(room(shift=0.06), taken_at=ago(46)),
        exchanges=(*_LOG, reading, replace(reading, subject="pulse", value="78")),
    )


_CUFF = InstrumentView(
    *("ieee11073", Kind.BLOOD_PRESSURE, "A&D UA-767PC", "507", "COM6"), InstrumentState.READY, id=4
)
_MANY = (
    replace(_OXIMETER, id=1),
    replace(_THERMOMETER, id=2, state=InstrumentState.UNPLUGGED),
    replace(_OTOSCOPE, id=3),
    _CUFF,
    InstrumentView(
        *("onetouch_ultra2", Kind.GLUCOMETER, "OneTouch Ultra 2", "YXR1234", "COM7"),
        *(InstrumentState.READY, "P02.00", 5),
    ),
    InstrumentView(
        *("marsden_m430", Kind.SCALE, "Marsden M-430", None, "COM8"), InstrumentState.READY, id=6
    ),
    InstrumentView(
        *("astm", Kind.ANALYSER, "Afinion 2", "AF0012345", "COM9"), InstrumentState.READY, id=7
    ),
)


def _pressure(seconds: float, **other: object) -> tuple[VitalView, ...]:
    values = {
        Vital.SYSTOLIC: 128,
        Vital.DIASTOLIC: 76,
        Vital.MEAN_PRESSURE: 93,
        Vital.PULSE: 72,
    }
    facts = {"model": "A&D UA-767PC", "serial": "507", "instrument": 4} | _ONCE | other
    return tuple(_vital(vital, value, seconds, **facts) for vital, value in values.items())


def _glucose(value: float, record: int, at: datetime, *marks: Mark) -> VitalView:
    facts = {"model": "OneTouch Ultra 2", "serial": "YXR1234", "instrument": 5, "is_live": False}
    told = {"origin": Origin.STORED, "record": record, "measured_at": at, "marks": frozenset(marks)}
    return _vital(Vital.GLUCOSE, value, 40, **facts, **told)


def _result(test: str, value: str, unit: str, **other: object) -> ResultView:
    facts: dict[str, object] = {
        "quality": Quality.GOOD,
        "taken_at": ago(400),
        "origin": Origin.SPOT,
        "record": 1,
        "measured_at": datetime(2026, 11, 23, 13, 58),  # noqa: DTZ001 -- an instrument's own clock
    }
    result = LabResult(test, value, unit, **(facts | other))  # type: ignore[arg-type]  # facts of a result
    return ResultView(result, "Afinion 2", "AF0012345")


_INSTRUMENTS = replace(
    _CONNECTED,
    instruments=_MANY,
    ports=(PortView("COM12", PortState.UNKNOWN),),
    vitals=(
        _vital(Vital.SPO2, 97, instrument=1),
        _vital(Vital.PULSE, 76, instrument=1),
        replace(_TEMPERATURE, instrument=2),
        *_pressure(190),
        _vital(
            *(Vital.WEIGHT, 72.3, 1),
            model="Marsden M-430",
            instrument=6,
            quality=Quality.UNSTABLE,
            sent_as="159.4 lb",
            **_ONCE,
        ),
    ),
    apart=(
        *_pressure(
            *(40,),
            origin=Origin.STORED,
            record=9,
            measured_at=datetime(2015, 3, 12, 16, 45),  # noqa: DTZ001 -- an instrument's own clock
        ),
        _glucose(112, 3, datetime(2026, 11, 22, 7, 40), Mark.CONTROL),  # noqa: DTZ001 -- same
        _glucose(104, 4, datetime(2026, 11, 23, 7, 32), Mark.BEFORE_MEAL),  # noqa: DTZ001 -- same
    ),
    results=(
        _result("HbA1c", "5.9", "%", loinc="4548-4", flags="N"),
        _result("CTRL C I", "31", "mg/L", marks=frozenset({Mark.CONTROL})),
        _result("CRP", "<5", "mg/L", loinc="1988-5", reference_range="0 to 10"),
    ),
)
_INFLATING = replace(
    _CONNECTED,
    asked=AskView(4, "pressure", "", ago(20)),
    instruments=(
        *_CONNECTED.instruments,
        replace(_CUFF, state=InstrumentState.MEASURING, work=CuffPressure(145), work_at=ago(0.4)),
    ),
)

TRAITS = Traits("Delacour", ("Anne", "Marie"), "", "1948-03-12", Sex.FEMALE, "75056")
CONTACT = Contact("12 rue des Halles, Sainte-Foy", "06 12 34 56 78", "Dr Petit")
CONSENT = Consent("fr/1", "0" * 64, "fr", "Mme Roux", Giver.PATIENT, Mode.SPOKEN, 0)
BACKGROUND = Background("toux depuis 3 jours, mal à l'oreille", (), "otite")
OPERATOR = Operator("Mme Roux", Role.PHARMACIST, "10001234567")
FILLED = Dossier(
    OPERATOR,
    traits=TRAITS,
    contact=CONTACT,
    consent=CONSENT,
    background=BACKGROUND,
)
ROOM = RoomCheck(int(ago(3_600).timestamp() * 1_000), "Mme Roux", tuple(RoomItem))
GPS = tuple(
    ContactView(
        bytes([n]) * 32, name, "généraliste", None, ago(90_000), can_be_called, is_revoked=False
    )
    for n, (name, can_be_called) in enumerate((("Dr Martin", True), ("Dr Leroy", False)), start=1)
)
_FRESH = replace(_READY, dossier=Dossier(OPERATOR), contacts=GPS)
_FILED = replace(_FRESH, room=ROOM, dossier=FILLED)
_ENDED = replace(
    _CONNECTED,
    patient_name="",
    reason="",
    state=State.ENDED,
    ended="finished",
    ended_by_gp=True,
    summary=_SUMMARY,
    dossier=FILLED,
    room=ROOM,
)


def _waits(minutes: int | None, text: str = "", *, is_redirected: bool = False) -> Waiting:
    return Waiting(minutes, text, is_redirected, int(ago(60).timestamp() * 1_000))


_EXPERTISES = (
    ExpertiseView(7, ago(90_000), "Roche Paul", "Cette lésion du bras est-elle à montrer ?"),
    ExpertiseView(
        *(8, ago(7_200), "Delacour Anne", "Faut-il revoir ce tympan ?", "Dr Martin"),
        *(ago(600), "Tympan congestif, sans épanchement. Contrôle dans 48 h."),
    ),
)


STATES: dict[str, SiteSnapshot] = {
    "start_resumable": replace(
        _FRESH,
        room=ROOM,
        resumable=(ResumableView(41, ago(1_800), "Mme Delacour", "toux depuis 3 jours"),),
        expertises=_EXPERTISES,
    ),
    "start_fresh": _FRESH,
    "start_open": replace(_FRESH, room=ROOM, place_address="12 rue des Halles, Sainte-Foy"),
    "start_asked": replace(_FILED, dossier=replace(FILLED, consent=None, background=None)),
    "start_agreed": replace(_FILED, dossier=replace(FILLED, background=None)),
    "start_begun": _FILED,
    "invitation_estimate": replace(
        _INVITING, dossier=FILLED, gp_waiting=_waits(5, "Je finis une visite.")
    ),
    "waiting_room": replace(
        _CONNECTED, dossier=FILLED, link=LinkView(), exchanges=_LOG[:1], gp_picture=None
    ),
    "asked_to_wait": replace(_CONNECTED, dossier=FILLED, gp_waiting=_waits(8, "Une urgence.")),
    "pointed": replace(_AIMING, pointed=Pointed(0, 180, 500, is_shown=True)),
    "no_pictures": replace(
        _CONNECTED,
        patient_name="",
        reason="",
        dossier=replace(FILLED, consent=replace(CONSENT, refused=(Item.PICTURES,))),
    ),
    "ended_complete": replace(
        _ENDED,
        summary_signer="Dr Martin",
        printing=PrintState.READY,
        documents=(
            DocumentView("ordonnance", "application/pdf", DocumentState.HELD, 91_000, 91_000),
        ),
        incidents=(
            Incident(IncidentKind.LINK_CUT, ago(400), ago(388), "", is_lasting=True, line=9),
        ),
    ),
    "start_past": replace(
        _READY,
        room=ROOM,
        records=RecordsView(
            "",
            (
                RecordView(41, ago(5_400), "DURAND Jeanne", "mal de gorge"),
                RecordView(40, ago(90_000), "PETIT Paul", "plaie de la main", is_over=False),
                RecordView(12, ago(4_000_000), is_erased=True),
            ),
        ),
    ),
    "noted": replace(
        _CONNECTED, dossier=replace(FILLED, notes=Notes("Fille de la patiente prévenue."))
    ),
    "start": _READY,
    "start_troubled": replace(
        _READY,
        relay_is_reachable=False,
        camera_works=False,
        speaker_works=None,
        is_recorded=False,
        instruments=(
            replace(_OXIMETER, state=InstrumentState.SILENT),
            replace(_THERMOMETER, state=InstrumentState.REFUSED),
        ),
    ),
    "invitation": _INVITING,
    "words": _COMPARING,
    "words_gp_agreed": replace(_COMPARING, words_confirmed_by_gp=True),
    "connected_bare": _BARE,
    "connected": _CONNECTED,
    "asked_temperature": replace(_CONNECTED, asked=AskView(1, "temperature", "", ago(5))),
    "asked_text": replace(
        _CONNECTED,
        asked=AskView(2, "text", "Demandez-lui si elle a [déjà] pris du doliprane.", NOW),
    ),
    "finger_out": _without_oximeter_signal(Quality.NO_SIGNAL),
    "searching": _without_oximeter_signal(Quality.SEARCHING),
    "weak_signal": replace(
        _CONNECTED,
        vitals=(
            _vital(Vital.SPO2, 91, quality=Quality.WEAK),
            _vital(Vital.PULSE, 112, quality=Quality.WEAK),
            _TEMPERATURE,
        ),
    ),
    "unplugged": replace(
        _CONNECTED,
        vitals=(
            _vital(Vital.SPO2, 97, 21, is_live=False),
            _vital(Vital.PULSE, 76, 21, is_live=False),
            _TEMPERATURE,
        ),
        pleth=b"",
        instruments=(
            replace(_OXIMETER, state=InstrumentState.UNPLUGGED),
            _THERMOMETER,
            _OTOSCOPE,
        ),
    ),
    "instruments": _INSTRUMENTS,
    "inflating": _INFLATING,
    "aiming": _AIMING,
    "still_taking": _still(StillState.TAKING, 18_000),
    "still_sending": _still(StillState.SENDING, 29_000),
    "still_received": replace(
        _still(StillState.RECEIVED, 46_812), preview=room(), preview_source=None, asked=None
    ),
    "still_failed": replace(
        _still(StillState.FAILED, 0), preview=room(), preview_source=None, asked=None
    ),
    "muted": replace(_CONNECTED, is_muted=True),
    "muted_camera_off": replace(_CONNECTED, is_muted=True, is_camera_off=True),
    "camera_off": replace(_CONNECTED, is_camera_off=True),
    "paused": replace(_CONNECTED, is_paused=True),
    "cut": _cut(),
    "weak_line": with_engine(WEAK_ENGINE),
    "weak_line_heartbeat": with_engine(replace(WEAK_ENGINE, plan=_BEATING)),
    "weak_line_voice_only": with_engine(
        replace(WEAK_ENGINE, plan=plan(None), heard=page_report(3.1))
    ),
    "weak_line_of_gp": with_engine(engine(WeakSide.GP, concealed_here_pct=12.0)),
    "weak_lines": with_engine(engine(WeakSide.BOTH, heard=page_report(9.0))),
    "line_silent": with_engine(engine(estimate=estimate(is_silent=True))),
    "picture_wished": with_engine(engine(preference=Preference.SHARP)),
    "picture_chosen": with_engine(
        engine(preference=Preference.SHARP, override=Preference.STILL_FIRST)
    ),
    "still_beside_heartbeat": with_engine(
        engine(plan=_BEATING), _still(StillState.SENDING, 29_000)
    ),
    "machine_busy": with_engine(engine(machine=MachineView(0.9, 0.6, 0.09, 0.49))),
    "no_camera": replace(_CONNECTED, camera_works=False, preview=None),
    "not_recorded": replace(_CONNECTED, is_recorded=False),
    "gp_compares": replace(_CONNECTED, words_confirmed_by_gp=False),
    "ended_by_gp": replace(
        _CONNECTED, state=State.ENDED, ended="finished", ended_by_gp=True, summary=_SUMMARY
    ),
    "ended_unsuitable": replace(
        _CONNECTED,
        state=State.ENDED,
        ended="unsuitable",
        is_recorded=False,
        link=LinkView(LinkState.CUT, ago(10), waiting=2),
    ),
    "refused": replace(_COMPARING, state=State.REFUSED, refusal="WordsDifferError"),
}
