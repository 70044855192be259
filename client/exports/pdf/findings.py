"""What was measured and seen."""

from collections.abc import Iterator, Sequence
from typing import Final

from client.core.dossier.background import Question
from client.exports.documents import (
    Analysis,
    ChosenStill,
    ConsultationReport,
    Instrument,
    Measurement,
    NoValue,
)
from client.exports.pdf.photos import print_copy
from client.exports.pdf.sheet import Block, Items, Paragraphs, Picture, Pictures, Section, Table
from client.exports.pdf.wording import Words
from devices.readings import Origin, Quality, Vital

_WIDTHS: Final = (20, 18, 20, 33, 9)
_ROWS_LIMIT: Final = 14
"""Measurements with a row each; chosen: with more, the document would not keep to two pages."""
_TOGETHER_WIDTHS: Final = (14, 52, 16, 18)
_PRESSURE: Final = (Vital.SYSTOLIC, Vital.DIASTOLIC)


def measurements(words: Words, report: ConsultationReport) -> Section:
    """Each value with its unit, instrument, quality and time; what gave none is said."""
    blocks: list[Block] = [_measured(words, report), *_lists(words, report)]
    return Section(words.say("documents.measures"), tuple(blocks))


def stills(words: Words, report: ConsultationReport) -> Section | None:
    """What the GP chose; the original's hash stands under each."""
    if not report.stills:
        return None
    pictures: list[Picture] = []
    others: list[str] = []
    for still in report.stills:
        jpeg = print_copy(still.data) if still.media_type.startswith("image/") else None
        caption = _caption(words, still)
        if jpeg is None:
            kind = "not_shown" if still.data else "refused" if still.is_refused else "not_held"
            others.append(words.say(f"documents.still.{kind}", what=caption))
        else:
            alternative = words.say("documents.still.alternative", label=_label(words, still))
            pictures.append(Picture(jpeg, alternative, caption))
    blocks = [Pictures(tuple(pictures))] if pictures else []
    return Section(
        words.say("documents.stills"), (*blocks, *([Items(tuple(others))] if others else []))
    )


def _measured(words: Words, report: ConsultationReport) -> Block:
    found, oxygen = report.measurements, _oxygen(words, report)
    if not found:
        return Paragraphs(words.say("documents.measures.none"))
    if len(found) <= _ROWS_LIMIT:
        rows = tuple(_row(words, one, oxygen) for one in found)
        return Table(_head(words, "measure", "value", "instrument", "how", "at"), rows, _WIDTHS)
    rows = tuple(_together(words, found, oxygen))
    return Table(_head(words, "measure", "values", "instrument", "how"), rows, _TOGETHER_WIDTHS)


def _head(words: Words, *names: str) -> tuple[str, ...]:
    return tuple(words.say(f"documents.head.{name}") for name in names)


def _together(words: Words, found: Sequence[Measurement], oxygen: str) -> Iterator[tuple[str, ...]]:
    """One row for what the same instrument measured in the same way, each value with its time."""
    rows: dict[tuple[str, str, str], list[str]] = {}
    for one in found:
        origin, *own = _how(words, one)
        way = ", ".join([origin, *_breathing(one, oxygen)])
        key = _name(words, one), instrument(words, one.instrument), way
        facts = {"time": words.time(one.received_at), "value": ", ".join(_values(words, one))}
        told = words.say("documents.value_at", **facts)
        rows.setdefault(key, []).append(f"{told} ({', '.join(own)})" if own else told)
    for (name, source, way), values in rows.items():
        yield name, words.say("documents.values").join(values), source, way


def _lists(words: Words, report: ConsultationReport) -> Iterator[Block]:
    missing = tuple(_missing(words, one) for one in report.without_value)
    if missing:
        yield Items(missing)
    if report.analyses:
        names = _head(words, "analysis", "value", "reference", "instrument", "at")
        yield Table(names, tuple(_analysis(words, one) for one in report.analyses), _WIDTHS)


def _row(words: Words, one: Measurement, oxygen: str) -> tuple[str, ...]:
    how = ", ".join([*_how(words, one), *_breathing(one, oxygen)])
    value = "\n".join(_values(words, one))
    source = instrument(words, one.instrument)
    return _name(words, one), value, source, how, words.time(one.received_at)


