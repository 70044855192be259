"""A telemedicine act as French CDA R2 documents: CI-SIS TLM-CR_2022.01 and TLM-DA_2022.01.

Chevet prepares the report (d-21); the doctor is its author and answers for it. So it is made only
from a summary that the doctor has signed. The request (d-22) is the site's own. Both are made only
for an identity that may travel.
"""

from client.exports.cda.readiness import (
    CdaNotReadyError,
    Lack,
    is_requested,
    lacks,
    request_lacks,
)
from client.exports.cda.report import report_document
from client.exports.cda.request import request_document

__all__ = [
    "CdaNotReadyError",
    "Lack",
    "is_requested",
    "lacks",
    "report_document",
    "request_document",
    "request_lacks",
]
