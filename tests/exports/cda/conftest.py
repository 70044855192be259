"""Reports that a doctor signed, of a patient whose identity is qualified."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest
from exports.documents.ward import DOSSIER, kept, usual

from client.core.dossier.file import Dossier
from client.exports.documents import ConsultationReport, SignatureState, report_of

Signed = Callable[..., ConsultationReport]
NAMED = replace(DOSSIER, operator=replace(DOSSIER.operator, responsible_rpps="10101234564"))
"""With a number whose check digit is right."""


@pytest.fixture
def signed() -> Signed:
    def make(
        dossier: Dossier = NAMED, signature: SignatureState = SignatureState.VALID
    ) -> ConsultationReport:
        record = asyncio.run(kept(replace(usual(), dossier=dossier, stills=())))
        report = report_of(record, signature)
        assert report.gp
        return replace(report, gp=replace(report.gp, rpps="10002345675"))

    return make
