"""What can be set, with its unit and its reason. No file is read here."""

from typing import Final

START_BPS: Final = 64_000
"""chosen: sent at most until the estimator knows the line: voice and messages, on any line."""
