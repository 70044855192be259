"""The report of a telemedicine act as a French CDA R2 document: CI-SIS TLM-CR_2022.01 (d-21).

Chevet prepares the document; the doctor is its author and answers for it. So it is made only from
a summary that the doctor has signed, and only for an identity that may travel.
"""

from client.exports.cda.readiness import CdaNotReadyError, Lack, lacks
from client.exports.cda.report import report_document

__all__ = ["CdaNotReadyError", "Lack", "lacks", "report_document"]
