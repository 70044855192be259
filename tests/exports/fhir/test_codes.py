"""The codes that site and page share, against the vital signs themselves."""

import json

from client.catalogue import fhir_codes
from client.exports.fhir import terms
from devices.readings import Vital

SHARED = json.loads(fhir_codes())


def test_the_page_codes_every_vital_sign_as_the_site_does() -> None:
    told = {code: (one["loinc"], one["ucum"]) for code, one in SHARED["vitals"].items()}
    assert told == {vital.code: (vital.loinc, vital.ucum) for vital in Vital}


def test_what_the_table_names_is_in_it() -> None:
    for one in SHARED["vitals"].values():
        assert {one.get("method", "balance")} <= SHARED["methods"].keys()
        for beside in ("before", "after"):
            assert one.get(beside, ["loinc"])[0] in SHARED["systems"]
    assert terms.METHODS[Vital.WEIGHT][1] == "K50BI02"
    assert [code for _, code, _ in terms.CODES[Vital.GLUCOSE]] == ["2345-7", "41653-7"]
