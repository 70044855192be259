"""FHIR's own definitions, read by a program we did not write: npm's ``fhir`` (FHIR.js)."""

import json
import subprocess
from collections.abc import Sequence
from copy import deepcopy
from pathlib import Path
from typing import Final

import pytest
from exports.documents.ward import DOSSIER
from exports.fhir.conftest import Told
from exports.fhir.reading import Resource
from exports.fhir.test_profiles import EVERYTHING, NOBODY, ON_OXYGEN, UNQUALIFIED

FOLDER: Final = Path(__file__).parents[3] / "scripts" / "fhir_validator"
PATIENCE_S: Final = 120

pytestmark = pytest.mark.skipif(
    not (FOLDER / "node_modules").is_dir(), reason="npm ci --prefix scripts/fhir_validator"
)


def wrong(resources: Sequence[Resource]) -> list[list[str]]:
    """What it finds wrong with each."""
    done = subprocess.run(
        ["node", "validate.mjs"],  # noqa: S607 -- wherever it is installed
        cwd=FOLDER,
        input="".join(json.dumps(one) + "\n" for one in resources),
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_it_finds_nothing_wrong_with_what_leaves(told: Told, asked: Told) -> None:
    dossiers = (DOSSIER, ON_OXYGEN, UNQUALIFIED, NOBODY)
    bundles = [
        bundle.json
        for dossier in dossiers
        for bundle in (told(dossier, readings=EVERYTHING), asked(dossier))
    ]
    assert wrong(bundles) == [[]] * len(bundles)


def test_it_finds_what_is_broken(told: Told) -> None:
    usual = told().json
    broken: dict[str, Resource] = {}
    for name in ("missing", "code", "type", "unknown", "single"):
        bundle = broken[name] = deepcopy(usual)
        resources = (entry["resource"] for entry in bundle["entry"])
        reading = next(one for one in resources if one["resourceType"] == "Observation")
        match name:
            case "missing":
                del reading["status"]
            case "code":
                reading["status"] = "finished"
            case "type":
                reading["valueQuantity"] = {"value": "38"}
            case "unknown":
                reading["colour"] = "red"
            case "single":
                reading["category"] = {}
    assert [bool(found) for found in wrong([usual, *broken.values()])] == [False, *[True] * 5]
