"""What can be set, with its unit and its reason. No file is read here."""

from typing import Final

UPLINK_BPS: Final = 256_000
"""chosen: the pacing rate until an estimator knows the line; a rural ADSL uplink."""
