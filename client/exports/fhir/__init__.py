"""A consultation as FHIR R4 document Bundles, for the practice's software (d-22 and d-23).

`report_bundle` is the report of an act, which the doctor authors; `request_bundle` is the request
that goes ahead of it, which the site authors. Both are plain dictionaries in the shape of FHIR's
JSON: nothing of a FHIR library is needed where consultations are held.
"""

from client.exports.fhir.bundle import report_bundle, request_bundle, written

__all__ = ["report_bundle", "request_bundle", "written"]