def _has_pressure(one: Measurement) -> bool:
    return tuple(value.vital for value in one.values[:2]) == _PRESSURE


def _name(words: Words, one: Measurement) -> str:
    key = "documents.pressure" if _has_pressure(one) else f"vital.{one.values[0].vital.code}"
    return words.say(key)


def _breathing(one: Measurement, oxygen: str) -> tuple[str, ...]:
    is_spo2 = any(value.vital is Vital.SPO2 for value in one.values)
    return (oxygen,) if is_spo2 else ()


def _values(words: Words, one: Measurement) -> Iterator[str]:
    first, *rest = one.values
    if _has_pressure(one):
        low = rest.pop(0)
        high = words.number(first.vital, first.number)
        yield f"{high}/{words.quantity(low.vital, low.number)}"
    else:
        yield words.quantity(first.vital, first.number)
    for value in rest:
        name = words.say(f"vital.{value.vital.code}")
        yield f"{name} {words.quantity(value.vital, value.number)}"


def _how(words: Words, one: Measurement) -> Iterator[str]:
    """Where the value comes from, then what is this measurement's own."""
    yield from _origin(words, one)
    yield from _notes(words, one)


def _origin(words: Words, one: Measurement) -> Iterator[str]:
    yield words.say(f"documents.origin.{one.origin}")
    if one.live and one.live.count > 1:
        vital = one.values[0].vital
        yield words.say(
            "documents.course",
            lowest=words.number(vital, one.live.lowest),
            highest=words.quantity(vital, one.live.highest),
            start=words.time(one.live.first_at),
            count=one.live.count,
        )
    if one.origin is Origin.STORED or one.measured_at:
        clock = words.device_clock(one.measured_at or "")
        yield words.say("documents.device_clock", time=clock or words.say("documents.unknown"))


def _notes(words: Words, one: Measurement) -> Iterator[str]:
    """The worst quality of what was measured together, then what the instrument noted."""
    poor = {value.quality for value in one.values} - {Quality.GOOD}
    yield from (words.say(f"quality.{quality}") for quality in sorted(poor))
    yield from (words.say(f"mark.{mark}") for mark in one.marks)
    sent = [value.sent_as for value in one.values if value.sent_as]
    if sent:
        yield words.say("documents.sent_as", value=" ".join(sent))


def _oxygen(words: Words, report: ConsultationReport) -> str:
    """An SpO2 means nothing without it (d-23)."""
    background = report.dossier.background if report.dossier else None
    answers = background.answers if background else ()
    said = [answer.text for answer in answers if answer.question is Question.OXYGEN]
    text = said[-1] if said else ""
    return words.say("documents.oxygen", said=text or words.say("documents.unknown"))


def instrument(words: Words, source: Instrument) -> str:
    """Model and serial number."""
    if not source.serial:
        return source.model
    return words.say("documents.serial", model=source.model, number=source.serial)


def _missing(words: Words, one: NoValue) -> str:
    return words.say(
        "documents.no_value",
        vital=words.say(f"vital.{one.vital.code}"),
        instrument=instrument(words, one.instrument),
        quality=words.say(f"quality.{one.quality}"),
        time=words.time(one.at),
    )


def _analysis(words: Words, one: Analysis) -> tuple[str, ...]:
    value = f"{one.value}\N{NO-BREAK SPACE}{one.unit}" if one.unit else one.value
    beside = ", ".join(filter(None, (one.reference_range, one.flags)))
    source = instrument(words, one.instrument)
    return one.test, value, beside, source, words.time(one.received_at)


def _label(words: Words, still: ChosenStill) -> str:
    return still.label or words.say("documents.still.number", number=still.id)


def _caption(words: Words, still: ChosenStill) -> str:
    at = words.time(still.taken_at) if still.taken_at else words.say("documents.unknown")
    facts = {"label": _label(words, still), "time": at}
    if not still.sha256:
        return words.say("documents.still.unknown", **facts)
    return words.say("documents.still.caption", **facts, hash=still.sha256.hex())
