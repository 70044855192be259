"""Bundles of made-up consultations, told in Paris in winter."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest
from exports.documents.ward import DOSSIER, Case, kept, usual
from exports.fhir.reading import Bundle

from client.core.dossier.file import Dossier
from client.exports.documents import ConsultationReport, report_of
from client.exports.fhir import report_bundle, request_bundle
from client.exports.pdf.wording import Words

Told = Callable[..., Bundle]


def report(case: Case) -> ConsultationReport:
    return report_of(asyncio.run(kept(case)))


@pytest.fixture
def told(words: Words) -> Told:
    """The report's bundle of the usual consultation, with another dossier or other readings."""

    def tell(dossier: Dossier = DOSSIER, **changes: object) -> Bundle:
        case = replace(usual(), dossier=dossier, **changes)
        return Bundle(report_bundle(words, report(case), b"%PDF-1.7 the report"))

    return tell


@pytest.fixture
def asked(words: Words) -> Told:
    """The request's bundle, before any doctor has answered."""

    def tell(dossier: Dossier = DOSSIER) -> Bundle:
        case = Case(dossier=dossier, is_joined=False)
        return Bundle(request_bundle(words, report(case)))

    return tell
